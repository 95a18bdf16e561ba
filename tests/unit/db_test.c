// Databases: migrations, transactions, the fence, the pool; on real files and in memory.
#include <fcntl.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit/audit.h"
#include "db/connection.h"
#include "db/migrate.h"
#include "scratch.h"

// Opens behind the back of db/, as somebody with an editor would.
static void meddle(Arena *a, Str path, const char *sql)
{
    sqlite3 *raw = NULL;
    ck_assert_int_eq(sqlite3_open(cstr(a, path), &raw), SQLITE_OK);
    char *said = NULL;
    int rc = sqlite3_exec(raw, sql, NULL, NULL, &said);
    if (rc) ck_abort_msg("%s: %s", sql, said);
    sqlite3_close(raw);
}

static Db *site_file(Scratch *s, DbRole role, Str *path)
{
    Db *db = NULL;
    *path = arena_fmt(&s->a, "%.*s/site.db", STR(s->folder));
    ck_works(db_open(&s->a, *path, DB_SITE, role, DB_READ_WRITE, &db));
    ck_works(db_migrate(db, &s->a, SECONDS(5)));
    return db;
}

static fallible note(Db *db, Arena *a, const char *action)
{
    return audit_note(db, a,
                      (AuditLine){.at = SECONDS(7),
                                  .who = S("ada"),
                                  .action = str_from(action),
                                  .kind = S("job"),
                                  .object = S("7")});
}

static i64 lines(Db *db, Arena *a)
{
    AuditHeadGet head;
    ck_works(audit_head_get(db, a, &head));
    return head.seq;
}

START_TEST(every_ladder_migrates_and_migrating_again_changes_nothing)
{
    scratch s = scratch_make();
    for (DbKind kind = DB_SERVER; kind <= DB_SITE; kind++) {
        Db *db = NULL;
        ck_works(db_in_memory(&s.a, kind, DB_AS_ADMIN, &db));
        ck_works(db_migrate(db, &s.a, SECONDS(9)));
        ck_works(db_check_current(db, &s.a));
        ck_works(db_check_integrity(db, &s.a));
        db_close(db);
    }
}
END_TEST

START_TEST(a_newer_database_is_refused)
{
    scratch s = scratch_make();
    Str path;
    db_close(site_file(&s, DB_AS_RUNNER, &path));
    meddle(&s.a, path, "insert into migration values ('9999_future', 1)");
    Db *db = NULL;
    ck_works(db_open(&s.a, path, DB_SITE, DB_AS_RUNNER, DB_READ_WRITE, &db));
    Err *e = db_migrate(db, &s.a, SECONDS(9));
    ck_assert_ptr_nonnull(e);
    ck_assert_int_eq(e->kind, ERR_CONFLICT);
    ck_assert(str_has(e->say, S("9999_future")));
    db_close(db);
}
END_TEST

START_TEST(an_older_database_is_noticed)
{
    scratch s = scratch_make();
    Str path;
    db_close(site_file(&s, DB_AS_RUNNER, &path));
    meddle(&s.a, path, "delete from migration");
    Db *db = NULL;
    ck_works(db_open(&s.a, path, DB_SITE, DB_AS_RUNNER, DB_READ_ONLY, &db));
    ck_fails(ERR_CONFLICT, db_check_current(db, &s.a));
    db_close(db);
}
END_TEST

START_TEST(what_is_no_database_is_refused)
{
    scratch s = scratch_make();
    Str path = arena_fmt(&s.a, "%.*s/letter.db", STR(s.folder));
    FILE *f = fopen(cstr(&s.a, path), "w");
    fputs("Dear reader, this is a letter and no database, however long it may be.\n", f);
    fclose(f);
    Db *db = NULL;
    Err *e = db_open(&s.a, path, DB_SITE, DB_AS_RUNNER, DB_READ_WRITE, &db);
    ck_assert_ptr_nonnull(e);
    ck_assert(str_has(e->say, S("letter.db")));
}
END_TEST

START_TEST(a_change_is_kept_or_forgotten_as_a_whole)
{
    scratch s = scratch_make();
    Db *db = NULL;
    ck_works(db_in_memory(&s.a, DB_SERVER, DB_AS_SERVER, &db));
    ck_works(db_begin(db, &s.a));
    ck_assert(!db_is_noted(db));
    ck_works(note(db, &s.a, "job.make"));
    ck_assert(db_is_noted(db));
    ck_fails(ERR_BUSY, db_settle(db, &s.a, fail(&s.a, ERR_BUSY, "later")));
    ck_assert_int_eq(lines(db, &s.a), 0);
    ck_works(db_begin(db, &s.a));
    ck_assert(!db_is_noted(db));
    ck_works(db_settle(db, &s.a, note(db, &s.a, "job.make")));
    ck_assert_int_eq(lines(db, &s.a), 1);
    ck_assert(!db_is_in_transaction(db));
    db_close(db);
}
END_TEST

START_TEST(changes_need_a_transaction_and_a_writer)
{
    scratch s = scratch_make();
    Str path;
    Db *db = site_file(&s, DB_AS_RUNNER, &path), *reader = NULL;
    ck_fails(ERR_BUG, note(db, &s.a, "job.make"));
    ck_works(db_begin_reading(db, &s.a));
    ck_fails(ERR_BUG, note(db, &s.a, "job.make"));
    ck_fails(ERR_BUG, db_begin(db, &s.a));
    db_rollback(db);
    ck_fails(ERR_BUG, db_commit(db, &s.a));
    ck_works(db_open(&s.a, path, DB_SITE, DB_AS_RUNNER, DB_READ_ONLY, &reader));
    ck_fails(ERR_BUG, db_begin(reader, &s.a));
    ck_fails(ERR_BUG, note(reader, &s.a, "job.make"));
    db_close(reader);
    db_close(db);
}
END_TEST

START_TEST(the_fence_holds)
{
    scratch s = scratch_make();
    Db *db = NULL;
    // The trail of server.db is not the runner's to write.
    ck_works(db_in_memory(&s.a, DB_SERVER, DB_AS_RUNNER, &db));
    ck_works(db_begin(db, &s.a));
    Err *e = note(db, &s.a, "job.make");
    ck_assert_ptr_nonnull(e);
    ck_assert_int_eq(e->kind, ERR_BUG);
    ck_assert(str_has(e->say, S("audit_line")));
    db_close(db);
}
END_TEST

static void exec_raw(Db *db, const char *sql)
{
    char *said = NULL;
    int rc = sqlite3_exec(db->sqlite, sql, NULL, NULL, &said);
    if (rc) ck_abort_msg("%s: %s", sql, said);
}

// SQLite's text search runs statements and pragmas of its own on the same connection.
START_TEST(text_search_works_behind_the_fence)
{
    scratch s = scratch_make();
    Db *db = NULL;
    ck_works(db_in_memory(&s.a, DB_SERVER, DB_AS_SERVER, &db));
    ck_works(db_begin(db, &s.a));
    for (int i = 0; i < 200; i++)
        exec_raw(db, "insert into job_text (words) values ('genetic')");
    ck_works(db_commit(db, &s.a));
    ck_works(db_begin(db, &s.a));
    exec_raw(db, "insert or replace into job_text (rowid, words) values (7, 'histogram')");
    ck_works(db_commit(db, &s.a));
    exec_raw(
        db,
        "select rowid from job_text where job_text match 'genetic' order by rowid desc limit 3");
    ck_works(db_check_integrity(db, &s.a));
    db_close(db);
}
END_TEST

START_TEST(settings_and_the_schema_are_out_of_reach)
{
    static const char *const statements[] = {
        "pragma foreign_keys=off", "drop table person",
        "create table x (y)",      "attach ':memory:' as other",
        "create temp table x (y)", "update sqlite_master set sql = ''",
        "delete from migration"};
    scratch s = scratch_make();
    Db *db = NULL;
    ck_works(db_in_memory(&s.a, DB_SERVER, DB_AS_SERVER, &db));
    for (isize i = 0; i < COUNT(statements); i++)
        ck_assert_msg(sqlite3_exec(db->sqlite, statements[i], NULL, NULL, NULL) != SQLITE_OK, "%s",
                      statements[i]);
    db_close(db);
}
END_TEST

START_TEST(every_table_has_a_writer)
{
    ck_assert_int_gt(fences_n, 0);
    for (isize i = 0; i < fences_n; i++) {
        int foreign = fences[i].kind == DB_SERVER ? DB_AS_RUNNER | DB_AS_AIRLOCK : DB_AS_SERVER;
        ck_assert_msg(!(fences[i].roles & foreign),
                      "%s is written by a process that cannot reach it", fences[i].table);
    }
}
END_TEST

START_TEST(a_writer_waits_for_another_process)
{
    scratch s = scratch_make();
    Str path;
    Db *first = site_file(&s, DB_AS_RUNNER, &path), *second = NULL;
    ck_works(db_open(&s.a, path, DB_SITE, DB_AS_AIRLOCK, DB_READ_WRITE, &second));
    ck_works(db_begin(first, &s.a));
    ck_works(note(first, &s.a, "job.start"));
    ck_works(db_begin_reading(second,
                              &s.a)); // readers are not held up, and see the moment they began in
    ck_assert_int_eq(lines(second, &s.a), 0);
    ck_works(db_commit(first, &s.a));
    ck_assert_int_eq(lines(second, &s.a), 0);
    db_rollback(second);
    ck_assert_int_eq(lines(second, &s.a), 1);
    db_close(second);
    db_close(first);
}
END_TEST

// The lock by which other programs know that somebody has the database open.
static bool is_locked(Str path, Arena *a)
{
    struct flock lock = {.l_type = F_WRLCK, .l_start = 0x40000002, .l_len = 510};
    fflush(NULL);
    pid_t child = fork(); // a process never sees its own locks
    if (!child) {
        int fd = open(cstr(a, path), O_RDWR);
        _exit(fd < 0 || fcntl(fd, F_GETLK, &lock) || lock.l_type == F_UNLCK ? 1 : 0);
    }
    int status = 0;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return status == 0;
}

START_TEST(opening_once_more_keeps_the_locks_of_this_process)
{
    scratch s = scratch_make();
    Str path;
    Db *first = site_file(&s, DB_AS_RUNNER, &path), *second = NULL;
    ck_assert_int_eq(lines(first, &s.a), 0);
    ck_assert(is_locked(path, &s.a));
    ck_works(db_open(&s.a, path, DB_SITE, DB_AS_RUNNER, DB_READ_WRITE, &second));
    ck_assert(is_locked(path, &s.a));
    db_close(second);
    ck_assert(is_locked(path, &s.a));
    db_close(first);
    ck_assert(!is_locked(path, &s.a));
}
END_TEST

START_TEST(a_copy_is_whole)
{
    scratch s = scratch_make();
    Str path, copy = arena_fmt(&s.a, "%.*s/copy.db", STR(s.folder));
    Db *db = site_file(&s, DB_AS_RUNNER, &path), *copied = NULL;
    ck_works(db_begin(db, &s.a));
    ck_works(db_settle(db, &s.a, note(db, &s.a, "job.make")));
    ck_works(db_copy(db, &s.a, copy));
    ck_fails(ERR_IO, db_copy(db, &s.a, copy)); // never over something that is there
    ck_works(db_open(&s.a, copy, DB_SITE, DB_AS_ADMIN, DB_READ_WRITE, &copied));
    ck_works(db_check_integrity(copied, &s.a));
    ck_assert_int_eq(lines(copied, &s.a), 1);
    db_close(copied);
    db_close(db);
}
END_TEST

typedef struct Worker {
    DbPool *pool;
    int notes;
} Worker;

static void *work(void *of)
{
    Worker *w = of;
    Arena a = {0};
    for (int i = 0; i < 20; i++) {
        Db *reader = db_take(w->pool, DB_READ_ONLY);
        AuditHeadGet head;
        if (audit_head_get(reader, &a, &head)) break;
        db_give(w->pool, reader);
        Db *writer = db_take(w->pool, DB_READ_WRITE);
        Err *e = db_begin(writer, &a);
        if (!e) e = db_settle(writer, &a, note(writer, &a, "job.tick"));
        db_give(w->pool, writer);
        if (e) break;
        w->notes++;
    }
    arena_free(&a);
    return NULL;
}

START_TEST(threads_share_a_pool)
{
    scratch s = scratch_make();
    Str path;
    db_close(site_file(&s, DB_AS_RUNNER, &path));
    Worker workers[4] = {0};
    pthread_t threads[4];
    DbPool *pool = NULL;
    ck_works(db_pool_open(&s.a, path, DB_SITE, DB_AS_RUNNER, 2, 1, &pool));
    for (int i = 0; i < 4; i++) {
        workers[i].pool = pool;
        ck_assert_int_eq(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(workers[i].notes, 20);
    Db *db = db_take(pool, DB_READ_ONLY);
    ck_assert_int_eq(lines(db, &s.a), 80);
    db_give(pool, db);
    db_pool_close(pool);
}
END_TEST

static int number_read(void *number, int columns, char **values, char **names)
{
    i64 n = -1;
    (void)columns, (void)names;
    if (!str_i64(str_from(values[0]), &n)) n = -1;
    *(i64 *)number = n;
    return 0;
}

static i64 pragma(Db *db, const char *which)
{
    i64 number = -1;
    db->migrating = true; // the fence knows no pragma
    ck_assert_int_eq(sqlite3_exec(db->sqlite, which, number_read, &number, NULL), SQLITE_OK);
    db->migrating = false;
    return number;
}

// A connection that has not changed anything has read no schema; the first change is as safe as every other.
START_TEST(a_commit_waits_for_the_disk)
{
    scratch s = scratch_make();
    Str path;
    DbPool *pool = NULL;
    db_close(site_file(&s, DB_AS_RUNNER, &path));
    ck_works(db_pool_open(&s.a, path, DB_SITE, DB_AS_RUNNER, 1, 2, &pool));
    for (int round = 0; round < 2; round++) {
        Db *db = db_take(pool, DB_READ_WRITE);
        ck_works(db_begin(db, &s.a));
        ck_assert_int_eq(pragma(db, "pragma synchronous"), 2);
        ck_assert_int_eq(pragma(db, "pragma secure_delete"), 1);
        ck_assert_int_eq(pragma(db, "pragma foreign_keys"), 1);
        ck_works(db_settle(db, &s.a, note(db, &s.a, "job.tick")));
        db_give(pool, db);
    }
    ck_assert(file_exists(&s.a, arena_fmt(&s.a, "%.*s-wal", STR(path))));
    db_pool_close(pool);
}
END_TEST

START_TEST(a_connection_comes_back_clean)
{
    scratch s = scratch_make();
    Str path;
    db_close(site_file(&s, DB_AS_RUNNER, &path));
    DbPool *pool = NULL;
    ck_works(db_pool_open(&s.a, path, DB_SITE, DB_AS_RUNNER, 1, 1, &pool));
    Db *db = db_take(pool, DB_READ_WRITE);
    ck_works(db_begin(db, &s.a));
    ck_works(note(db, &s.a, "job.forgotten"));
    db_give(pool, db);
    db = db_take(pool, DB_READ_WRITE);
    ck_assert(!db_is_in_transaction(db));
    ck_assert_int_eq(lines(db, &s.a), 0);
    db_give(pool, db);
    db_pool_close(pool);
}
END_TEST

Suite *db_suite(void);
Suite *db_suite(void)
{
    Suite *suite = suite_create("db");
    TCase *t = tcase_create("db");
    tcase_add_test(t, every_ladder_migrates_and_migrating_again_changes_nothing);
    tcase_add_test(t, a_newer_database_is_refused);
    tcase_add_test(t, an_older_database_is_noticed);
    tcase_add_test(t, what_is_no_database_is_refused);
    tcase_add_test(t, a_change_is_kept_or_forgotten_as_a_whole);
    tcase_add_test(t, changes_need_a_transaction_and_a_writer);
    tcase_add_test(t, the_fence_holds);
    tcase_add_test(t, text_search_works_behind_the_fence);
    tcase_add_test(t, settings_and_the_schema_are_out_of_reach);
    tcase_add_test(t, every_table_has_a_writer);
    tcase_add_test(t, a_writer_waits_for_another_process);
    tcase_add_test(t, opening_once_more_keeps_the_locks_of_this_process);
    tcase_add_test(t, a_copy_is_whole);
    tcase_add_test(t, threads_share_a_pool);
    tcase_add_test(t, a_commit_waits_for_the_disk);
    tcase_add_test(t, a_connection_comes_back_clean);
    suite_add_tcase(suite, t);
    return suite;
}
