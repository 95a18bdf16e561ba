// lines: where a table adds up: each total with the cells that are its parts, along rows and down columns.
//
// Down: every label that says total, in each of its dimensions, with the rows that agree with it in all others; a total
// above a list of characteristics with their levels, with each characteristic. Across: a column of totals with the
// columns of counts.
#pragma once
#include "disclosure/parts.h"

struct Line {
    isize total;     // a cell, as row * columns + column
    const isize *at; // the parts: rows or columns
    isize n;
    isize scale, offset; // …as cells: at[i] * scale + offset
    isize family;        // below 2 * columns; lines of a family are true or not together
};
static inline isize line_part(const Line *l, isize i)
{
    return l->at[i] * l->scale + l->offset;
}

// Lines that share their parts: of one total row in every column of counts, or of one total column in every row.
typedef struct Bundle {
    isize total; // row or column
    const isize *at;
    isize n;
    bool down;
} Bundle;
struct Lines {
    const Table *t;
    Bundle *v;
    isize n, cap;
    isize *counts; // columns of counts and totals
    isize counts_n;
};
// The keys of the rows are those of `p`; rows whose cells are all without a state are no parts.
Lines lines_of(const Parts *p);

typedef struct LineWalk {
    isize bundle, lane;
} LineWalk;
// Every line once, in an order that does not change. `const Lines *l; Line x; for (LineWalk w = {0}; line_next(l, &w, &x);)`
bool line_next(const Lines *, LineWalk *, Line *out);
