// Bringing a database to where this program expects it: append-only steps, each one transaction.
#include "db/migrate.h"

#include "base/str.h"
#include "db/connection.h"

static const Migration *known(const Db *db, Str name)
{
    for (isize i = 0; i < migrations_n; i++)
        if (migrations[i].kind == db->kind && str_eq(migrations[i].name, name))
            return &migrations[i];
    return NULL;
}

// Names of what was applied, in no order.
static fallible applied(Db *db, Arena *a, StrList *out)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(db->sqlite, "select name from migration", -1, &st, NULL);
    if (rc)
        return fail(a, ERR_IO, "this file is not a database of tresor: %s",
                    sqlite3_errmsg(db->sqlite));
    while ((rc = sqlite3_step(st)) == SQLITE_ROW)
        str_list_add(a, out, str_copy(a, str_from((const char *)sqlite3_column_text(st, 0))));
    sqlite3_finalize(st);
    if (rc != SQLITE_DONE) return db_failure(db, a, rc, "reading");
    for (isize i = 0; i < out->n; i++)
        if (!known(db, out->v[i]))
            return fail(a, ERR_CONFLICT,
                        "a newer tresor has written this database (step %.*s); run that version or "
                        "a later one",
                        STR(out->v[i]));
    return NULL;
}

// Looks again under the write lock: another process may have been first.
static fallible apply(Db *db, Arena *a, const Migration *m, Time now)
{
    StrList done = {0};
    TRY(applied(db, a, &done));
    if (str_list_has(&done, m->name)) return NULL;
    TRY(db_exec(db, a, cstr(a, m->sql)));
    Str note = arena_fmt(a, "insert into migration (name, at) values ('%.*s', %lld)", STR(m->name),
                         (long long)now);
    return db_exec(db, a, cstr(a, note));
}

static fallible apply_missing(Db *db, Arena *a, Time now)
{
    StrList done = {0};
    TRY(db_exec(db, a,
                "create table if not exists migration (name text primary key not null, "
                "at integer not null) strict"));
    TRY(applied(db, a, &done));
    for (isize i = 0; i < migrations_n; i++) {
        const Migration *m = &migrations[i];
        if (m->kind != db->kind || str_list_has(&done, m->name)) continue;
        TRY(db_begin(db, a));
        TRY(err_under(a, db_settle(db, a, apply(db, a, m, now)), "migration %.*s", STR(m->name)));
    }
    return NULL;
}

fallible db_migrate(Db *db, Arena *a, Time now)
{
    db->migrating = true;
    Err *e = apply_missing(db, a, now);
    db->migrating = false;
    return e;
}

fallible db_check_current(Db *db, Arena *a)
{
    StrList done = {0};
    TRY(applied(db, a, &done));
    for (isize i = 0; i < migrations_n; i++)
        if (migrations[i].kind == db->kind && !str_list_has(&done, migrations[i].name))
            return fail(a, ERR_CONFLICT,
                        "this database is older than this program (step %.*s is missing); start "
                        "the service "
                        "once, it brings the database up to date",
                        STR(migrations[i].name));
    return NULL;
}
