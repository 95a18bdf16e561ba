// differencing within one table: totals minus parts, percentages of a base, sums of a mean.
#include "disclosure/parts.h"

#include <math.h>

static void told_unlisted(const Table *t, const PartsFound *f, Findings *out)
{
    finding_add(out, t->a, RULE_DIFFERENCING, f->row + 1, t->column[f->column].name,
                "The total in row %lld, column %.*s, is %.6g more than its parts, so those who "
                "are not listed are a group "
                "of %.6g: round the numbers, or list and suppress that group with another.",
                (long long)f->by_row + 1, STR(t->column[f->by_column].name), f->value, f->value);
}

static void told_value(const Table *t, const PartsFound *f, Findings *out)
{
    Str name = t->column[f->column].name;
    finding_add(out, t->a, RULE_DIFFERENCING, f->row + 1, name,
                "%.*s can be worked out as %.6g: "
                "the total in row %lld, column "
                "%.*s, minus the other parts. Suppress a second part or the total.",
                STR(table_suppressed(t, f->row, f->column)), f->value, (long long)f->by_row + 1,
                STR(t->column[f->by_column].name));
}

static void told_together(const Table *t, const PartsFound *f, Findings *out)
{
    Str name = t->column[f->column].name;
    finding_add(out, t->a, RULE_DIFFERENCING, f->row + 1, name,
                "%.*s and those suppressed with it "
                "(%lld cells) are together %.6g: the total in row %lld, column %.*s, minus the "
                "other parts. Suppress a larger part too, or the total.",
                STR(table_suppressed(t, f->row, f->column)), (long long)f->cells, f->value,
                (long long)f->by_row + 1, STR(t->column[f->by_column].name));
}

static void told_between(const Table *t, const PartsFound *f, Findings *out)
{
    Str name = t->column[f->column].name;
    Str range = f->low == f->high ? arena_fmt(t->a, "is %.6g", f->low)
                                  : arena_fmt(t->a, "lies between %.6g and %.6g", f->low, f->high);
    finding_add(out, t->a, RULE_DIFFERENCING, f->row + 1, name,
                "%.*s %.*s: the totals of its row "
                "and column leave nothing else. Suppress more cells, or the totals.",
                STR(table_suppressed(t, f->row, f->column)), STR(range));
}

static void told(const Table *t, const PartsFound *f, Findings *out)
{
    switch (f->kind) {
    case PARTS_VALUE:
        told_value(t, f, out);
        return;
    case PARTS_BETWEEN:
        told_between(t, f, out);
        return;
    case PARTS_TOGETHER:
        told_together(t, f, out);
        return;
    case PARTS_UNLISTED:
        told_unlisted(t, f, out);
        return;
    }
}

static isize column_of(const Table *t, ColumnKind kind)
{
    for (isize c = 0; c < t->columns; c++)
        if (t->column[c].kind == kind) return c;
    return -1;
}

// What stands beside the suppressed cells of a table, found once.
typedef struct Beside {
    isize total, sum, mean; // the first column of the kind, or -1
    isize percent;          // the only one of percentages, or -1
    isize *whole;           // per column: the first row of a total that has a number there, or -1
} Beside;

static Beside beside_of(const Table *t)
{
    Beside b = {.total = column_of(t, COLUMN_TOTAL),
                .sum = column_of(t, COLUMN_SUM),
                .mean = column_of(t, COLUMN_MEAN),
                .percent = column_of(t, COLUMN_PERCENT),
                .whole = make(t->a, isize, t->columns + 1)};
    for (isize c = b.percent + 1; c < t->columns && b.percent >= 0; c++)
        if (t->column[c].kind == COLUMN_PERCENT) b.percent = -1;
    for (isize c = 0; c < t->columns; c++) {
        b.whole[c] = -1;
        for (isize r = 0; r < t->rows && b.whole[c] < 0; r++)
            if (t->is_total[r] && table_number(t, r, c) >= 0) b.whole[c] = r;
    }
    return b;
}

// The percentage beside a suppressed count: in brackets, right of it, left of it, or the only one there is.
static double share_beside(const Table *t, const Beside *b, isize r, isize c)
{
    const TableCell *cell = table_at(t, r, c);
    if (cell->has_second && cell->second_percent) return cell->second / 100;
    isize at = c + 1 < t->columns && t->column[c + 1].kind == COLUMN_PERCENT ? c + 1
               : c > 0 && t->column[c - 1].kind == COLUMN_PERCENT            ? c - 1
                                                                             : b->percent;
    double v = table_number(t, r, at);
    return at >= 0 && t->column[at].fraction ? v : v / 100;
}

// What a percentage is of: the total in the same row, or the total row in the same column.
static double base_of(const Table *t, const Beside *b, isize r, isize c)
{
    double v = table_number(t, r, b->total);
    return isnan(v) && b->whole[c] >= 0 ? table_number(t, b->whole[c], c) : v;
}

static void by_share(const Table *t, const Beside *b, isize r, isize c, Findings *out)
{
    double share = share_beside(t, b, r, c), v = share * base_of(t, b, r, c);
    if (!(v >= 0.5 && v < (double)t->policy->threshold - 0.5)) return;
    Str name = t->column[c].name;
    finding_add(out, t->a, RULE_DIFFERENCING, r + 1, name,
                "%.*s can be worked out as about "
                "%.0f: %.4g %% of its total. "
                "Suppress the percentage too.",
                STR(table_suppressed(t, r, c)), v, share * 100);
}

static void by_mean(const Table *t, const Beside *b, isize r, isize c, Findings *out)
{
    double v = table_number(t, r, b->sum) / table_number(t, r, b->mean);
    if (!(v >= 0.5 && v < (double)t->policy->threshold - 0.5)) return;
    Str name = t->column[c].name;
    finding_add(out, t->a, RULE_DIFFERENCING, r + 1, name,
                "%.*s can be worked out as about "
                "%.0f: column %.*s divided by "
                "column %.*s. Suppress one of them too.",
                STR(table_suppressed(t, r, c)), v, STR(t->column[b->sum].name),
                STR(t->column[b->mean].name));
}

void check_parts(const Table *t, Findings *out)
{
    PartsFounds found = {0};
    Parts p = parts_of(t);
    isize cells = t->rows * t->columns;
    u8 *before = make(t->a, u8, cells + 1); // the states as they stand in the file
    memcpy(before, p.state, (size_t)cells);
    parts_solve(&p, &found);
    for (isize i = 0; i < found.n; i++)
        if (parts_tell(&p, &found.v[i])) told(t, &found.v[i], out);
    Beside beside = beside_of(t);
    for (isize r = 0; r < t->rows; r++)
        for (isize c = 0; c < t->columns; c++) {
            if (before[r * t->columns + c] != PART_SUPPRESSED) continue;
            by_share(t, &beside, r, c, out);
            by_mean(t, &beside, r, c, out);
        }
}
