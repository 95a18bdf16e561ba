// sort: the first rows of a table in the order of one column, whatever its size: one pass, a heap of the best.
#pragma once
#include "view/rows.h"

enum { SORT_MOST = 10000 };
typedef struct SortedRow {
    i64 row, place; // row from 0 below the heading
} SortedRow;
typedef struct Sorted {
    SortedRow *v;
    isize n;
} Sorted;
// The first `most` rows (at most SORT_MOST). Numbers as numbers, before dates and texts (ASCII case does not count, the
// first 48 bytes decide); redacted and missing values last, in both directions; equal ones in the order of the file.
void sort_rows(Arena *, int fd, char separator, isize column, bool down, isize most, Sorted *out);
