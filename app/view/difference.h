// difference: what changed between two versions of a table, cell by cell; or of a text, line by line.
//
// Rows are matched by the first one to four columns if those name each row once in both versions and at least half of
// the shorter version's rows have a partner; else by content (view/align.h); and by their number when a version has
// more than DIFFERENCE_ROWS_MAX rows. Columns are matched by name, or by place where a heading says a name twice.
// Memory: about 200 bytes a row, 40 MB at most.
#pragma once
#include "view/rows.h"

enum { DIFFERENCE_ROWS_MAX = 200000, DIFFERENCE_KEPT = 10000 };
typedef enum DifferenceBy { BY_KEY = 1, BY_CONTENT, BY_NUMBER } DifferenceBy;
// One row that is not the same; rows from 1 below the heading (of a text: lines from 1), 0 where it is not there.
typedef struct ChangedRow {
    i64 old_row, new_row, old_place, new_place;
} ChangedRow;
typedef struct Difference {
    DifferenceBy by;
    StrList keys;                          // names of the columns that rows are matched by
    StrList gone, added;                   // names of columns of only one version
    isize columns;                         // of the new version
    Str *names;                            // of them
    isize *old_column;                     // of each new column: the old one's index, or -1
    i64 same, changed, new_rows, old_rows; // old_rows: those that are not there any more
    ChangedRow *
        v; // the first DIFFERENCE_KEPT of them: in the order of the new version, then those that are gone
    isize n;
} Difference;
// Never fails for what the files hold. `separator` ROWS_LINES for texts.
void difference_make(Arena *, int old, char old_separator, int new, char separator,
                     Difference *out);
bool difference_is_none(const Difference *);
