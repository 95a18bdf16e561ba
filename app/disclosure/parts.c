// Lines of a total and its parts: along rows, and down columns for every label that says total.
#include "disclosure/parts.h"

#include <math.h>

typedef struct Line {
    isize total; // cells, as row * columns + column
    isize *part;
    isize n;
    isize
        family; // lines of a family are true or not together: the column, or columns + the total column
} Line;
typedef struct Lines {
    Line *v;
    isize n, cap;
} Lines;

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

static void line_add(Arena *a, Lines *l, const Line *line)
{
    if (l->n == l->cap) {
        l->cap = l->cap ? l->cap * 2 : 32;
        Line *v = make(a, Line, l->cap);
        if (l->n) memcpy(v, l->v, (size_t)l->n * sizeof *v);
        l->v = v;
    }
    l->v[l->n++] = *line;
}

// Rows without a number are headings.
static bool row_speaks(const Parts *p, isize r)
{
    for (isize c = 0; c < p->t->columns; c++)
        if (p->state[r * p->t->columns + c] != PART_NONE &&
            table_at(p->t, r, c)->kind != CELL_BLANK)
            return true;
    return false;
}

static int id(const Parts *p, isize r, isize d)
{
    return p->keys.id[r * p->keys.n + d];
}

static bool same_but(const Parts *p, isize r, isize s, isize but)
{
    for (isize d = 0; d < p->keys.n; d++)
        if (d != but && id(p, r, d) != id(p, s, d)) return false;
    return true;
}

static void down_add(const Parts *p, Lines *l, isize total, const isize *rows, isize n)
{
    const Table *t = p->t;
    for (isize c = 0; c < t->columns; c++) {
        if (t->column[c].kind != COLUMN_COUNT && t->column[c].kind != COLUMN_TOTAL) continue;
        Line line = {
            .total = total * t->columns + c, .part = make(t->a, isize, n), .n = n, .family = c};
        for (isize i = 0; i < n; i++)
            line.part[i] = rows[i] * t->columns + c;
        line_add(t->a, l, &line);
    }
}

// "Total" of one dimension: its parts agree with it in all others.
static bool down_along(const Parts *p, Lines *l, isize total, isize d, isize *rows)
{
    isize n = 0;
    for (isize s = 0; s < p->t->rows; s++)
        if (id(p, s, d) && same_but(p, total, s, d) && row_speaks(p, s)) rows[n++] = s;
    if (n >= 2) down_add(p, l, total, rows, n);
    return n >= 2;
}

// "Total" above a list of characteristics with their levels: each characteristic adds up to it.
static void down_nested(const Parts *p, Lines *l, isize total, isize *rows)
{
    for (isize first = 0; first < p->t->rows; first++) {
        int group = id(p, first, 0);
        bool seen = !group;
        for (isize s = 0; s < first && !seen; s++)
            seen = id(p, s, 0) == group;
        if (seen) continue;
        isize n = 0;
        bool own = false;
        for (isize s = first; s < p->t->rows; s++) {
            if (id(p, s, 0) != group || !row_speaks(p, s)) continue;
            own |= !id(p, s, 1);
            rows[n++] = s;
        }
        if (n >= 2 && !own) down_add(p, l, total, rows, n);
    }
}

static void lines_down(const Parts *p, Lines *l)
{
    const Table *t = p->t;
    isize *rows = make(t->a, isize, t->rows + 1), nested = 0;
    for (isize r = 0; r < t->rows; r++) {
        isize whole = 0;
        bool found = false;
        for (isize d = 0; d < p->keys.n; d++) {
            if (id(p, r, d)) continue;
            whole++;
            found |= down_along(p, l, r, d, rows);
        }
        if (!found && whole == p->keys.n && whole == 2 && nested++ < 4) down_nested(p, l, r, rows);
    }
}

static void lines_across(const Parts *p, Lines *l)
{
    const Table *t = p->t;
    isize *parts = make(t->a, isize, t->columns + 1), n = 0;
    for (isize c = 0; c < t->columns; c++)
        if (t->column[c].kind == COLUMN_COUNT && !t->column[c].words.survival) parts[n++] = c;
    for (isize c = 0; c < t->columns && n; c++)
        for (isize r = 0; t->column[c].kind == COLUMN_TOTAL && r < t->rows; r++) {
            Line line = {.total = r * t->columns + c,
                         .part = make(t->a, isize, n),
                         .n = n,
                         .family = t->columns + c};
            for (isize i = 0; i < n; i++)
                line.part[i] = r * t->columns + parts[i];
            line_add(t->a, l, &line);
        }
}

static bool is_value(u8 state)
{
    return state == PART_KNOWN || state == PART_FOUND;
}

// What a line lacks: the number of unknown parts, the last of them, the difference of the rest, where it comes from.
typedef struct Sight {
    isize unknown, which, nothing;
    double rest;
    u8 from;
    bool total_known, rounded;
} Sight;

static bool is_rounded(const Parts *p, double v)
{
    return fmod(v, (double)p->t->policy->rounding_base) == 0 || fmod(v, 6) == 3;
}

static Sight look(const Parts *p, const Line *l)
{
    Sight s = {.rest = p->value[l->total],
               .from = p->from[l->total],
               .total_known = is_value(p->state[l->total])};
    s.rounded = is_rounded(p, s.rest);
    for (isize i = 0; i < l->n; i++) {
        isize at = l->part[i];
        s.nothing += p->state[at] == PART_NONE;
        if (p->state[at] == PART_NONE) continue;
        s.from |= p->from[at];
        if (is_value(p->state[at])) {
            s.rest -= p->value[at];
            s.rounded &= is_rounded(p, p->value[at]);
        } else {
            s.unknown++, s.which = at;
        }
    }
    return s;
}

// Do the whole lines of each family add up? Where none is whole its name is believed.
static bool *families_true(const Parts *p, const Lines *l)
{
    const Table *t = p->t;
    isize n = 2 * t->columns + 1;
    isize *good = make(t->a, isize, n), *bad = make(t->a, isize, n);
    bool *out = make(t->a, bool, n);
    for (isize i = 0; i < l->n; i++) {
        Sight s = look(p, &l->v[i]);
        if (s.unknown || s.nothing || !s.total_known) continue;
        double slack =
            (double)t->policy->threshold + (s.rounded ? 3.0 * (double)(l->v[i].n + 1) : 0);
        if (fabs(s.rest) <= slack)
            good[l->v[i].family]++;
        else
            bad[l->v[i].family]++;
    }
    for (isize i = 0; i < n; i++)
        out[i] = good[i] >= bad[i];
    return out;
}

static void found_add(Arena *a, PartsFounds *f, PartsFound found)
{
    if (f->n == f->cap) {
        f->cap = f->cap ? f->cap * 2 : 16;
        PartsFound *v = make(a, PartsFound, f->cap);
        if (f->n) memcpy(v, f->v, (size_t)f->n * sizeof *v);
        f->v = v;
    }
    f->v[f->n++] = found;
}

static PartsFound found_at(const Parts *p, isize cell, isize by, double value)
{
    isize n = p->t->columns;
    return (PartsFound){
        .row = cell / n, .column = cell % n, .value = value, .by_row = by / n, .by_column = by % n};
}

// One unknown cell in a line is the rest of it.
static bool solve(Parts *p, const Line *l, PartsFounds *out)
{
    Sight s = look(p, l);
    if (s.nothing) return false;
    if (!s.total_known && !s.unknown && p->state[l->total] != PART_NONE) {
        p->value[l->total] = -(s.rest - p->value[l->total]);
        p->state[l->total] = PART_FOUND;
        p->from[l->total] |= s.from;
        return true;
    }
    if (!s.total_known || s.unknown != 1 || l->n < 2) return false;
    bool suppressed = p->state[s.which] == PART_SUPPRESSED;
    p->value[s.which] = s.rest > 0 ? s.rest : 0;
    p->state[s.which] = PART_FOUND;
    p->from[s.which] |= s.from;
    if (s.rest > 0 && (s.from & p->need) == p->need &&
        (suppressed || s.rest < (double)p->t->policy->threshold))
        found_add(p->t->a, out, found_at(p, s.which, l->total, s.rest));
    return true;
}

// Several cells that say <N and together are as small or as large as they can be.
static void extremes(const Parts *p, const Line *l, PartsFounds *out)
{
    Sight s = look(p, l);
    double most = 0;
    if (s.unknown < 2 || s.rounded || s.nothing || !s.total_known || (s.from & p->need) != p->need)
        return;
    for (isize i = 0; i < l->n; i++) {
        if (is_value(p->state[l->part[i]])) continue;
        if (!(p->t->cell[l->part[i]].below > 1)) return;
        most += p->t->cell[l->part[i]].below - 1;
    }
    if (s.rest != most && s.rest != (double)s.unknown) return;
    double each = s.rest == most ? p->t->cell[s.which].below - 1 : 1;
    found_add(p->t->a, out, found_at(p, s.which, l->total, each));
}

// A total a little larger than its parts: the unlisted are few. Rounded numbers never add up so exactly.
static void unlisted(const Parts *p, const Line *l, PartsFounds *out)
{
    Sight s = look(p, l);
    if (s.unknown || s.nothing || !s.total_known || s.rounded || (s.from & p->need) != p->need)
        return;
    if (!(s.rest > 0 && s.rest < (double)p->t->policy->threshold)) return;
    for (isize i = 0; i < l->n; i++)
        if (p->state[l->part[i]] == PART_FOUND) return;
    PartsFound f = found_at(p, l->total, l->total, s.rest);
    if (l->n == 1) f.row = l->part[0] / p->t->columns, f.column = l->part[0] % p->t->columns;
    f.unlisted = true;
    found_add(p->t->a, out, f);
}

void parts_solve(Parts *p, PartsFounds *out)
{
    Lines l = {0};
    lines_across(p, &l);
    lines_down(p, &l);
    bool *believed = families_true(p, &l);
    for (isize i = 0; i < l.n; i++)
        unlisted(p, &l.v[i], out);
    for (isize i = 0; i < l.n; i++)
        if (believed[l.v[i].family]) extremes(p, &l.v[i], out);
    bool more = true;
    for (int turn = 0; more && turn < 50; turn++) {
        more = false;
        for (isize i = 0; i < l.n; i++)
            if (believed[l.v[i].family] && l.v[i].n >= 2) more |= solve(p, &l.v[i], out);
    }
}

bool parts_tell(const Parts *p, const PartsFound *f)
{
    if (f->unlisted || f->value < (double)p->t->policy->threshold) return true;
    double below = table_at(p->t, f->row, f->column)->below;
    return !(below > 0 && f->value >= below);
}
