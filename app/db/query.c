// Running prepared statements: binding, stepping, reading, and turning SQLite's refusals into sentences.
#include "db/query.h"

#include "base/str.h"
#include "db/connection.h"

// "UNIQUE constraint failed: person.email" is for programmers; people read "this email is already taken".
static Err *constraint_failure(Db *db, Arena *a, int rc)
{
    Str said = str_from(sqlite3_errmsg(db->sqlite)), head, where;
    str_cut(said, ':', &head, &where);
    if (rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_PRIMARYKEY) {
        isize dot = str_rfind_byte(where, '.');
        return fail(a, ERR_CONFLICT, "this %.*s is already taken", STR(str_skip(where, dot + 1)));
    }
    if (rc == SQLITE_CONSTRAINT_FOREIGNKEY)
        return fail(a, ERR_CONFLICT,
                    "something that this refers to does not exist, or is still in use");
    if (rc == SQLITE_CONSTRAINT_TRIGGER) return fail(a, ERR_CONFLICT, "%.*s", STR(said));
    return fail(a, ERR_BUG, "%.*s", STR(said));
}

Err *db_failure(Db *db, Arena *a, int rc, const char *doing)
{
    const char *said = db->sqlite ? sqlite3_errmsg(db->sqlite) : sqlite3_errstr(rc);
    switch (rc & 0xff) {
    case SQLITE_CONSTRAINT:
        return constraint_failure(db, a, rc);
    case SQLITE_BUSY:
        return fail(a, ERR_BUSY, "the database is busy; try again in a moment");
    case SQLITE_AUTH:
        return fail(a, ERR_BUG, "the fence forbids this process to write %s",
                    db->fenced_table ? db->fenced_table : "this");
    case SQLITE_FULL:
        return fail(a, ERR_IO, "the disk of the database is full; make room and try again");
    default:
        return fail(a, ERR_IO, "%s the database: %s", doing, said);
    }
}

fallible db_exec(Db *db, Arena *a, const char *sql)
{
    int rc = sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL);
    return rc ? db_failure(db, a, rc, "using") : NULL;
}

fallible db_ready(Db *db, Arena *a, int slot, DbKind kind, const char *sql, DbStmt **out)
{
    if (kind != DB_BOTH && kind != db->kind)
        return fail(a, ERR_BUG, "a query of the %.*s database was asked of the %.*s database",
                    STR(db_kind_word(kind)), STR(db_kind_word(db->kind)));
    sqlite3_stmt **st = &db->cache[slot];
    if (!*st) {
        int rc = sqlite3_prepare_v3(db->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, st, NULL);
        if (rc) return db_failure(db, a, rc, "preparing a query of");
    }
    if ((!db->begun || db->reading) && !sqlite3_stmt_readonly(*st))
        return fail(a, ERR_BUG, "a change outside a transaction: %.60s", sql);
    *out = *st;
    return NULL;
}

fallible db_done(Db *db, Arena *a, DbStmt *st)
{
    (void)db, (void)a;
    sqlite3_reset(st);
    sqlite3_clear_bindings(st);
    return NULL;
}

fallible db_step(Db *db, Arena *a, DbStmt *st, bool *row)
{
    int rc = sqlite3_step(st);
    *row = rc == SQLITE_ROW;
    if (rc == SQLITE_ROW) return NULL;
    Err *e = rc == SQLITE_DONE ? NULL : db_failure(db, a, rc, "using");
    TRY(db_done(db, a, st));
    return e;
}

fallible db_finish(Db *db, Arena *a, DbStmt *st)
{
    for (bool row = true; row;)
        TRY(db_step(db, a, st, &row));
    return NULL;
}

fallible db_run(Db *db, Arena *a, DbStmt *st, i64 *changed)
{
    TRY(db_finish(db, a, st));
    if (changed) *changed = sqlite3_changes64(db->sqlite);
    return NULL;
}

void db_bind_i64(DbStmt *st, int at, i64 v)
{
    sqlite3_bind_int64(st, at, v);
}

void db_bind_f64(DbStmt *st, int at, double v)
{
    sqlite3_bind_double(st, at, v);
}

void db_bind_bool(DbStmt *st, int at, bool v)
{
    sqlite3_bind_int(st, at, v);
}

void db_bind_text(DbStmt *st, int at, Str v)
{
    sqlite3_bind_text64(st, at, v.n ? v.s : "", (sqlite3_uint64)v.n, SQLITE_STATIC, SQLITE_UTF8);
}

void db_bind_blob(DbStmt *st, int at, Str v)
{
    sqlite3_bind_blob64(st, at, v.n ? v.s : "", (sqlite3_uint64)v.n, SQLITE_STATIC);
}

void db_bind_i64_or_null(DbStmt *st, int at, i64 v)
{
    if (v) db_bind_i64(st, at, v);
}

void db_bind_f64_or_null(DbStmt *st, int at, double v)
{
    if (v < 0 || v > 0) db_bind_f64(st, at, v);
}

void db_bind_bool_or_null(DbStmt *st, int at, bool v)
{
    if (v) db_bind_bool(st, at, v);
}

void db_bind_text_or_null(DbStmt *st, int at, Str v)
{
    if (v.n) db_bind_text(st, at, v);
}

void db_bind_blob_or_null(DbStmt *st, int at, Str v)
{
    if (v.n) db_bind_blob(st, at, v);
}

bool db_has(DbStmt *st, int column)
{
    return sqlite3_column_type(st, column) != SQLITE_NULL;
}

i64 db_get_i64(Arena *a, DbStmt *st, int column)
{
    (void)a;
    return sqlite3_column_int64(st, column);
}

double db_get_f64(Arena *a, DbStmt *st, int column)
{
    (void)a;
    return sqlite3_column_double(st, column);
}

bool db_get_bool(Arena *a, DbStmt *st, int column)
{
    (void)a;
    return sqlite3_column_int(st, column) != 0;
}

Str db_get_text(Arena *a, DbStmt *st, int column)
{
    const unsigned char *s = sqlite3_column_text(st, column);
    return s ? arena_str(a, s, sqlite3_column_bytes(st, column)) : (Str){0};
}

Str db_get_blob(Arena *a, DbStmt *st, int column)
{
    if (!db_has(st, column)) return (Str){0};
    const void *s = sqlite3_column_blob(st, column);
    return arena_str(a, s, sqlite3_column_bytes(st, column));
}
