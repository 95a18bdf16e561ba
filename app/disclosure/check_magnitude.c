// dominance and p_percent: sums in which one or two contributors are nearly all.
#include "disclosure/table.h"

#include <math.h>

// The columns that belong to one magnitude; -1 where there is none.
typedef struct Magnitude {
    isize sum, mean, count, largest, second, third, top2, top3, least;
} Magnitude;
// What a row says of it; NAN where it says nothing.
typedef struct Parts {
    double sum, count, largest, second, third, two, three;
} Parts;

// Of this kind: the one with the same stem, or the only one.
static isize column_like(const Table *t, ColumnKind kind, Str stem, int top)
{
    isize only = -1, n = 0;
    for (isize c = 0; c < t->columns; c++) {
        if (t->column[c].kind != kind || (top && t->column[c].words.top != top)) continue;
        if (str_eq(t->column[c].words.stem, stem)) return c;
        n++, only = c;
    }
    return n == 1 ? only : -1;
}

// The first column of counts stands for the contributors when none has the stem.
static isize count_column(const Table *t, Str stem)
{
    isize c = column_like(t, COLUMN_COUNT, stem, 0);
    for (isize i = 0; c < 0 && i < t->columns; i++)
        if (t->column[i].kind == COLUMN_COUNT && t->column[i].words.named) c = i;
    return c;
}

static isize least_column(const Table *t)
{
    for (isize c = 0; c < t->columns; c++)
        if (str_starts(str_lower(t->a, t->column[c].name), S("min")) ||
            str_ends(str_lower(t->a, t->column[c].name), S("_min")))
            return c;
    return -1;
}

static Magnitude magnitude_of(const Table *t, isize column)
{
    Str stem = t->column[column].words.stem;
    return (Magnitude){.sum = column_like(t, COLUMN_SUM, stem, 0),
                       .mean = column_like(t, COLUMN_MEAN, stem, 0),
                       .count = count_column(t, stem),
                       .largest = column_like(t, COLUMN_LARGEST, stem, 0),
                       .second = column_like(t, COLUMN_SECOND, stem, 0),
                       .third = column_like(t, COLUMN_THIRD, stem, 0),
                       .top2 = column_like(t, COLUMN_TOP, stem, 2),
                       .top3 = column_like(t, COLUMN_TOP, stem, 3),
                       .least = least_column(t)};
}

// Shares are of the whole, which is 1 or 100.
static double share_whole(const Table *t, isize c)
{
    if (c < 0) return NAN;
    for (isize r = 0; r < t->rows; r++)
        if (table_at(t, r, c)->kind == CELL_NUMBER &&
            (table_at(t, r, c)->value > 1 || table_at(t, r, c)->percent))
            return 100;
    return 1;
}

static bool says_share(const Table *t, isize c)
{
    if (c < 0) return false;
    if (t->column[c].words.share) return true;
    bool any = false;
    for (isize r = 0; r < t->rows; r++) {
        if (table_at(t, r, c)->kind != CELL_NUMBER) continue;
        if (!table_at(t, r, c)->percent) return false;
        any = true;
    }
    return any;
}

// "top2" may be the second contribution or both together: it is the second where it is ever below the largest.
static bool top2_is_second(const Table *t, const Magnitude *m)
{
    if (m->top2 < 0 || m->largest < 0) return false;
    for (isize r = 0; r < t->rows; r++)
        if (table_number(t, r, m->top2) < table_number(t, r, m->largest)) return true;
    return false;
}

static Parts parts_at(const Table *t, const Magnitude *m, isize r)
{
    bool second = m->second < 0 && top2_is_second(t, m);
    Parts p = {.count = table_number(t, r, m->count),
               .sum = table_number(t, r, m->sum),
               .largest = table_number(t, r, m->largest),
               .second = table_number(t, r, second ? m->top2 : m->second),
               .third = table_number(t, r, m->third),
               .two = second ? NAN : table_number(t, r, m->top2),
               .three = table_number(t, r, m->top3)};
    isize share = says_share(t, m->largest) ? m->largest
                  : says_share(t, m->top2)  ? m->top2
                  : says_share(t, m->top3)  ? m->top3
                                            : -1;
    if (share >= 0)
        p.sum = share_whole(t, share);
    else if (isnan(p.sum))
        p.sum = table_number(t, r, m->mean) * p.count;
    if (isnan(p.two)) p.two = p.largest + p.second;
    if (isnan(p.second)) p.second = p.two - p.largest;
    if (isnan(p.three)) p.three = p.two + p.third;
    return p;
}

// At least this much is with the n largest.
static double with_largest(const Parts *p, i64 n)
{
    double v = 0;
    if (p->largest > v) v = p->largest;
    if (n >= 2 && p->two > v) v = p->two;
    if (n >= 3 && p->three > v) v = p->three;
    return v;
}

static void dominance(const Table *t, isize r, isize c, const Parts *p, Findings *out)
{
    const Policy *policy = t->policy;
    Str name = t->column[c].name;
    if (p->count >= 1 && p->count <= (double)policy->dominance_n) {
        finding_add(out, t->a, RULE_DOMINANCE, r + 1, name,
                    "The sum in row %lld (%.*s), column %.*s, has only %.0f contributor%s, who can "
                    "work out each other's "
                    "part: suppress it, or combine groups.",
                    (long long)r + 1, STR(table_row_name(t, r)), STR(name), p->count,
                    p->count > 1 ? "s" : "");
        return;
    }
    double share = with_largest(p, policy->dominance_n) / p->sum;
    if (!(share > policy->dominance_k + 1e-9) || share > 1.0001) return;
    finding_add(out, t->a, RULE_DOMINANCE, r + 1, name,
                "The %lld largest contributors are %.1f %% of the sum in row %lld (%.*s), column "
                "%.*s, more than %.4g %%: "
                "suppress it, or combine groups.",
                (long long)policy->dominance_n, share * 100, (long long)r + 1,
                STR(table_row_name(t, r)), STR(name), policy->dominance_k * 100);
}

static void p_percent(const Table *t, isize r, isize c, const Parts *p, Findings *out)
{
    double second = isnan(p->second) ? 0 : p->second;
    double rest = p->sum - p->largest - second, least = t->policy->p_percent / 100 * p->largest;
    if (!(p->largest > 0) || !(rest < least * (1 - 1e-9)) || rest < -0.0001 * p->sum) return;
    Str name = t->column[c].name;
    finding_add(out, t->a, RULE_P_PERCENT, r + 1, name,
                "Without its two largest contributions the sum in row %lld (%.*s), column %.*s, "
                "leaves %.1f %% of the "
                "largest, less than %.4g %%, so the second can estimate the first: suppress it, or "
                "combine groups.",
                (long long)r + 1, STR(table_row_name(t, r)), STR(name),
                (rest < 0 ? 0 : rest) / p->largest * 100, t->policy->p_percent);
}

static void check_column(const Table *t, isize c, Findings *out)
{
    Magnitude m = magnitude_of(t, c);
    isize shown = m.sum >= 0 ? m.sum : c;
    if (t->column[c].kind == COLUMN_SUM && m.largest < 0 && m.top2 < 0 && m.top3 < 0 && m.count < 0)
        return;
    for (isize r = 0; r < t->rows; r++) {
        Parts p = parts_at(t, &m, r);
        if (table_number(t, r, m.least) < 0)
            continue; // contributions of both signs: neither rule means anything
        if (!(p.sum > 0) || p.largest > p.sum * 1.0001) continue;
        if (t->policy->dominance_on) dominance(t, r, shown, &p, out);
        if (t->policy->p_percent_on) p_percent(t, r, shown, &p, out);
    }
}

// Goes over the largest contributions; over shares of the largest together; and over sums that have neither.
void check_magnitude(const Table *t, Findings *out)
{
    bool largest = false, top = false;
    for (isize c = 0; c < t->columns; c++) {
        largest |= t->column[c].kind == COLUMN_LARGEST;
        top |= t->column[c].kind == COLUMN_TOP;
    }
    ColumnKind over = largest ? COLUMN_LARGEST : top ? COLUMN_TOP : COLUMN_SUM;
    for (isize c = 0; c < t->columns; c++)
        if (t->column[c].kind == over) check_column(t, c, out);
}
