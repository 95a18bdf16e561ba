// rows: a table's rows one by one, out of a file of any size, in the memory of two windows.
//
// Reads what kit/csv.h reads, cell for cell. A row that does not fit a window is cut there and its rest passed over; so
// are cells beyond ROWS_CELLS_MAX.
#pragma once
#include "base/str.h"

enum { ROWS_WINDOW = 1024 * 1024, ROWS_CELLS_MAX = 500 };
// A separator that no table has: every line is a row of one cell, quotes mean nothing.
#define ROWS_LINES '\n'

typedef struct Rows {
    Str *v; // the cells of the row that was read last; gone with the next one
    isize n;
    i64 place;   // where that row starts in the file, in bytes
    bool cut;    // cells or bytes of it were passed over
    bool quoted; // private from here on: a quote is open at the end of the window
    bool at_end;
    int fd;
    char separator;
    char *window, *spare; // spare: cells in which quotes were undone
    isize from, to, spare_n;
    i64 here; // the place of window[from]
    bool stops[256];
} Rows;
// Reads the file from its start and skips a byte order mark. The descriptor stays the caller's, its position as well.
void rows_open(Arena *, int fd, char separator, Rows *out);
bool rows_next(Rows *); // false: that was the last one
// Goes to a place that rows_next has told of (any other one gives some rows too).
void rows_seek(Rows *, i64 place);
// What separates the cells of a file: by its name (.tsv), else by its first line.
char rows_separator(Arena *, int fd, Str name);
