// Both versions are read once for the prints of their rows, and once more for each key that is tried.
#include "view/difference.h"

#include "view/align.h"

enum { KEYS_MOST = 4, NAME_BYTES = 200 };

typedef struct Version {
    Rows rows;
    Print *prints; // of the cells that both versions have
    i64 *places;
    isize n;
    isize *columns;         // which cells, in the order of the new version
    isize columns_n, width; // width: of the heading
    const char *side;       // what makes a row that was cut unlike every row of the other version
} Version;

static void heading_read(Arena *a, Rows *r, StrList *names)
{
    *names = (StrList){0};
    if (r->separator == ROWS_LINES) {
        str_list_add(a, names, S("Text"));
        return;
    }
    if (!rows_next(r)) return;
    for (isize i = 0; i < r->n; i++)
        str_list_add(a, names, str_copy(a, str_take(r->v[i], NAME_BYTES)));
}

static isize times(const StrList *l, Str name)
{
    isize n = 0;
    for (isize i = 0; i < l->n; i++)
        n += str_eq(l->v[i], name);
    return n;
}

static isize place_of(const StrList *l, Str name)
{
    for (isize i = 0; i < l->n; i++)
        if (str_eq(l->v[i], name)) return i;
    return -1;
}

static void columns_match(Arena *a, const StrList *old, const StrList *new, Difference *d)
{
    d->columns = new->n;
    d->names = new->v;
    d->old_column = make(a, isize, new->n + 1);
    for (isize i = 0; i < new->n; i++) {
        bool once = times(new, new->v[i]) == 1 && times(old, new->v[i]) <= 1;
        isize at = once ? place_of(old, new->v[i]) : i;
        if (!once && (i >= old->n || !str_eq(old->v[i], new->v[i]))) at = -1;
        d->old_column[i] = at;
        if (at < 0) str_list_add(a, &d->added, new->v[i]);
    }
    for (isize i = 0; i < old->n; i++) {
        bool used = false;
        for (isize k = 0; k < new->n && !used; k++)
            used = d->old_column[k] == i;
        if (!used) str_list_add(a, &d->gone, old->v[i]);
    }
}

static void columns_shared(Arena *a, const Difference *d, Version *old, Version *new)
{
    old->columns = make(a, isize, d->columns + 1);
    new->columns = make(a, isize, d->columns + 1);
    for (isize i = 0; i < d->columns; i++) {
        if (d->old_column[i] < 0) continue;
        old->columns[old->columns_n++] = d->old_column[i];
        new->columns[new->columns_n++] = i;
    }
}

static Print key_print(const Version *v, isize columns)
{
    Str cells[ROWS_CELLS_MAX];
    const Rows *r = &v->rows;
    for (isize i = 0; i < columns; i++)
        cells[i] = v->columns[i] < r->n ? r->v[v->columns[i]] : (Str){0};
    return print_of(cells, columns);
}

// Of a whole row: the shared columns, cells that stand outside of the heading, and whether there is more.
static Print row_print(const Version *v)
{
    Str cells[2 * ROWS_CELLS_MAX + 1];
    const Rows *r = &v->rows;
    isize n = 0;
    for (; n < v->columns_n; n++)
        cells[n] = v->columns[n] < r->n ? r->v[v->columns[n]] : (Str){0};
    for (isize i = v->width; i < r->n; i++)
        cells[n++] = r->v[i];
    if (r->cut) cells[n++] = str_from(v->side);
    return print_of(cells, n);
}

static void rows_start(Rows *r)
{
    rows_seek(r, 0);
    if (r->separator != ROWS_LINES) rows_next(r);
}

// False when there are more rows than are compared in memory.
static bool version_read(Arena *a, Version *v)
{
    isize cap = 0;
    rows_start(&v->rows);
    for (v->n = 0; rows_next(&v->rows); v->n++) {
        if (v->n == DIFFERENCE_ROWS_MAX) return false;
        if (v->n == cap) {
            cap = cap ? cap * 2 : 1024;
            Print *prints = make(a, Print, cap);
            i64 *places = make(a, i64, cap);
            if (v->n) memcpy(prints, v->prints, (size_t)v->n * sizeof *prints);
            if (v->n) memcpy(places, v->places, (size_t)v->n * sizeof *places);
            v->prints = prints;
            v->places = places;
        }
        v->places[v->n] = v->rows.place;
        v->prints[v->n] = row_print(v);
    }
    return true;
}

static Print *keys_read(Arena *a, Version *v, isize columns)
{
    Print *out = make(a, Print, v->n + 1);
    rows_start(&v->rows);
    for (isize i = 0; i < v->n && rows_next(&v->rows); i++)
        out[i] = key_print(v, columns);
    return out;
}

static bool match_by_keys(Version *old, Version *new, isize columns, isize *of_new)
{
    Arena mine = {0}; // keys are needed no longer than this
    isize partners = 0, least = old->n < new->n ? old->n : new->n;
    Print *before = keys_read(&mine, old, columns), *now = keys_read(&mine, new, columns);
    bool unique = align_keys(&mine, before, old->n, now, new->n, of_new);
    for (isize i = 0; unique && i < new->n; i++)
        partners += of_new[i] >= 0;
    arena_free(&mine);
    return unique && partners * 2 >= least && least > 0;
}

static void rows_match(Arena *a, Version *old, Version *new, Difference *d, isize *of_new)
{
    bool is_table = new->rows.separator != ROWS_LINES;
    for (isize k = 1; is_table && k <= KEYS_MOST && k <= new->columns_n; k++) {
        if (!match_by_keys(old, new, k, of_new)) continue;
        for (isize i = 0; i < k; i++)
            str_list_add(a, &d->keys, d->names[new->columns[i]]);
        d->by = BY_KEY;
        return;
    }
    d->by = BY_CONTENT;
    Arena mine = {0};
    align_lines(&mine, old->prints, old->n, new->prints, new->n, of_new);
    arena_free(&mine);
}

static void note(Difference *d, ChangedRow row)
{
    d->changed += row.old_row && row.new_row;
    d->new_rows += !row.old_row;
    d->old_rows += !row.new_row;
    if (d->n < DIFFERENCE_KEPT) d->v[d->n++] = row;
}

static void changes_list(Arena *a, const Version *old, const Version *new, const isize *of_new,
                         Difference *d)
{
    bool *stays = make(a, bool, old->n + 1);
    for (isize i = 0; i < new->n; i++) {
        isize o = of_new[i];
        ChangedRow row = {.new_row = i + 1, .new_place = new->places[i]};
        if (o >= 0) {
            stays[o] = true;
            row.old_row = o + 1;
            row.old_place = old->places[o];
        }
        if (o >= 0 && print_eq(old->prints[o], new->prints[i]))
            d->same++;
        else
            note(d, row);
    }
    for (isize o = 0; o < old->n; o++)
        if (!stays[o]) note(d, (ChangedRow){.old_row = o + 1, .old_place = old->places[o]});
}

// Too many rows: the first with the first, the second with the second, without keeping any.
static void compare_by_number(Version *old, Version *new, Difference *d)
{
    d->by = BY_NUMBER;
    rows_start(&old->rows);
    rows_start(&new->rows);
    for (i64 row = 1;; row++) {
        bool before = rows_next(&old->rows), now = rows_next(&new->rows);
        if (!before && !now) return;
        if (before && now && print_eq(row_print(old), row_print(new)))
            d->same++;
        else
            note(d, (ChangedRow){.old_row = before ? row : 0,
                                 .new_row = now ? row : 0,
                                 .old_place = old->rows.place,
                                 .new_place = new->rows.place});
    }
}

void difference_make(Arena *a, int old_fd, char old_separator, int new_fd, char separator,
                     Difference *out)
{
    Version *old = make(a, Version, 1), *new = make(a, Version, 1);
    StrList before, now;
    *out = (Difference){.v = make(a, ChangedRow, DIFFERENCE_KEPT)};
    rows_open(a, old_fd, old_separator, &old->rows);
    rows_open(a, new_fd, separator, &new->rows);
    heading_read(a, &old->rows, &before);
    heading_read(a, &new->rows, &now);
    old->width = before.n, old->side = "old";
    new->width = now.n, new->side = "new";
    columns_match(a, &before, &now, out);
    columns_shared(a, out, old, new);
    if (!version_read(a, old) || !version_read(a, new)) {
        compare_by_number(old, new, out);
        return;
    }
    isize *of_new = make(a, isize, new->n + 1);
    rows_match(a, old, new, out, of_new);
    changes_list(a, old, new, of_new, out);
}

bool difference_is_none(const Difference *d)
{
    return !d->changed && !d->new_rows && !d->old_rows && !d->gone.n && !d->added.n;
}
