// The labels of a table's rows as numbers, and the counts in its cells.
#include "disclosure/table.h"

#include <math.h>

#include "base/map.h"

bool table_count(const Table *t, isize row, isize column, double *out)
{
    const TableCell *c = table_at(t, row, column);
    bool brackets = c->kind == CELL_NUMBER && c->percent && c->has_second && !c->second_percent;
    if (brackets) { // "48.0% (120)"
        *out = c->second;
        return true;
    }
    if (c->kind != CELL_NUMBER || c->value < 0 || !table_is_count(t, row, column)) return false;
    *out = c->value;
    return true;
}

double table_number(const Table *t, isize row, isize column)
{
    if (column < 0 || table_at(t, row, column)->kind != CELL_NUMBER) return NAN;
    return table_at(t, row, column)->value;
}

// 0 for every label that says total.
static int id_of(Arena *a, Map *known, Str label)
{
    int **at = (int **)map_at(a, known, label);
    if (!*at) {
        *at = make(a, int, 1);
        **at = table_says_total(label) ? 0 : (int)known->n;
    }
    return **at;
}

static bool has_sections(const Table *t)
{
    for (isize r = 0; r < t->rows; r++)
        if (t->section[r].n) return true;
    return false;
}

TableKeys table_keys(const Table *t)
{
    Arena *a = t->a;
    isize n = 0;
    isize *column = make(a, isize, t->columns + 1);
    if (has_sections(t)) column[n++] = -1;
    for (isize c = 0; c < t->columns; c++)
        if (t->column[c].kind == COLUMN_DIMENSION) column[n++] = c;
    int *id = make(a, int, t->rows *n + 1);
    for (isize d = 0; d < n; d++) {
        Map known = {0};
        for (isize r = 0; r < t->rows; r++) {
            Str s = str_trim(column[d] < 0 ? t->section[r] : table_text(t, r, column[d]));
            bool whole = !s.n && (t->is_total[r] || column[d] < 0);
            id[r * n + d] = whole ? 0 : id_of(a, &known, str_lower(a, s));
        }
    }
    return (TableKeys){.n = n, .column = column, .id = id};
}
