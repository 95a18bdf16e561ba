// Any bytes are some table to the viewer: its rows are those of the CSV reader, its survey and its order hold together.
#include "fuzz_file.h"
#include "kit/csv.h"
#include "os/own.h"
#include "view/sort.h"
#include "view/survey.h"

static void rows_agree(Arena *a, int fd, Str text, char separator)
{
    Csv c;
    Rows r;
    csv_read(a, text, separator, 1 << 20, ROWS_CELLS_MAX, &c);
    rows_open(a, fd, separator, &r);
    for (isize i = 0; i < c.n; i++) {
        must(rows_next(&r) && r.n == c.v[i].n);
        for (isize k = 0; k < r.n; k++)
            must(str_eq(r.v[k], c.v[i].v[k]));
    }
    must(!rows_next(&r));
}

static void survey_agrees(Arena *a, int fd, char separator)
{
    Survey s, again;
    Sorted sorted;
    Rows r;
    i64 from;
    survey_make(a, fd, separator, NULL, &s);
    must(survey_read(a, survey_text(a, &s), &again));
    must(again.rows == s.rows && again.columns == s.columns && again.marks_n == s.marks_n);
    for (isize i = 0; i < s.columns; i++) {
        i64 all = 0;
        for (int k = 0; k < VALUE_KINDS; k++)
            all += s.v[i].count[k];
        must(all == s.rows);
    }
    if (separator == ROWS_LINES) return; // lines have no heading and are not sorted
    sort_rows(a, fd, separator, 0, s.rows % 2, 50, &sorted);
    must(sorted.n == (s.rows < 50 ? s.rows : 50));
    rows_open(a, fd, separator, &r);
    for (isize i = 0; i < sorted.n; i++) {
        must(sorted.v[i].row >= 0 && sorted.v[i].row < s.rows);
        rows_seek(&r, sorted.v[i].place);
        must(rows_next(&r) && survey_place(&s, sorted.v[i].row, &from) <= sorted.v[i].place);
    }
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t n)
{
    Arena a = {0};
    Str text = arena_str(&a, data, (isize)n);
    owned_fd fd = fuzz_file(text);
    char separator = rows_separator(&a, fd, S("t.csv"));
    rows_agree(&a, fd, text, separator);
    survey_agrees(&a, fd, separator);
    survey_agrees(&a, fd, ROWS_LINES);
    arena_free(&a);
    return 0;
}
