// sqlgen: proves every query of every room against the real schema and turns it into a typed C function.
//   sqlgen OUTDIR MIGRATION.sql... -- ROOM.sql...
// A room's file begins with "-- database: server|site|both"; each statement has a head:
//   -- one|maybe|many|exec name(param type, ...) [-> RowType]: reason
// Types: i64 text bool time blob f64. "time?" as a parameter stores an empty value as NULL; a column named
// "n:i64?" may be NULL and comes with has_n. Expressions need a type: count(*) as "n:i64".
// Columns that several queries share are written once (gen/sqlcolumns.h).
#include <sqlite3.h>

#include "base/str.h"
#include "gen/sqlcolumns.h"
#include "gen/sqlgen.h"
#include "gen/sqltext.h"

static const FieldType field_types[] = {
    {{"i64", 3},  {"i64", 3},    {"i64", 3},  true },
    {{"text", 4}, {"Str", 3},    {"text", 4}, false},
    {{"bool", 4}, {"bool", 4},   {"bool", 4}, true },
    {{"time", 4}, {"Time", 4},   {"i64", 3},  true },
    {{"blob", 4}, {"Str", 3},    {"blob", 4}, false},
    {{"f64", 3},  {"double", 6}, {"f64", 3},  true },
};

static const FieldType *type_of(const Source *src, isize at, Str word, bool *nullable)
{
    *nullable = str_ends(word, S("?"));
    Str name = *nullable ? str_take(word, word.n - 1) : word;
    for (isize i = 0; i < COUNT(field_types); i++)
        if (str_eq(field_types[i].name, name)) return &field_types[i];
    refuse(src, at, "'%.*s' is no type; use i64, text, bool, time, blob or f64", STR(word));
}

static void name_check(const Source *src, isize at, Str name)
{
    static const char taken[] =
        " db a out changed found st row default int short long char float double signed "
        "unsigned const static register volatile case switch for while if else do goto "
        "break continue return struct union enum typedef void auto inline extern bool v n ";
    bool word = name.n && !(name.s[0] >= '0' && name.s[0] <= '9');
    for (isize i = 0; i < name.n; i++) {
        char c = name.s[i];
        word = word && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_');
    }
    if (!word) refuse(src, at, "'%.*s' is no name; use a-z, 0-9 and _", STR(name));
    char padded[80];
    snprintf(padded, sizeof padded, " %.*s ", (int)(name.n < 70 ? name.n : 70), name.s);
    if (strstr(taken, padded) && name.n > 1)
        refuse(src, at, "'%.*s' is taken by the written code; choose another name", STR(name));
}

// --- one query

static void read_params(const Source *src, Query *q, Str list)
{
    for (Str piece; str_next(&list, ',', &piece);) {
        Str name, type;
        if (!str_cut(str_trim(piece), ' ', &name, &type))
            refuse(src, q->at, "%.*s: '%.*s' should be 'name type'", STR(q->name), STR(piece));
        if (q->params_n == PARAMS_MAX) refuse(src, q->at, "more than %d parameters", PARAMS_MAX);
        Field *f = &q->params[q->params_n++];
        f->name = name;
        name_check(src, q->at, name);
        f->type = type_of(src, q->at, str_trim(type), &f->nullable);
    }
}

static void read_head(Arena *a, const Source *src, Query *q, Str head)
{
    static const char *kinds[] = {"one", "maybe", "many", "exec"};
    Str kind, rest, params, tail;
    str_cut(head, ' ', &kind, &rest);
    for (int i = 0; i < 4; i++)
        if (str_eq(kind, str_from(kinds[i]))) q->kind = (QueryKind)i;
    if (!str_cut(rest, '(', &q->name, &rest) || !str_cut(rest, ')', &params, &tail))
        refuse(src, q->at, "expected: -- one|maybe|many|exec name(param type, ...): reason");
    q->name = str_trim(q->name);
    name_check(src, q->at, q->name);
    read_params(src, q, params);
    Str arrow;
    if (!str_cut(tail, ':', &arrow, &q->reason) || !str_trim(q->reason).n)
        refuse(src, q->at, "%.*s: say the reason after a colon", STR(q->name));
    q->reason = str_trim(q->reason);
    arrow = str_trim(arrow);
    q->arrow = str_starts(arrow, S("->"));
    if (q->arrow)
        q->row = str_trim(str_skip(arrow, 2));
    else if (arrow.n)
        refuse(src, q->at, "%.*s: '%.*s' before the colon", STR(q->name), STR(arrow));
    else
        q->row = arena_fmt(a, "%.*s%s", STR(camel(a, q->name)), q->kind == QUERY_MANY ? "Row" : "");
    if (q->arrow && q->kind == QUERY_EXEC) refuse(src, q->at, "exec returns no row");
}

static void match_params(const Source *src, Query *q, sqlite3_stmt *st)
{
    for (int i = 0; i < q->params_n; i++) {
        char key[80];
        snprintf(key, sizeof key, ":%.*s", STR(q->params[i].name));
        q->binds[i] = sqlite3_bind_parameter_index(st, key);
        if (!q->binds[i]) refuse(src, q->at, "%.*s: parameter %s is never used", STR(q->name), key);
        for (int j = 0; j < i; j++)
            if (q->binds[j] == q->binds[i])
                refuse(src, q->at, "%.*s: parameter %s is declared twice", STR(q->name), key);
    }
    for (int i = 1; i <= sqlite3_bind_parameter_count(st); i++) {
        const char *name = sqlite3_bind_parameter_name(st, i);
        if (!name || name[0] != ':')
            refuse(src, q->at, "%.*s: write parameters as :name", STR(q->name));
        bool known = false;
        for (int j = 0; j < q->params_n; j++)
            known = known || q->binds[j] == i;
        if (!known) {
            isize at = str_find(q->sql, str_from(name));
            refuse(src, q->sql.s - src->text.s + (at < 0 ? 0 : at),
                   "%.*s: parameter %s is not declared in the head", STR(q->name), name);
        }
    }
}

// Can this column be NULL, as far as the schema and the joins tell?
static bool column_may_be_null(sqlite3 *db, sqlite3_stmt *st, int i, Str sql)
{
    const char *table = sqlite3_column_table_name(st, i),
               *column = sqlite3_column_origin_name(st, i);
    if (!table || !column) return false;
    int not_null = 0, primary = 0;
    const char *type = NULL;
    sqlite3_table_column_metadata(db, "main", table, column, &type, NULL, &not_null, &primary,
                                  NULL);
    bool row_id = primary && type && !sqlite3_stricmp(type, "integer");
    return !(not_null || row_id) || sql_joins_outer(sql, str_from(table));
}

static void read_column(Build *b, const Source *src, sqlite3 *db, sqlite3_stmt *st, Query *q, int i)
{
    Field *f = &q->columns[i];
    Str label = str_copy(&b->a, str_from(sqlite3_column_name(st, i))), type;
    const char *decl = sqlite3_column_decltype(st, i);
    bool told = str_cut(label, ':', &f->name, &type);
    if (!told && !decl)
        refuse(src, q->at, "%.*s: column '%.*s' is an expression; name its type: as \"name:i64\"",
               STR(q->name), STR(label));
    if (!told)
        type = !sqlite3_stricmp(decl, "text")   ? S("text")
               : !sqlite3_stricmp(decl, "blob") ? S("blob")
               : !sqlite3_stricmp(decl, "real") ? S("f64")
                                                : S("i64");
    f->type = type_of(src, q->at, type, &f->nullable);
    name_check(src, q->at, f->name);
    if (f->type->plain && !f->nullable && column_may_be_null(db, st, i, q->sql))
        refuse(src, q->at, "%.*s: column '%.*s' may be null; name it as \"%.*s:%.*s?\"",
               STR(q->name), STR(f->name), STR(f->name), STR(f->type->name));
    for (int j = 0; j < i; j++)
        if (str_eq(q->columns[j].name, f->name))
            refuse(src, q->at, "%.*s: two columns are called '%.*s'", STR(q->name), STR(f->name));
}

static void check_shape(const Source *src, const Query *q)
{
    isize star = sql_star(q->sql);
    if (star >= 0)
        refuse(src, q->sql.s - src->text.s + star, "%.*s: name the columns instead of *",
               STR(q->name));
    if (q->kind == QUERY_EXEC && q->columns_n)
        refuse(src, q->at, "%.*s: exec, but it returns columns", STR(q->name));
    if (q->kind != QUERY_EXEC && !q->columns_n)
        refuse(src, q->at, "%.*s: it returns no columns; make it exec", STR(q->name));
    if (q->kind == QUERY_MANY && !q->writes && !sql_has_limit(q->sql))
        refuse(src, q->at, "%.*s: a list must say its limit", STR(q->name));
}

// Prepares the statement that begins at `at`; returns where the next one begins.
static isize query_prove(Build *b, const QueryFile *f, Query *q, Database database, isize at)
{
    sqlite3 *db = b->db[database];
    sqlite3_stmt *st = NULL;
    const char *next = NULL;
    const Source *src = &f->src;
    at += sql_skip_blank(str_skip(src->text, at));
    if (sqlite3_prepare_v2(db, src->text.s + at, (int)(src->text.n - at), &st, &next)) {
        int off = sqlite3_error_offset(db);
        refuse(src, off > 0 ? at + off : at, "%.*s: %s", STR(q->name), sqlite3_errmsg(db));
    }
    if (!st) refuse(src, q->at, "%.*s: no statement follows", STR(q->name));
    q->sql = str_trim(str_span(src->text, at, next - src->text.s));
    if (!str_ends(q->sql, S(";"))) refuse(src, at, "%.*s: end the statement with ;", STR(q->name));
    if (!sql_is_query(q->sql))
        refuse(src, at, "%.*s: only select, insert, update and delete", STR(q->name));
    q->writes = !sqlite3_stmt_readonly(st);
    q->columns_n = sqlite3_column_count(st);
    if (q->columns_n > COLUMNS_MAX) refuse(src, q->at, "more than %d columns", COLUMNS_MAX);
    match_params(src, q, st);
    check_shape(src, q);
    for (int i = 0; i < q->columns_n; i++)
        read_column(b, src, db, st, q, i);
    sqlite3_finalize(st);
    return next - src->text.s;
}

static void check_shared_row(const QueryFile *f, const Query *q)
{
    for (const Query *p = f->v; p < q; p++) {
        if (p->kind == QUERY_EXEC || !str_eq(p->row, q->row)) continue;
        bool same = p->columns_n == q->columns_n;
        for (int i = 0; same && i < q->columns_n; i++)
            same = str_eq(p->columns[i].name, q->columns[i].name) &&
                   p->columns[i].type == q->columns[i].type &&
                   p->columns[i].nullable == q->columns[i].nullable;
        if (!same)
            refuse(&f->src, q->at, "%.*s: its columns differ from %.*s, which also returns %.*s",
                   STR(q->name), STR(p->name), STR(q->row));
    }
}

// --- one file

static Database database_line(const Source *src)
{
    Str first, rest;
    str_cut(src->text, '\n', &first, &rest);
    first = str_trim(first);
    if (str_eq(first, S("-- database: server"))) return DATABASE_SERVER;
    if (str_eq(first, S("-- database: site"))) return DATABASE_SITE;
    if (str_eq(first, S("-- database: both"))) return DATABASE_BOTH;
    refuse(src, 0,
           "the first line says '-- database: server', '-- database: site' or '-- database: both'");
}

static Query *query_add(Build *b, QueryFile *f)
{
    if (f->n == f->cap) {
        f->cap = f->cap ? f->cap * 2 : 16;
        Query *v = make(&b->a, Query, f->cap);
        if (f->n) memcpy(v, f->v, (size_t)f->n * sizeof *v);
        f->v = v;
    }
    return &f->v[f->n++];
}

static void query_name_check(Build *b, const QueryFile *f, const Query *q)
{
    void **home = map_at(&b->a, &b->names, q->name);
    if (*home)
        refuse(&f->src, q->at, "%.*s is already a query of %s", STR(q->name), (const char *)*home);
    *home = cstr(&b->a, f->src.path);
}

static void file_read(Build *b, Str path)
{
    QueryFile f = {.src = source_read(&b->a, path)};
    f.database = database_line(&f.src);
    f.src.text = sql_columns_expand(&b->a, &f.src);
    for (isize at = 0; at < f.src.text.n;) {
        isize head_at = at;
        Str head = sql_head(&b->a, f.src.text, &at, &head_at);
        if (!head.n) {
            isize blank = sql_skip_blank(str_skip(f.src.text, at));
            if (at + blank < f.src.text.n)
                refuse(&f.src, at + blank,
                       "a statement without a head; write '-- one name(): reason' above it");
            break;
        }
        Query *q = query_add(b, &f);
        q->at = head_at;
        q->slot = b->slots++;
        read_head(&b->a, &f.src, q, head);
        query_name_check(b, &f, q);
        if (f.database == DATABASE_BOTH) query_prove(b, &f, q, DATABASE_SITE, at);
        at = query_prove(b, &f, q, f.database == DATABASE_SITE ? DATABASE_SITE : DATABASE_SERVER,
                         at);
        check_shared_row(&f, q);
    }
    queries_write(&b->a, b->outdir, &f);
}

int main(int argc, char **argv)
{
    static Build b;
    int split = 2;
    while (split < argc && strcmp(argv[split], "--") != 0)
        split++;
    if (argc < 4 || split == argc)
        refuse_plain("usage: sqlgen OUTDIR MIGRATION.sql... -- ROOM.sql...");
    sqlite3_initialize();
    for (int i = 0; i < 2; i++)
        if (sqlite3_open(":memory:", &b.db[i])) refuse_plain("sqlgen: no memory database");
    b.outdir = str_from(argv[1]);
    migrations_read(&b, argv + 2, split - 2);
    for (int i = split + 1; i < argc; i++)
        file_read(&b, str_from(argv[i]));
    migrations_write(&b);
    sqlite3_close(b.db[0]);
    sqlite3_close(b.db[1]);
    arena_free(&b.a);
}
