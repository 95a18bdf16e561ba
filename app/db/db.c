// Opening, closing and copying databases, and the transactions on them.
#include "db/db.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "base/str.h"
#include "db/connection.h"
#include "db/migrate.h"

enum { BUSY_MILLISECONDS = 10000 };

// A commit that db_commit did not ask for would tear a change from its audit line.
static int on_commit(void *of)
{
    Db *db = of;
    must(db->committing || db->migrating);
    return 0;
}

// Only a new file is opened here: closing any descriptor of a file drops all locks that this process holds on it, and
// another program would then take the write-ahead log of our open connections for abandoned and remove it.
static fallible make_private_file(Arena *a, const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0660);
    if (fd < 0 && errno == EEXIST) return NULL;
    if (fd < 0) return fail(a, ERR_IO, "the database %s cannot be made or opened: %m", path);
    close(fd);
    return NULL;
}

// Bytes 18 and 19 of the file say so (sqlite.org/fileformat2.html), read by its own open descriptor. Asking by a pragma
// would read the whole schema, which a connection that waits for its first change does not need yet.
static bool is_wal(Db *db)
{
    enum { VERSIONS_AT = 18, IS_WAL = 2 };
    u8 versions[2];
    sqlite3_file *file = NULL;
    if (sqlite3_file_control(db->sqlite, "main", SQLITE_FCNTL_FILE_POINTER, &file) || !file ||
        !file->pMethods || file->pMethods->xRead(file, versions, sizeof versions, VERSIONS_AT))
        return false;
    return versions[0] == IS_WAL && versions[1] == IS_WAL;
}

static fallible configure(Db *db, Arena *a)
{
    sqlite3_extended_result_codes(db->sqlite, 1);
    sqlite3_busy_timeout(db->sqlite, BUSY_MILLISECONDS);
    sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    // One plan for a statement, whatever is bound: else each new value has the whole statement planned again.
    sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
    TRY(db_exec(db, a,
                "pragma foreign_keys=on; pragma trusted_schema=off; pragma cell_size_check=on"));
    // The last one looks into the file: a writer makes what readers of a WAL database need and cannot make.
    if (db->mode == DB_READ_WRITE)
        TRY(db_exec(db, a, "pragma secure_delete=on; pragma user_version"));
    if (db->mode == DB_READ_WRITE && !is_wal(db)) TRY(db_exec(db, a, "pragma journal_mode=wal"));
    sqlite3_commit_hook(db->sqlite, on_commit, db);
    fence_close(db);
    return NULL;
}

static pthread_once_t sqlite_once = PTHREAD_ONCE_INIT;

// Each connection would take 200 KB at once for small pieces and for pages; our allocator is as quick without.
static void sqlite_start(void)
{
    must(!sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0) && !sqlite3_initialize());
}

static fallible open_path(Arena *a, const char *path, Db db_as, Db **out)
{
    Db *db = make(a, Db, 1);
    *db = db_as;
    db->cache = make(a, sqlite3_stmt *, db_slots + 1);
    pthread_once(&sqlite_once, sqlite_start);
    int flags = (db->mode == DB_READ_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                           : SQLITE_OPEN_READONLY);
    int rc = sqlite3_open_v2(path, &db->sqlite, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (!rc) rc = sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_LOOKASIDE, NULL, 0, 0);
    Err *e = rc ? db_failure(db, a, rc, "opening") : configure(db, a);
    if (e) {
        db_close(db);
        return err_under(a, e, "database %s", path);
    }
    *out = db;
    return NULL;
}

fallible db_open(Arena *a, Str path, DbKind kind, DbRole role, DbMode mode, Db **out)
{
    must(kind != DB_BOTH);
    char *file = cstr(a, path);
    if (mode == DB_READ_WRITE) TRY(make_private_file(a, file));
    return open_path(a, file, (Db){.kind = kind, .role = role, .mode = mode}, out);
}

fallible db_open_existing(Arena *a, Str path, DbKind kind, DbRole role, DbMode mode, Db **out)
{
    if (access(cstr(a, path), F_OK))
        return fail(
            a, ERR_NOT_FOUND,
            "there is no database %.*s; start the service once, or say where it is with --data DIR",
            STR(path));
    TRY(db_open(a, path, kind, role, mode, out));
    Err *e = db_check_current(*out, a);
    if (!e) return NULL;
    db_close(*out);
    *out = NULL;
    return err_under(a, e, "%.*s", STR(path));
}

void db_close_owned(Db **db)
{
    db_close(*db);
}

fallible db_in_memory(Arena *a, DbKind kind, DbRole role, Db **out)
{
    must(kind != DB_BOTH);
    TRY(open_path(a, ":memory:", (Db){.kind = kind, .role = role, .mode = DB_READ_WRITE}, out));
    return db_migrate(*out, a, SECONDS(1));
}

void db_close(Db *db)
{
    if (!db || !db->sqlite) return;
    db_rollback(db);
    for (int i = 0; i < db_slots; i++)
        sqlite3_finalize(db->cache[i]);
    sqlite3_close(db->sqlite);
    db->sqlite = NULL;
}

// What was committed is on the disk. Said before the first change and not earlier, for it reads the schema.
static fallible sync_fully(Db *db, Arena *a)
{
    if (db->synced) return NULL;
    bool migrating = db->migrating;
    db->migrating = true; // the fence knows no pragma
    Err *e = db_exec(db, a, "pragma synchronous=full");
    db->migrating = migrating;
    db->synced = !e;
    return e;
}

fallible db_begin(Db *db, Arena *a)
{
    if (db->begun) return fail(a, ERR_BUG, "a transaction is already open");
    if (db->mode == DB_READ_ONLY)
        return fail(a, ERR_BUG, "a read-only connection cannot begin a change");
    TRY(sync_fully(db, a));
    TRY(db_exec(db, a, "begin immediate"));
    db->begun = true;
    db->noted = false;
    db->changes_before = sqlite3_total_changes64(db->sqlite);
    return NULL;
}

fallible db_begin_reading(Db *db, Arena *a)
{
    if (db->begun) return fail(a, ERR_BUG, "a transaction is already open");
    TRY(db_exec(db, a, "begin"));
    db->begun = db->reading = true;
    return NULL;
}

fallible db_commit(Db *db, Arena *a)
{
    if (!db->begun || db->reading) return fail(a, ERR_BUG, "there is no transaction to commit");
    db->committing = true;
    Err *e = db_exec(db, a, "commit");
    db->committing = false;
    if (e)
        db_rollback(db);
    else
        db->begun = false;
    return e;
}

void db_rollback(Db *db)
{
    if (!db->begun) return;
    db->begun = db->reading = false;
    // SQLite may have rolled back by itself, after a full disk for example.
    if (!sqlite3_get_autocommit(db->sqlite)) sqlite3_exec(db->sqlite, "rollback", NULL, NULL, NULL);
}

fallible db_settle(Db *db, Arena *a, Err *e)
{
    if (!e) return db_commit(db, a);
    db_rollback(db);
    return e;
}

bool db_is_in_transaction(const Db *db)
{
    return db->begun;
}

bool db_is_changed(const Db *db)
{
    return sqlite3_total_changes64(db->sqlite) != db->changes_before;
}

bool db_is_noted(const Db *db)
{
    return db->noted;
}

void db_mark_noted(Db *db)
{
    db->noted = true;
}

DbKind db_kind(const Db *db)
{
    return db->kind;
}

DbRole db_role(const Db *db)
{
    return db->role;
}

Str db_kind_word(DbKind kind)
{
    return kind == DB_SERVER ? S("server") : kind == DB_SITE ? S("site") : S("both");
}

fallible db_copy(Db *db, Arena *a, Str path)
{
    char *file = cstr(a, path);
    int fd = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return fail(a, ERR_IO, "the copy %s cannot be made: %m", file);
    close(fd);
    sqlite3 *into = NULL;
    int rc = sqlite3_open_v2(file, &into, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    sqlite3_backup *backup = rc ? NULL : sqlite3_backup_init(into, "main", db->sqlite, "main");
    if (backup) {
        // All pages in one step: one snapshot, and writers of a WAL database are not held up by it.
        sqlite3_backup_step(backup, -1);
        rc = sqlite3_backup_finish(backup);
    }
    Err *e =
        !rc && backup ? NULL : fail(a, ERR_IO, "copying to %s: %s", file, sqlite3_errmsg(into));
    sqlite3_close(into);
    return e;
}

fallible db_check_integrity(Db *db, Arena *a)
{
    sqlite3_stmt *st = NULL;
    db->migrating = true; // the fence knows no pragma
    int rc = sqlite3_prepare_v2(db->sqlite, "pragma integrity_check(1)", -1, &st, NULL);
    if (!rc) rc = sqlite3_step(st); // may prepare it once more
    db->migrating = false;
    Str said =
        rc == SQLITE_ROW ? str_copy(a, str_from((const char *)sqlite3_column_text(st, 0))) : S("");
    sqlite3_finalize(st);
    if (rc != SQLITE_ROW) return db_failure(db, a, rc, "checking");
    if (str_eq(said, S("ok"))) return NULL;
    return fail(a, ERR_IO, "the database file is damaged: %.*s; restore a backup", STR(said));
}
