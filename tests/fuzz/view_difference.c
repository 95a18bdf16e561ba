// Two versions of a table, cut from one input at its first 0x1e byte: what changed adds up, whatever they hold.
#include "fuzz_file.h"
#include "os/own.h"
#include "view/difference.h"

static i64 rows_of(Arena *a, int fd, char separator)
{
    Rows r;
    i64 n = 0;
    rows_open(a, fd, separator, &r);
    if (separator != ROWS_LINES) rows_next(&r);
    while (rows_next(&r))
        n++;
    return n;
}

// A row of which not everything is read is like no other row, not even itself.
static bool is_cut(Arena *a, int fd, char separator)
{
    Rows r;
    bool cut = false;
    rows_open(a, fd, separator, &r);
    while (rows_next(&r))
        cut |= r.cut;
    return cut;
}

static void adds_up(Arena *a, int old, int new, char separator)
{
    Difference d;
    difference_make(a, old, separator, new, separator, &d);
    must(d.same + d.changed + d.old_rows == rows_of(a, old, separator));
    must(d.same + d.changed + d.new_rows == rows_of(a, new, separator));
    must(d.n == d.changed + d.new_rows + d.old_rows || d.n == DIFFERENCE_KEPT);
    for (isize i = 0; i < d.columns; i++)
        must(d.old_column[i] >= -1 && d.old_column[i] < ROWS_CELLS_MAX);
    difference_make(a, new, separator, new, separator, &d);
    must(difference_is_none(&d) || is_cut(a, new, separator));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t n)
{
    Arena a = {0};
    Str before, now;
    str_cut(arena_str(&a, data, (isize)n), '\x1e', &before, &now);
    owned_fd old = fuzz_file(before), new = fuzz_file(now);
    adds_up(&a, old, new, ',');
    adds_up(&a, old, new, ROWS_LINES);
    arena_free(&a);
    return 0;
}
