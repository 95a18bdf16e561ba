// threshold: counts of few people; rounding: counts that could be exact.
#include "disclosure/table.h"

#include <math.h>

static bool is_small(const Policy *p, double v)
{
    return (v > 0 && v < (double)p->threshold) || (v == 0 && p->zero_is_small);
}

static void small_count(const Table *t, isize r, isize c, double v, Findings *out)
{
    Str name = t->column[c].name;
    finding_add(out, t->a, RULE_THRESHOLD, r + 1, name,
                "The count %.6g in row %lld (%.*s), column %.*s, is below the threshold of %lld: "
                "suppress it, or "
                "combine this group with another.",
                v, (long long)r + 1, STR(table_row_name(t, r)), STR(name),
                (long long)t->policy->threshold);
}

typedef struct Rounding {
    isize counts, off_base, off_middle, off_third, first;
} Rounding;

static Rounding rounding_of(const Table *t, isize c)
{
    Rounding f = {.first = -1};
    double v;
    for (isize r = 0; r < t->rows; r++) {
        if (!table_count(t, r, c, &v) || v < (double)t->policy->threshold || v != floor(v))
            continue;
        f.counts++;
        bool off = fmod(v, (double)t->policy->rounding_base) != 0;
        f.off_base += off;
        f.off_middle += fmod(v, 6) != 3;
        f.off_third += fmod(v, 3) != 0;
        if (off && f.first < 0) f.first = r;
    }
    return f;
}

// Midpoint 6 rounding gives 3, 9, 15, …; sums of such counts are multiples of 3.
static bool is_rounded(const Table *t, isize c, const Rounding *f)
{
    if (!f->off_base) return true;
    if (t->column[c].words.midpoint) return !f->off_middle || !f->off_third;
    if (f->counts >= 3 && !f->off_middle) return true;
    bool claimed = t->column[c].words.rounded || (f->counts >= 5 && f->off_base * 5 <= f->counts);
    return t->policy->rounding_only_claimed && !claimed;
}

static void unrounded(const Table *t, isize c, Findings *out)
{
    Rounding f = rounding_of(t, c);
    double v = 0;
    if (is_rounded(t, c, &f)) return;
    Str name = t->column[c].name;
    table_count(t, f.first, c, &v);
    Str others = f.off_base > 1 ? arena_fmt(t->a, ", and %lld other counts of this column are not",
                                            (long long)f.off_base - 1)
                                : (Str){0};
    finding_add(out, t->a, RULE_ROUNDING, f.first + 1, name,
                "The count %.15g in row %lld, column %.*s, is not rounded to a multiple of "
                "%lld%.*s: round all counts.",
                v, (long long)f.first + 1, STR(name), (long long)t->policy->rounding_base,
                STR(others));
}

void check_counts(const Table *t, Findings *out)
{
    double v;
    for (isize c = 0; c < t->columns; c++) {
        for (isize r = 0; t->policy->threshold_on && r < t->rows; r++)
            if (table_count(t, r, c, &v) && is_small(t->policy, v)) small_count(t, r, c, v, out);
        if (t->policy->rounding_on) unrounded(t, c, out);
    }
}
