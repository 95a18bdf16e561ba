// Between which numbers each unknown cell must lie: no count is below zero, each line adds up, again and again until
// nothing moves. What is found so is always true; a linear program could find a little more.
#include <math.h>

#include "disclosure/lines.h"

enum { TURNS_MOST = 60 };

typedef struct Bounds {
    const Parts *p;
    double *low, *high;
    u8 *from;    // what the bounds were worked out of
    isize *by;   // the total that moved them last, or -1
    bool broken; // the numbers do not add up: nothing follows from them
} Bounds;

// A cell that says <10 counts 1 to 9; any other unknown one from nobody to whoever is left.
static Bounds bounds_of(const Parts *p)
{
    const Table *t = p->t;
    isize n = t->rows * t->columns + 1;
    Bounds b = {.p = p,
                .low = make(t->a, double, n),
                .high = make(t->a, double, n),
                .from = make(t->a, u8, n),
                .by = make(t->a, isize, n)};
    for (isize i = 0; i + 1 < n; i++) {
        b.by[i] = -1;
        b.from[i] = p->from[i];
        b.low[i] = b.high[i] = p->value[i];
        if (part_is_known(p->state[i])) continue;
        double below = t->cell[i].below;
        b.low[i] = below > 1;
        b.high[i] = below > 1 ? below - 1 : INFINITY;
    }
    return b;
}

// The least and the most of a line's parts together, and what they were worked out of.
typedef struct Sum {
    double low, high;
    isize open; // parts without a most
    u8 from;
} Sum;

static Sum sum_of(const Bounds *b, const Line *l)
{
    Sum s = {.from = b->from[l->total]};
    for (isize i = 0; i < l->n; i++) {
        isize at = line_part(l, i);
        s.low += b->low[at];
        s.from |= b->from[at];
        if (isinf(b->high[at]))
            s.open++;
        else
            s.high += b->high[at];
    }
    return s;
}

static bool move(Bounds *b, isize at, double low, double high, u8 from, isize by)
{
    bool moved = false;
    if (low > b->low[at]) b->low[at] = low, moved = true;
    if (high < b->high[at]) b->high[at] = high, moved = true;
    if (!moved) return false;
    b->from[at] |= from;
    b->by[at] = by;
    b->broken |= b->low[at] > b->high[at];
    return true;
}

static bool tighten(Bounds *b, const Line *l)
{
    Sum s = sum_of(b, l);
    bool moved = false;
    if (!part_is_known(b->p->state[l->total]))
        moved = move(b, l->total, s.low, s.open ? INFINITY : s.high, s.from, l->total);
    double least = b->low[l->total], most = b->high[l->total];
    for (isize i = 0; i < l->n && !b->broken; i++) {
        isize at = line_part(l, i);
        if (part_is_known(b->p->state[at])) continue;
        bool own = isinf(b->high[at]);
        bool others_open = s.open > own;
        double others_most = others_open ? INFINITY : s.high - (own ? 0 : b->high[at]);
        moved |= move(b, at, least - others_most, most - (s.low - b->low[at]), s.from, l->total);
        if (moved) s = sum_of(b, l);
    }
    return moved;
}

// Is most of what a table shows not rounded? Then a line of it that looks so does by chance.
static bool is_exact(const Parts *p)
{
    isize cells = p->t->rows * p->t->columns, known = 0, off_base = 0, off_middle = 0;
    for (isize i = 0; i < cells; i++) {
        if (p->state[i] != PART_KNOWN) continue;
        known++;
        off_base += fmod(p->value[i], (double)p->t->policy->rounding_base) != 0;
        off_middle += fmod(p->value[i], 6) != 3;
    }
    return off_base * 2 > known && off_middle * 2 > known;
}

// Only what is exact and whole tells between which numbers something lies.
static bool is_used(const Parts *p, const Line *l, bool exact)
{
    Sight s = line_sight(p, l);
    bool total = s.total_known || p->state[l->total] != PART_NONE;
    return s.unknown && !s.nothing && total && (exact || !s.rounded) && l->n >= 2;
}

static isize lines_used(const Parts *p, const Lines *l, const bool *believed, Line **out)
{
    isize n = 0, cap = 0;
    bool exact = is_exact(p);
    Line line;
    *out = NULL;
    for (LineWalk w = {0}; line_next(l, &w, &line);) {
        if (!believed[line.family] || !is_used(p, &line, exact)) continue;
        if (n == cap) {
            cap = cap ? cap * 2 : 32;
            Line *v = make(p->t->a, Line, cap);
            if (n) memcpy(v, *out, (size_t)n * sizeof *v);
            *out = v;
        }
        (*out)[n++] = line;
    }
    return n;
}

// A threshold of 10 hides 9 numbers; with fewer than half of them left the count is as good as told.
static bool tells(const Bounds *b, isize at)
{
    double hidden = (double)b->p->t->policy->threshold - 1, left = b->high[at] - b->low[at] + 1;
    return b->p->state[at] == PART_SUPPRESSED && b->high[at] > 0 && b->high[at] <= hidden &&
           left * 2 < hidden && b->by[at] >= 0 && (b->from[at] & b->p->need) == b->p->need;
}

void bounds_find(const Parts *p, const Lines *l, const bool *believed, PartsFounds *out)
{
    Line *v;
    isize n = lines_used(p, l, believed, &v);
    Bounds b = bounds_of(p);
    bool moved = n > 0;
    for (int turn = 0; moved && !b.broken && turn < TURNS_MOST; turn++) {
        moved = false;
        for (isize i = 0; i < n && !b.broken; i++)
            moved |= tighten(&b, &v[i]);
    }
    for (isize at = 0; at < p->t->rows * p->t->columns && n && !b.broken; at++) {
        if (!tells(&b, at)) continue;
        PartsFound f = part_found(p, PARTS_BETWEEN, at, b.by[at], b.low[at]);
        f.low = b.low[at], f.high = b.high[at];
        parts_found_add(p->t->a, out, f);
    }
}
