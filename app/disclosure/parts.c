// What the lines of a table tell: the one unknown cell of a line, unknown ones that are few together, those not listed.
#include "disclosure/parts.h"

#include <math.h>

#include "disclosure/lines.h"

Parts parts_of(const Table *t)
{
    Parts p = {.t = t, .keys = table_keys(t), .need = FROM_THIS};
    isize n = t->rows * t->columns + 1;
    p.state = make(t->a, u8, n);
    p.from = make(t->a, u8, n);
    p.value = make(t->a, double, n);
    for (isize r = 0; r < t->rows; r++)
        for (isize c = 0; c < t->columns; c++) {
            isize i = r * t->columns + c;
            ColumnKind k = table_kind(t, r, c);
            if (k != COLUMN_COUNT && k != COLUMN_TOTAL) continue;
            const TableCell *cell = table_at(t, r, c);
            p.from[i] = FROM_THIS;
            if (table_count(t, r, c, &p.value[i]))
                p.state[i] = PART_KNOWN;
            else if (cell->kind == CELL_SUPPRESSED ||
                     (cell->kind == CELL_NUMBER && cell->value < 0))
                p.state[i] = PART_SUPPRESSED;
            else if (cell->kind == CELL_MISSING || cell->kind == CELL_BLANK)
                p.state[i] = PART_MISSING;
        }
    return p;
}

bool part_is_known(u8 state)
{
    return state == PART_KNOWN || state == PART_FOUND;
}

// By which of the two ways of rounding the numbers of a line could be rounded, all of them.
typedef struct Rounded {
    bool base, middle; // to the middle of six: 3, 9, 15, …
} Rounded;

static void rounded_by(Rounded *r, const Parts *p, double v)
{
    r->base = r->base && fmod(v, (double)p->t->policy->rounding_base) == 0;
    r->middle = r->middle && fmod(v, 6) == 3;
}

Sight line_sight(const Parts *p, const Line *l)
{
    Sight s = {.rest = p->value[l->total],
               .from = p->from[l->total],
               .total_known = part_is_known(p->state[l->total])};
    double total = s.rest;
    Rounded by = {true, true};
    for (isize i = 0; i < l->n; i++) {
        isize at = line_part(l, i);
        s.nothing += p->state[at] == PART_NONE;
        if (p->state[at] == PART_NONE) continue;
        s.from |= p->from[at];
        if (part_is_known(p->state[at])) {
            s.rest -= p->value[at];
            rounded_by(&by, p, p->value[at]);
        } else {
            s.unknown++, s.which = at;
            s.suppressed += p->state[at] == PART_SUPPRESSED;
        }
    }
    bool middle = by.middle && s.rest != total && fmod(total, 3) == 0; // a sum of such numbers
    rounded_by(&by, p, total);
    s.rounded = by.base || by.middle || middle;
    return s;
}

// Do the whole lines of each family add up? Where none is whole its name is believed.
static bool *families_true(const Parts *p, const Lines *l)
{
    const Table *t = p->t;
    isize n = 2 * t->columns + 1;
    isize *good = make(t->a, isize, n), *bad = make(t->a, isize, n);
    bool *out = make(t->a, bool, n);
    Line line;
    for (LineWalk w = {0}; line_next(l, &w, &line);) {
        Sight s = line_sight(p, &line);
        if (s.unknown || s.nothing || !s.total_known) continue;
        double slack = (double)t->policy->threshold + (s.rounded ? 3.0 * (double)(line.n + 1) : 0);
        if (fabs(s.rest) <= slack)
            good[line.family]++;
        else
            bad[line.family]++;
    }
    for (isize i = 0; i < n; i++)
        out[i] = good[i] >= bad[i];
    return out;
}

void parts_found_add(Arena *a, PartsFounds *f, PartsFound found)
{
    if (f->n == f->cap) {
        f->cap = f->cap ? f->cap * 2 : 16;
        PartsFound *v = make(a, PartsFound, f->cap);
        if (f->n) memcpy(v, f->v, (size_t)f->n * sizeof *v);
        f->v = v;
    }
    f->v[f->n++] = found;
}

PartsFound part_found(const Parts *p, PartsKind kind, isize cell, isize by, double value)
{
    isize n = p->t->columns;
    return (PartsFound){.kind = kind,
                        .row = cell / n,
                        .column = cell % n,
                        .value = value,
                        .by_row = by / n,
                        .by_column = by % n};
}

// One unknown cell in a line is the rest of it. *open: there will be more to say of this line.
static bool solve(Parts *p, const Line *l, PartsFounds *out, bool *open)
{
    Sight s = line_sight(p, l);
    *open = !s.nothing && (s.unknown || !s.total_known);
    if (s.nothing) return false;
    if (!s.total_known && !s.unknown && p->state[l->total] != PART_NONE) {
        p->value[l->total] = -(s.rest - p->value[l->total]);
        p->state[l->total] = PART_FOUND;
        p->from[l->total] |= s.from;
        return true;
    }
    if (!s.total_known || s.unknown != 1 || l->n < 2) return false;
    p->value[s.which] = s.rest > 0 ? s.rest : 0;
    p->state[s.which] = PART_FOUND;
    p->from[s.which] |= s.from;
    if (s.rest > 0 && (s.from & p->need) == p->need &&
        (s.suppressed || s.rest < (double)p->t->policy->threshold))
        parts_found_add(p->t->a, out, part_found(p, PARTS_VALUE, s.which, l->total, s.rest));
    return true;
}

static void solve_all(Parts *p, const Lines *l, const bool *believed, PartsFounds *out)
{
    bool *closed = make(p->t->a, bool, l->n + 1);
    Line line;
    bool more = true;
    for (int turn = 0; more && turn < 50; turn++) {
        isize at = -1;
        more = false;
        for (LineWalk w = {0}; line_next(l, &w, &line);) {
            bool open = false;
            if (w.bundle != at && closed[w.bundle]) {
                w = (LineWalk){.bundle = w.bundle + 1};
                continue;
            }
            if (w.bundle != at) at = w.bundle, closed[at] = true; // until one of its lines is open
            if (believed[line.family] && line.n >= 2) more |= solve(p, &line, out, &open);
            if (open) closed[at] = false;
        }
    }
}

// Unknown cells of a line that are few together: their sum is a small count itself.
static void together(const Parts *p, const Line *l, PartsFounds *out)
{
    Sight s = line_sight(p, l);
    if (s.unknown < 2 || s.nothing || !s.total_known || (s.from & p->need) != p->need) return;
    if (!(s.rest > 0 && s.rest < (double)p->t->policy->threshold)) return;
    if (s.rounded && s.suppressed < s.unknown) return; // what is missing may be nobody
    PartsFound f = part_found(p, PARTS_TOGETHER, s.which, l->total, s.rest);
    f.cells = s.unknown;
    parts_found_add(p->t->a, out, f);
}

// A total a little larger than its parts: the unlisted are few. Rounded numbers never add up so exactly.
static void unlisted(const Parts *p, const Line *l, PartsFounds *out)
{
    Sight s = line_sight(p, l);
    if (s.unknown || s.nothing || !s.total_known || s.rounded || (s.from & p->need) != p->need)
        return;
    if (!(s.rest > 0 && s.rest < (double)p->t->policy->threshold)) return;
    PartsFound f = part_found(p, PARTS_UNLISTED, l->total, l->total, s.rest);
    if (l->n == 1) {
        f.row = line_part(l, 0) / p->t->columns;
        f.column = line_part(l, 0) % p->t->columns;
    }
    parts_found_add(p->t->a, out, f);
}

void parts_solve(Parts *p, PartsFounds *out)
{
    Lines l = lines_of(p);
    Line line;
    const bool *believed = families_true(p, &l);
    for (LineWalk w = {0}; line_next(&l, &w, &line);)
        unlisted(p, &line, out);
    solve_all(p, &l, believed, out);
    for (LineWalk w = {0}; line_next(&l, &w, &line);)
        if (believed[line.family]) together(p, &line, out);
    bounds_find(p, &l, believed, out);
}

bool parts_tell(const Parts *p, const PartsFound *f)
{
    if (f->kind != PARTS_VALUE || f->value < (double)p->t->policy->threshold) return true;
    double below = table_at(p->t, f->row, f->column)->below;
    return !(below > 0 && f->value >= below);
}
