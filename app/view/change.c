// A page of changed rows: both versions are read again at the places that the difference kept.
#include "os/file.h"
#include "os/own.h"
#include "view/own.h"

typedef struct Both {
    Rows old, new;
    ChangePage *page;
    char mark;
    isize bytes; // shown of a cell
} Both;

static Str cell_at(const Rows *r, bool there, isize column)
{
    return there && column >= 0 && column < r->n ? r->v[column] : (Str){0};
}

static Str cell_look(const Both *b, Str cell)
{
    ValueKind k = value_read(cell, b->mark).kind;
    return k == VALUE_WHOLE || k == VALUE_NUMBER ? S("num")
           : k == VALUE_REDACTED                 ? S("gone")
                                                 : (Str){0};
}

static void cell_fill(Both *b, ChangeRow *row, isize old_column, isize column)
{
    Arena *a = b->page->a;
    Str was = cell_at(&b->old, row->old_row > 0, old_column);
    Str now = cell_at(&b->new, row->new_row > 0, column);
    ChangeCell *c = &row->cells[row->n++];
    *c = (ChangeCell){.was = view_shown(a, was, b->bytes),
                      .now = view_shown(a, now, b->bytes),
                      .was_there = old_column >= 0,
                      .look = cell_look(b, row->new_row ? now : was),
                      .differs =
                          row->old_row && row->new_row && old_column >= 0 && !str_eq(was, now)};
}

// Cells of the shared columns, then those beyond the heading, which count as changes too.
static void row_fill(Both *b, const ChangedRow *from, ChangeRow *row)
{
    const Difference *d = &b->page->d;
    isize widest = d->columns;
    *row = (ChangeRow){.old_row = from->old_row, .new_row = from->new_row};
    if (row->old_row) rows_seek(&b->old, from->old_place), rows_next(&b->old);
    if (row->new_row) rows_seek(&b->new, from->new_place), rows_next(&b->new);
    if (row->new_row && b->new.n > widest) widest = b->new.n;
    row->cells = make(b->page->a, ChangeCell, widest + 1);
    for (isize i = 0; i < widest; i++)
        cell_fill(b, row, i < d->columns ? d->old_column[i] : i, i);
    if (widest > b->page->columns) b->page->columns = widest;
}

static void page_fill(Sheet *s, int old, char separator, ChangePage *p)
{
    Both *b = make(s->a, Both, 1);
    i64 from = s->ask->wish.row < 1 ? 1 : s->ask->wish.row;
    b->page = p;
    b->mark = survey_decimal(s->separator);
    b->bytes = s->separator == ROWS_LINES ? VIEW_LINE : VIEW_CELL;
    difference_make(s->a, old, separator, s->fd, s->separator, &p->d);
    rows_open(s->a, old, separator, &b->old);
    rows_open(s->a, s->fd, s->separator, &b->new);
    p->from = from;
    p->columns = p->d.columns;
    p->rows = make(s->a, ChangeRow, VIEW_CHANGES);
    for (isize i = (isize)from - 1; i < p->d.n && p->n < VIEW_CHANGES; i++)
        row_fill(b, &p->d.v[i], &p->rows[p->n++]);
    Str here = view_with_href(s->a, (isize)(view_before(s->ask) - s->ask->befores));
    if (from > 1)
        p->previous = arena_fmt(s->a, "%.*s&row=%lld", STR(here),
                                (long long)(from > VIEW_CHANGES ? from - VIEW_CHANGES : 1));
    if (from - 1 + p->n < p->d.n)
        p->next = arena_fmt(s->a, "%.*s&row=%lld", STR(here), (long long)(from + p->n));
}

static fallible same_bytes(Arena *a, int x, int y, bool *out)
{
    enum { PIECE = 64 * 1024 };
    char *one = make(a, char, PIECE), *two = make(a, char, PIECE);
    for (i64 at = 0;; at += PIECE) {
        ssize_t n = pread(x, one, PIECE, at), m = pread(y, two, PIECE, at);
        if (n < 0 || m < 0) return fail(a, ERR_IO, "A stored file could not be read.");
        *out = n == m && !memcmp(one, two, (size_t)n);
        if (!*out || !n) return NULL;
    }
}

fallible change_rows(Sheet *s, ChangePage *out)
{
    int opened;
    *out = (ChangePage){.sheet = s, .a = s->a, .is_text = s->separator == ROWS_LINES};
    TRY(file_open(s->a, view_before(s->ask)->path, &opened));
    owned_fd old = opened;
    TRY(same_bytes(s->a, old, s->fd, &out->same_bytes));
    char separator = out->is_text ? ROWS_LINES : rows_separator(s->a, old, s->ask->name);
    page_fill(s, old, separator, out);
    return NULL;
}
