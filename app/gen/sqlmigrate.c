// Reads the migrations of both databases, proves them by applying them, and writes them out for db/.
#include <sqlite3.h>

#include "base/str.h"
#include "gen/sqlgen.h"
#include "gen/sqltext.h"

static const struct {
    const char *word, *name;
} writer_roles[] = {
    {"server",  "DB_AS_SERVER" },
    {"runner",  "DB_AS_RUNNER" },
    {"airlock", "DB_AS_AIRLOCK"},
    {"admin",   "DB_AS_ADMIN"  },
};

static FenceRow *fence_of(Build *b, Database database, Str table)
{
    for (isize i = 0; i < b->fences_n; i++)
        if (b->fences[i].database == database && str_eq(b->fences[i].table, table))
            return &b->fences[i];
    return NULL;
}

static FenceRow *fence_add(Build *b, Database database, Str table)
{
    FenceRow *old = fence_of(b, database, table);
    if (old) return old;
    if (b->fences_n == b->fences_cap) {
        b->fences_cap = b->fences_cap ? b->fences_cap * 2 : 64;
        FenceRow *v = make(&b->a, FenceRow, b->fences_cap);
        if (b->fences_n) memcpy(v, b->fences, (size_t)b->fences_n * sizeof *v);
        b->fences = v;
    }
    b->fences[b->fences_n] = (FenceRow){database, table, 0};
    return &b->fences[b->fences_n++];
}

static int roles_read(const MigrationFile *m, Str line, Str words)
{
    int roles = 0;
    for (Str word; str_next(&words, ' ', &word);) {
        int role = 0;
        for (isize i = 0; i < COUNT(writer_roles); i++)
            if (str_eq(word, str_from(writer_roles[i].word))) role = 1 << i;
        if (!role && word.n)
            refuse(&m->src, line.s - m->src.text.s,
                   "'%.*s' is no role; use server, runner, airlock or admin", STR(word));
        roles |= role;
    }
    return roles;
}

// Lines "-- writers TABLE: role role"; a later one for the same table replaces an earlier one.
static void writers_read(Build *b, const MigrationFile *m)
{
    Str rest = m->src.text;
    for (Str line; str_next(&rest, '\n', &line);) {
        Str table, words;
        if (!str_starts(line, S("-- writers "))) continue;
        if (!str_cut(str_skip(line, 11), ':', &table, &words))
            refuse(&m->src, line.s - m->src.text.s, "expected: -- writers TABLE: role role");
        int roles = roles_read(m, line, str_trim(words));
        fence_add(b, m->database, str_trim(table))->roles = roles;
    }
}

static isize where_created(const MigrationFile *m, const char *table)
{
    char words[160];
    snprintf(words, sizeof words, "create table %s", table);
    isize at = str_find(m->src.text, str_from(words));
    return at < 0 ? 0 : at;
}

static void tables_check(Build *b, const MigrationFile *m)
{
    sqlite3_stmt *st;
    const char *sql = "select name, strict from pragma_table_list where schema = 'main' "
                      "and type = 'table' and name not like 'sqlite_%'";
    if (sqlite3_prepare_v2(b->db[m->database], sql, -1, &st, NULL))
        refuse_plain("sqlgen: no table_list");
    while (sqlite3_step(st) == SQLITE_ROW) {
        const char *table = (const char *)sqlite3_column_text(st, 0);
        if (!sqlite3_column_int(st, 1))
            refuse(&m->src, where_created(m, table),
                   "table %s is not strict; end it with ') strict;'", table);
        if (!fence_of(b, m->database, str_from(table)))
            refuse(&m->src, where_created(m, table),
                   "who writes table %s? say '-- writers %s: server admin' (or runner, airlock; "
                   "nobody is "
                   "an empty list)",
                   table, table);
    }
    sqlite3_finalize(st);
}

static void migration_apply(Build *b, const MigrationFile *m)
{
    sqlite3 *db = b->db[m->database];
    const char *text = m->src.text.s, *end = text + m->src.text.n;
    sqlite3_exec(db, "begin", NULL, NULL, NULL);
    for (const char *at = text; at < end;) {
        sqlite3_stmt *st = NULL;
        const char *next = end;
        at += sql_skip_blank((Str){at, end - at});
        int rc = sqlite3_prepare_v2(db, at, (int)(end - at), &st, &next);
        int off = sqlite3_error_offset(db);
        if (!rc && st) {
            do
                rc = sqlite3_step(st);
            while (rc == SQLITE_ROW);
            rc = rc == SQLITE_DONE ? 0 : rc;
        }
        if (rc) refuse(&m->src, at - text + (off > 0 ? off : 0), "%s", sqlite3_errmsg(db));
        sqlite3_finalize(st);
        at = next;
    }
    if (sqlite3_get_autocommit(db))
        refuse(&m->src, 0, "a migration is one transaction already; remove begin and commit");
    sqlite3_exec(db, "commit", NULL, NULL, NULL);
    writers_read(b, m);
    tables_check(b, m);
}

static void migration_read(Build *b, Str path)
{
    MigrationFile *m = &b->migrations[b->migrations_n++];
    Str folder = source_room(path);
    m->src = source_read(&b->a, path);
    m->name = source_stem(path);
    if (str_ends(folder, S("server")))
        m->database = DATABASE_SERVER;
    else if (str_ends(folder, S("site")))
        m->database = DATABASE_SITE;
    else
        refuse(&m->src, 0, "a migration lies in db/server or db/site");
    i64 number;
    if (m->name.n < 6 || m->name.s[4] != '_' || !str_i64(str_take(m->name, 4), &number) ||
        number < 1)
        refuse(&m->src, 0, "a migration is named NNNN_name.sql");
    m->number = (int)number;
    for (isize i = 0; i < b->migrations_n - 1; i++)
        if (b->migrations[i].database == m->database && b->migrations[i].number == m->number)
            refuse(&m->src, 0, "number %04d is taken by %.*s", m->number,
                   STR(b->migrations[i].name));
}

static int by_number(const void *x, const void *y)
{
    const MigrationFile *l = x, *r = y;
    if (l->database != r->database) return l->database < r->database ? -1 : 1;
    return (l->number > r->number) - (l->number < r->number);
}

void migrations_read(Build *b, char **paths, int n)
{
    b->migrations = make(&b->a, MigrationFile, n);
    for (int i = 0; i < n; i++)
        migration_read(b, str_from(paths[i]));
    qsort(b->migrations, (size_t)n, sizeof *b->migrations, by_number);
    for (int i = 0; i < n; i++)
        migration_apply(b, &b->migrations[i]);
}

static const char *kind_word(Database d)
{
    return d == DATABASE_SITE ? "DB_SITE" : "DB_SERVER";
}

static void fences_write(Build *b, Buf *c)
{
    buf_put(c, S("const Fence fences[] = {\n"));
    for (isize i = 0; i < b->fences_n; i++) {
        const FenceRow *f = &b->fences[i];
        buf_fmt(c, "    {%s, \"%.*s\", 0", kind_word(f->database), STR(f->table));
        for (isize r = 0; r < COUNT(writer_roles); r++)
            if (f->roles & (1 << r)) buf_fmt(c, " | %s", writer_roles[r].name);
        buf_put(c, S("},\n"));
    }
    buf_fmt(c, "};\nconst isize fences_n = %td;\n", b->fences_n);
}

void migrations_write(Build *b)
{
    Buf c = {.a = &b->a};
    buf_fmt(&c,
            "// Written by sqlgen from the files of app/db/server and app/db/site.\n"
            "#include \"db/migrate.h\"\n\nconst int db_slots = %d;\n\n"
            "const Migration migrations[] = {\n",
            b->slots);
    for (isize i = 0; i < b->migrations_n; i++) {
        const MigrationFile *m = &b->migrations[i];
        buf_fmt(&c, "    {%s, {\"%.*s\", %td}, {\n    ", kind_word(m->database), STR(m->name),
                m->name.n);
        c_literal(&c, m->src.text);
        buf_fmt(&c, ", %td}},\n", m->src.text.n);
    }
    buf_fmt(&c, "};\nconst isize migrations_n = %td;\n\n", b->migrations_n);
    fences_write(b, &c);
    result_write(&b->a, b->outdir, S("db/migrations.gen.c"), buf_str(&c));
}
