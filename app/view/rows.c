// The window slides over the file; a row is split only when all of it is there, or nothing more fits.
#include "view/rows.h"

#include <unistd.h>

#include "kit/csv.h"

enum { ROWS_GULP = 64 * 1024 }; // small: a seek shall not cost a whole window

void rows_open(Arena *a, int fd, char separator, Rows *out)
{
    *out = (Rows){.fd = fd,
                  .separator = separator,
                  .v = make(a, Str, ROWS_CELLS_MAX),
                  .window = make(a, char, ROWS_WINDOW),
                  .spare = make(a, char, ROWS_WINDOW)};
    out->stops[(u8)separator] = out->stops['\n'] = out->stops['\r'] = true;
    rows_seek(out, 0);
}

static void fill(Rows *r)
{
    if (r->from) memmove(r->window, r->window + r->from, (size_t)(r->to - r->from));
    r->to -= r->from;
    r->from = 0;
    isize room = ROWS_WINDOW - r->to;
    if (room > ROWS_GULP) room = ROWS_GULP;
    ssize_t got = pread(r->fd, r->window + r->to, (size_t)room, r->here + r->to);
    if (got > 0) r->to += got;
    if (got <= 0) r->at_end = true;
}

void rows_seek(Rows *r, i64 place)
{
    r->here = place < 0 ? 0 : place;
    r->from = r->to = 0;
    r->at_end = false;
    fill(r);
    if (!r->here && str_starts((Str){r->window, r->to}, S("\xEF\xBB\xBF"))) r->from = r->here = 3;
}

// Behind the opening quote. Doubled quotes are one; what follows the closing one belongs to the cell as well.
static const char *quoted_cell(Rows *r, const char *p, const char *end, Str *cell)
{
    const char *close = memchr(p, '"', (size_t)(end - p));
    r->quoted = !close;
    if (!close || (close + 1 < end && r->stops[(u8)close[1]]) || close + 1 == end) {
        *cell = (Str){p, (close ? close : end) - p};
        return close ? close + 1 : end;
    }
    char *to = r->spare + r->spare_n, *start = to;
    bool open = true;
    for (; p < end && (open || !r->stops[(u8)*p]); p++) {
        if (!open || *p != '"')
            *to++ = *p;
        else if (p + 1 < end && p[1] == '"')
            *to++ = *p++;
        else
            open = false;
    }
    r->quoted = open;
    *cell = (Str){start, to - start};
    r->spare_n += to - start;
    return p;
}

static void cell_add(Rows *r, Str cell)
{
    if (r->n == ROWS_CELLS_MAX)
        r->cut = true;
    else
        r->v[r->n++] = cell;
}

// Splits the row at the front of the window. Where the window ends before the row does: NULL, unless it is `final`.
static const char *row_split(Rows *r, bool final)
{
    const char *p = r->window + r->from, *end = r->window + r->to;
    r->n = r->spare_n = 0;
    for (;;) {
        Str cell = {p, 0};
        r->quoted = false;
        if (p < end && *p == '"' && r->separator != ROWS_LINES) {
            p = quoted_cell(r, p + 1, end, &cell);
        } else {
            while (p < end && !r->stops[(u8)*p])
                p++;
            cell.n = p - cell.s;
        }
        if (p == end && !final) return NULL;
        cell_add(r, cell);
        if (p == end || *p != r->separator || r->separator == ROWS_LINES) break;
        p++;
    }
    if (p == end) return p;
    if (*p == '\r' && p + 1 == end && !final) return NULL;
    return p + (*p == '\r' && p + 1 < end && p[1] == '\n' ? 2 : 1);
}

static void used_up(Rows *r, isize n)
{
    r->from += n;
    r->here += n;
}

// The next byte, or -1 at the end of the file. The cells of the row that was cut lie in the spare window by now.
static int pass_byte(Rows *r)
{
    if (r->from == r->to) fill(r);
    if (r->from == r->to) return -1;
    int c = (u8)r->window[r->from];
    used_up(r, 1);
    return c;
}

// Skips the rest of a row that is longer than the window: until a line end outside quotes. `last` is the byte before.
static void row_pass(Rows *r, char last)
{
    bool open = r->quoted, closed = !open && last == '"', start = !open && last == r->separator;
    for (int c; (c = pass_byte(r)) >= 0;) {
        if (open) {
            closed = c == '"';
            open = !closed;
        } else if (c == '"' && (closed || start) && r->separator != ROWS_LINES) {
            open = true;
            closed = start = false;
        } else if (c == '\n' || c == '\r') {
            if (c == '\n') return;
            if (r->from == r->to) fill(r);
            if (r->from < r->to && r->window[r->from] == '\n') used_up(r, 1);
            return;
        } else {
            closed = false;
            start = c == r->separator;
        }
    }
}

// The window is needed for what follows: the cells move out of it.
static void row_rescue(Rows *r)
{
    isize room = ROWS_WINDOW - r->spare_n;
    for (isize i = 0; i < r->n; i++) {
        if (r->v[i].s < r->window || r->v[i].s > r->window + ROWS_WINDOW) continue;
        if (r->v[i].n > room) r->v[i].n = room;
        char *to = r->spare + ROWS_WINDOW - room;
        if (r->v[i].n) memcpy(to, r->v[i].s, (size_t)r->v[i].n);
        r->v[i].s = to;
        room -= r->v[i].n;
    }
}

bool rows_next(Rows *r)
{
    const char *end = NULL;
    r->cut = false;
    if (r->from == r->to) fill(r);
    if (r->from == r->to) return false;
    r->place = r->here;
    while (!(end = row_split(r, r->at_end))) {
        if (r->to - r->from == ROWS_WINDOW) break;
        r->cut = false;
        fill(r);
    }
    if (end) {
        used_up(r, end - r->window - r->from);
        return true;
    }
    row_split(r, true);
    char last = r->window[r->to - 1];
    used_up(r, r->to - r->from);
    row_rescue(r);
    row_pass(r, last);
    r->cut = true;
    return true;
}

char rows_separator(Arena *a, int fd, Str name)
{
    if (str_ends(str_lower(a, name), S(".tsv"))) return '\t';
    char *head = make(a, char, ROWS_GULP);
    ssize_t got = pread(fd, head, ROWS_GULP, 0);
    return csv_separator((Str){head, got > 0 ? got : 0});
}
