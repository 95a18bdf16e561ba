// differencing within one table: totals minus parts, percentages of a base, sums of a mean.
#include "disclosure/parts.h"

#include <math.h>

static void told(const Table *t, const PartsFound *f, Findings *out)
{
    Str name = t->column[f->column].name;
    if (f->unlisted) {
        finding_add(out, t->a, RULE_DIFFERENCING, f->row + 1, name,
                    "The total in row %lld, column %.*s, is %.6g more than its parts, so those who "
                    "are not listed are a group "
                    "of %.6g: round the numbers, or list and suppress that group with another.",
                    (long long)f->by_row + 1, STR(t->column[f->by_column].name), f->value,
                    f->value);
        return;
    }
    finding_add(out, t->a, RULE_DIFFERENCING, f->row + 1, name,
                "The suppressed cell in row %lld (%.*s), column %.*s, can be worked out as %.6g: "
                "the total in row %lld, column "
                "%.*s, minus the other parts. Suppress a second part or the total.",
                (long long)f->row + 1, STR(table_row_name(t, f->row)), STR(name), f->value,
                (long long)f->by_row + 1, STR(t->column[f->by_column].name));
}

static double number_at(const Table *t, isize r, isize c)
{
    return c >= 0 && table_at(t, r, c)->kind == CELL_NUMBER ? table_at(t, r, c)->value : NAN;
}

static isize column_of(const Table *t, ColumnKind kind)
{
    for (isize c = 0; c < t->columns; c++)
        if (t->column[c].kind == kind) return c;
    return -1;
}

// The percentage beside a suppressed count: in brackets, right of it, left of it, or the only one there is.
static double share_beside(const Table *t, isize r, isize c)
{
    const TableCell *cell = table_at(t, r, c);
    if (cell->has_second && cell->second_percent) return cell->second / 100;
    isize only = -1, n = 0;
    for (isize i = 0; i < t->columns; i++)
        if (t->column[i].kind == COLUMN_PERCENT) n++, only = i;
    isize at = c + 1 < t->columns && t->column[c + 1].kind == COLUMN_PERCENT ? c + 1
               : c > 0 && t->column[c - 1].kind == COLUMN_PERCENT            ? c - 1
               : n == 1                                                      ? only
                                                                             : -1;
    double v = number_at(t, r, at);
    return at >= 0 && t->column[at].fraction ? v : v / 100;
}

// What a percentage is of: the total in the same row, or the total row in the same column.
static double base_of(const Table *t, isize r, isize c)
{
    double v = number_at(t, r, column_of(t, COLUMN_TOTAL));
    for (isize s = 0; isnan(v) && s < t->rows; s++)
        if (t->is_total[s] && s != r) v = number_at(t, s, c);
    return v;
}

static void by_share(const Table *t, isize r, isize c, Findings *out)
{
    double share = share_beside(t, r, c), v = share * base_of(t, r, c);
    if (!(v >= 0.5 && v < (double)t->policy->threshold - 0.5)) return;
    Str name = t->column[c].name;
    finding_add(out, t->a, RULE_DIFFERENCING, r + 1, name,
                "The suppressed cell in row %lld (%.*s), column %.*s, can be worked out as about "
                "%.0f: %.4g %% of its total. "
                "Suppress the percentage too.",
                (long long)r + 1, STR(table_row_name(t, r)), STR(name), v, share * 100);
}

static void by_mean(const Table *t, isize r, isize c, Findings *out)
{
    isize sum = column_of(t, COLUMN_SUM), mean = column_of(t, COLUMN_MEAN);
    double v = number_at(t, r, sum) / number_at(t, r, mean);
    if (!(v >= 0.5 && v < (double)t->policy->threshold - 0.5)) return;
    Str name = t->column[c].name;
    finding_add(out, t->a, RULE_DIFFERENCING, r + 1, name,
                "The suppressed cell in row %lld (%.*s), column %.*s, can be worked out as about "
                "%.0f: column %.*s divided by "
                "column %.*s. Suppress one of them too.",
                (long long)r + 1, STR(table_row_name(t, r)), STR(name), v, STR(t->column[sum].name),
                STR(t->column[mean].name));
}

void check_parts(const Table *t, Findings *out)
{
    PartsFounds found = {0};
    Parts p = parts_of(t);
    Parts before = parts_of(t); // the states as they stand in the file
    parts_solve(&p, &found);
    for (isize i = 0; i < found.n; i++)
        if (parts_tell(&p, &found.v[i])) told(t, &found.v[i], out);
    for (isize r = 0; r < t->rows; r++)
        for (isize c = 0; c < t->columns; c++) {
            if (before.state[r * t->columns + c] != PART_SUPPRESSED) continue;
            by_share(t, r, c, out);
            by_mean(t, r, c, out);
        }
}
