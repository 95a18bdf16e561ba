// Lists of columns: found, taken out, put in.
#include "gen/sqlcolumns.h"

#include <ctype.h>

#include "base/str.h"

enum { LISTS_MAX = 16 };

typedef struct ColumnList {
    Str name, text;
    isize from, to; // of all of it, with its head
    bool used;
} ColumnList;
typedef struct ColumnLists {
    ColumnList v[LISTS_MAX];
    isize n;
} ColumnLists;

static Str word_at(Str text)
{
    isize n = 0;
    while (n < text.n && (isalnum((unsigned char)text.s[n]) || text.s[n] == '_'))
        n++;
    return str_take(text, n);
}

static ColumnList *list_named(ColumnLists *all, Str name)
{
    for (isize i = 0; i < all->n; i++)
        if (str_eq(all->v[i].name, name)) return &all->v[i];
    return NULL;
}

static const Str head = {"\n-- columns ", 12};

static void lists_find(Arena *a, const Source *src, ColumnLists *out)
{
    isize next;
    for (isize at = 0; (next = str_find(str_skip(src->text, at), head)) >= 0;) {
        isize from = at + next + 1;
        Str name = word_at(str_skip(src->text, from - 1 + head.n)), line, rest, body;
        str_cut(str_skip(src->text, from), '\n', &line, &rest);
        if (!name.n || !str_has(line, S(": ")))
            refuse(src, from, "expected: -- columns name: reason");
        if (!str_cut(rest, ';', &body, &rest))
            refuse(src, from, "%.*s: end the columns with ;", STR(name));
        if (list_named(out, name)) refuse(src, from, "%.*s is listed twice", STR(name));
        if (out->n == LISTS_MAX) refuse(src, from, "more than %d lists of columns", LISTS_MAX);
        at = rest.s - src->text.s;
        out->v[out->n++] = (ColumnList){.name = name,
                                        .text = str_replace(a, str_trim(body), S("\n"), S(" ")),
                                        .from = from,
                                        .to = at};
    }
}

// One that stands for a list, and where it ends.
static ColumnList *name_here(ColumnLists *all, const Source *src, isize at, isize *end)
{
    Str text = str_skip(src->text, at), name;
    if (!str_starts(text, S("{"))) return NULL;
    name = word_at(str_skip(text, 1));
    if (!name.n || !str_starts(str_skip(text, 1 + name.n), S("}"))) return NULL;
    ColumnList *list = list_named(all, name);
    if (!list) refuse(src, at, "no columns are called '%.*s'", STR(name));
    list->used = true;
    *end = at + name.n + 2;
    return list;
}

Str sql_columns_expand(Arena *a, const Source *src)
{
    ColumnLists all = {0};
    Buf b = {.a = a};
    lists_find(a, src, &all);
    isize list = 0;
    for (isize at = 0, end; at < src->text.n;) {
        const ColumnList *here = list < all.n ? &all.v[list] : NULL, *named = NULL;
        if (here && at == here->from) {
            for (; at < here->to; at++) // its lines stay, empty
                if (src->text.s[at] == '\n') buf_byte(&b, '\n');
            list++;
        } else if ((named = name_here(&all, src, at, &end))) {
            buf_put(&b, named->text);
            at = end;
        } else {
            buf_byte(&b, src->text.s[at++]);
        }
    }
    for (isize i = 0; i < all.n; i++)
        if (!all.v[i].used)
            refuse(src, all.v[i].from, "the columns %.*s are never used", STR(all.v[i].name));
    return buf_str(&b);
}
