// Writes the typed C of proven queries: structs in NAME.gen.h, functions in NAME.gen.c.
#include "base/str.h"
#include "gen/sqlgen.h"

typedef struct Writer {
    Arena *a;
    Buf h, c;
    const QueryFile *file;
} Writer;

static const char *const database_words[] = {"DB_SERVER", "DB_SITE", "DB_BOTH"};

static Str list_type(Arena *a, const Query *q)
{
    return q->arrow ? arena_fmt(a, "%.*sList", STR(q->row)) : camel(a, q->name);
}

// "there is no such job request" from job_request_get, job_request_by_name or job_request_of
static Str noun(Arena *a, Str name)
{
    isize by = str_find(name, S("_by_")), last = str_rfind_byte(name, '_');
    Str words = by > 0 ? str_take(name, by) : last > 0 ? str_take(name, last) : name;
    return str_replace(a, words, S("_"), S(" "));
}

static bool row_is_written(const QueryFile *f, const Query *q)
{
    for (const Query *p = f->v; p < q; p++)
        if (p->columns_n && str_eq(p->row, q->row)) return true;
    return false;
}

static bool list_is_written(Arena *a, const QueryFile *f, const Query *q)
{
    for (const Query *p = f->v; p < q; p++)
        if (p->kind == QUERY_MANY && str_eq(list_type(a, p), list_type(a, q))) return true;
    return false;
}

static void write_struct(Writer *w, const Query *q)
{
    Buf *h = &w->h;
    buf_fmt(h, "typedef struct %.*s {\n", STR(q->row));
    for (int i = 0; i < q->columns_n; i++) {
        const Field *f = &q->columns[i];
        if (f->nullable && f->type->plain) buf_fmt(h, "    bool has_%.*s;\n", STR(f->name));
        buf_fmt(h, "    %.*s %.*s;\n", STR(f->type->c), STR(f->name));
    }
    buf_fmt(h, "} %.*s;\n", STR(q->row));
}

static void write_list_struct(Writer *w, const Query *q)
{
    Str list = list_type(w->a, q);
    buf_fmt(&w->h, "typedef struct %.*s {\n    %.*s *v;\n    isize n;\n} %.*s;\n", STR(list),
            STR(q->row), STR(list));
}

static void write_reader(Writer *w, const Query *q)
{
    Buf *c = &w->c;
    buf_fmt(c, "static void read_%.*s(Arena *a, DbStmt *st, %.*s *out)\n{\n    (void)a;\n",
            STR(q->row), STR(q->row));
    for (int i = 0; i < q->columns_n; i++) {
        const Field *f = &q->columns[i];
        if (f->nullable && f->type->plain)
            buf_fmt(c, "    out->has_%.*s = db_has(st, %d);\n", STR(f->name), i);
        buf_fmt(c, "    out->%.*s = db_get_%.*s(a, st, %d);\n", STR(f->name), STR(f->type->access),
                i);
    }
    buf_put(c, S("}\n\n"));
}

static void write_signature(Writer *w, Buf *o, const Query *q)
{
    buf_fmt(o, "fallible %.*s(Db *db, Arena *a", STR(q->name));
    for (int i = 0; i < q->params_n; i++)
        buf_fmt(o, ", %.*s %.*s", STR(q->params[i].type->c), STR(q->params[i].name));
    Str type = q->kind == QUERY_MANY ? list_type(w->a, q) : q->row;
    if (q->kind == QUERY_EXEC)
        buf_put(o, S(", i64 *changed"));
    else
        buf_fmt(o, ", %.*s *out", STR(type));
    if (q->kind == QUERY_MAYBE) buf_put(o, S(", bool *found"));
    buf_put(o, S(")"));
}

static void write_start(Writer *w, const Query *q)
{
    Buf *c = &w->c;
    write_signature(w, c, q);
    buf_fmt(c, "\n{\n    DbStmt *st;\n    TRY(db_ready(db, a, %d, %s,\n    ", q->slot,
            database_words[w->file->database]);
    c_literal(c, q->sql);
    buf_put(c, S(", &st));\n"));
    for (int i = 0; i < q->params_n; i++) {
        const Field *f = &q->params[i];
        buf_fmt(c, "    db_bind_%.*s%s(st, %d, %.*s);\n", STR(f->type->access),
                f->nullable ? "_or_null" : "", q->binds[i], STR(f->name));
    }
}

static void write_single(Writer *w, const Query *q)
{
    Buf *c = &w->c;
    buf_put(c, S("    bool row;\n    TRY(db_step(db, a, st, &row));\n"));
    if (q->kind == QUERY_ONE)
        buf_fmt(c, "    if (!row) return fail(a, ERR_NOT_FOUND, \"there is no such %.*s\");\n",
                STR(noun(w->a, q->name)));
    else
        buf_fmt(c, "    *found = row;\n    *out = (%.*s){0};\n    if (!row) return NULL;\n",
                STR(q->row));
    buf_fmt(c, "    read_%.*s(a, st, out);\n", STR(q->row));
    buf_fmt(c, "    return %s(db, a, st);\n}\n\n", q->writes ? "db_finish" : "db_done");
}

static void write_list(Writer *w, const Query *q)
{
    Str list = list_type(w->a, q);
    buf_fmt(&w->c,
            "    isize cap = 0;\n    *out = (%.*s){0};\n    for (bool row;;) {\n"
            "        TRY(db_step(db, a, st, &row));\n        if (!row) return NULL;\n"
            "        if (out->n == cap) {\n            cap = cap ? cap * 2 : 8;\n"
            "            %.*s *more = make(a, %.*s, cap);\n"
            "            if (out->n) memcpy(more, out->v, (size_t)out->n * sizeof *more);\n"
            "            out->v = more;\n        }\n        read_%.*s(a, st, &out->v[out->n++]);\n "
            "   }\n}\n\n",
            STR(list), STR(q->row), STR(q->row), STR(q->row));
}

static void write_query(Writer *w, const Query *q)
{
    if (q->columns_n && !row_is_written(w->file, q)) {
        write_struct(w, q);
        write_reader(w, q);
    }
    if (q->kind == QUERY_MANY && !list_is_written(w->a, w->file, q)) write_list_struct(w, q);
    buf_fmt(&w->h, "// %.*s\n", STR(q->reason));
    write_signature(w, &w->h, q);
    buf_put(&w->h, S(";\n\n"));
    write_start(w, q);
    if (q->kind == QUERY_EXEC)
        buf_put(&w->c, S("    return db_run(db, a, st, changed);\n}\n\n"));
    else if (q->kind == QUERY_MANY)
        write_list(w, q);
    else
        write_single(w, q);
}

void queries_write(Arena *a, Str outdir, const QueryFile *f)
{
    Writer w = {.a = a, .h.a = a, .c.a = a, .file = f};
    Str name =
        arena_fmt(a, "%.*s/%.*s.gen", STR(source_room(f->src.path)), STR(source_stem(f->src.path)));
    buf_fmt(&w.h,
            "// Written by sqlgen from %.*s.\n#pragma once\n#include \"base/time.h\"\n#include "
            "\"db/db.h\"\n\n",
            STR(f->src.path));
    buf_fmt(&w.c,
            "// Written by sqlgen from %.*s.\n#include \"%.*s.h\"\n\n#include \"db/query.h\"\n\n",
            STR(f->src.path), STR(name));
    for (isize i = 0; i < f->n; i++)
        write_query(&w, &f->v[i]);
    result_write(a, outdir, arena_fmt(a, "%.*s.h", STR(name)), buf_str(&w.h));
    result_write(a, outdir, arena_fmt(a, "%.*s.c", STR(name)), buf_str(&w.c));
}
