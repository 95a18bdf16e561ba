// csv: tables as text (RFC 4180, and its cousins with tabs and semicolons), read for showing and written for download.
#pragma once
#include "base/base.h"

typedef struct CsvRow {
    Str *v; // views into the text where nothing had to be unquoted
    isize n;
} CsvRow;
typedef struct Csv {
    CsvRow *v;
    isize n;
    isize columns;     // of the widest row that is here
    bool more_rows;    // there are more than `rows_most`
    bool more_columns; // some row had more than `columns_most`; its rest is left out
    bool uneven;       // rows of different widths
    bool broken;       // a quote that is not closed, or text after one: shown as it comes
} Csv;
// Never fails: every text is some table. A byte order mark is skipped, LF and CRLF and CR end a row, an empty line is a
// row with one empty cell, except at the end of the text.
void csv_read(Arena *, Str text, char separator, isize rows_most, isize columns_most, Csv *out);
// ',', ';' or '\t': the one that the first line has most of, outside quotes; ',' when it has none.
char csv_separator(Str text);

// One row with CRLF. A cell that a spreadsheet would run as a formula (= + - @ tab or CR first, and no plain number)
// gets an apostrophe in front.
void csv_put_row(Buf *, const Str *cells, isize n);
