// Rows that agree in all dimensions but one are found by sorting, so that wide and long tables cost little.
#include "disclosure/lines.h"

enum {
    NESTED_MOST = 4, // totals above lists of characteristics
    SAME_MOST = 4    // totals of the same parts: the same label twice
};

static int id(const Parts *p, isize r, isize d)
{
    return p->keys.id[r * p->keys.n + d];
}

static void bundle_add(Lines *l, Bundle b)
{
    if (l->n == l->cap) {
        l->cap = l->cap ? l->cap * 2 : 32;
        Bundle *v = make(l->t->a, Bundle, l->cap);
        if (l->n) memcpy(v, l->v, (size_t)l->n * sizeof *v);
        l->v = v;
    }
    l->v[l->n++] = b;
}

// Rows without a number are headings.
static bool *rows_speak(const Parts *p)
{
    const Table *t = p->t;
    bool *out = make(t->a, bool, t->rows + 1);
    for (isize r = 0; r < t->rows; r++)
        for (isize c = 0; c < t->columns && !out[r]; c++)
            out[r] =
                p->state[r * t->columns + c] != PART_NONE && table_at(t, r, c)->kind != CELL_BLANK;
    return out;
}

// Rows whose labels are the same but in one dimension, as a number; 64 bits, so that others never meet.
static u64 mixed(u64 x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static u64 label(const Parts *p, isize r, isize d)
{
    return mixed(mixed((u64)d + 1) + (u64)(u32)id(p, r, d) + 1);
}

typedef struct Keyed {
    u64 key;
    isize row;
} Keyed;

static int by_key(const void *x, const void *y)
{
    const Keyed *a = x, *b = y;
    if (a->key != b->key) return a->key < b->key ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

// The parts of a total along one dimension.
typedef struct Group {
    isize *rows;
    isize n, totals;
} Group;
typedef struct Grouping {
    Group **of; // per row; NULL: the dimension has no totals
} Grouping;

static bool has_totals(const Parts *p, isize d)
{
    for (isize r = 0; r < p->t->rows; r++)
        if (!id(p, r, d)) return true;
    return false;
}

static Grouping group_rows(const Parts *p, const u64 *whole, const bool *speaks, isize d)
{
    const Table *t = p->t;
    if (!has_totals(p, d)) return (Grouping){0};
    Grouping out = {.of = make(t->a, Group *, t->rows + 1)};
    Keyed *v = make(t->a, Keyed, t->rows + 1);
    isize *rows = make(t->a, isize, t->rows + 1); // shared by all groups, one behind the other
    for (isize r = 0; r < t->rows; r++)
        v[r] = (Keyed){whole[r] - label(p, r, d), r};
    qsort(v, (size_t)t->rows, sizeof *v, by_key);
    Group *g = NULL;
    for (isize i = 0; i < t->rows; i++) {
        if (!i || v[i].key != v[i - 1].key) {
            isize *next = g ? g->rows + g->n : rows;
            g = make(t->a, Group, 1);
            g->rows = next;
        }
        isize r = v[i].row;
        out.of[r] = g;
        if (id(p, r, d) && speaks[r]) g->rows[g->n++] = r;
    }
    return out;
}

// "Total" above a list of characteristics with their levels: each characteristic adds up to it.
static void nested_add(const Parts *p, const bool *speaks, Lines *l, isize total)
{
    const Table *t = p->t;
    bool *seen = make(t->a, bool, t->rows + 2);
    for (isize first = 0; first < t->rows; first++) {
        int group = id(p, first, 0);
        if (group <= 0 || seen[group]) continue;
        seen[group] = true;
        isize *rows = make(t->a, isize, t->rows - first), n = 0;
        bool own = false;
        for (isize s = first; s < t->rows; s++) {
            if (id(p, s, 0) != group || !speaks[s]) continue;
            own |= !id(p, s, 1);
            rows[n++] = s;
        }
        if (n >= 2 && !own)
            bundle_add(l, (Bundle){.total = total, .at = rows, .n = n, .down = true});
    }
}

static void lines_down(const Parts *p, Lines *l)
{
    const Table *t = p->t;
    const bool *speaks = rows_speak(p);
    u64 *whole = make(t->a, u64, t->rows + 1);
    Grouping *along = make(t->a, Grouping, p->keys.n + 1);
    for (isize r = 0; r < t->rows; r++)
        for (isize d = 0; d < p->keys.n; d++)
            whole[r] += label(p, r, d);
    for (isize d = 0; d < p->keys.n; d++)
        along[d] = group_rows(p, whole, speaks, d);
    isize nested = 0;
    for (isize r = 0; r < t->rows; r++) {
        isize totals = 0;
        bool found = false;
        for (isize d = 0; d < p->keys.n; d++) {
            if (id(p, r, d)) continue;
            totals++;
            Group *g = along[d].of[r];
            if (g->n < 2) continue;
            found = true;
            if (g->totals++ < SAME_MOST)
                bundle_add(l, (Bundle){.total = r, .at = g->rows, .n = g->n, .down = true});
        }
        if (!found && totals == p->keys.n && totals == 2 && nested++ < NESTED_MOST)
            nested_add(p, speaks, l, r);
    }
}

static void lines_across(Lines *l)
{
    const Table *t = l->t;
    isize *parts = make(t->a, isize, t->columns + 1), n = 0;
    for (isize c = 0; c < t->columns; c++)
        if (t->column[c].kind == COLUMN_COUNT && !t->column[c].words.survival) parts[n++] = c;
    for (isize c = 0; c < t->columns && n; c++)
        if (t->column[c].kind == COLUMN_TOTAL)
            bundle_add(l, (Bundle){.total = c, .at = parts, .n = n});
}

Lines lines_of(const Parts *p)
{
    const Table *t = p->t;
    Lines l = {.t = t, .counts = make(t->a, isize, t->columns + 1)};
    for (isize c = 0; c < t->columns; c++)
        if (t->column[c].kind == COLUMN_COUNT || t->column[c].kind == COLUMN_TOTAL)
            l.counts[l.counts_n++] = c;
    lines_across(&l);
    lines_down(p, &l);
    return l;
}

bool line_next(const Lines *l, LineWalk *w, Line *out)
{
    isize columns = l->t->columns;
    for (; w->bundle < l->n; w->bundle++, w->lane = 0) {
        const Bundle *b = &l->v[w->bundle];
        if (w->lane == (b->down ? l->counts_n : l->t->rows)) continue;
        isize lane = w->lane++, c = b->down ? l->counts[lane] : b->total;
        *out = b->down ? (Line){.total = b->total * columns + c,
                                .at = b->at,
                                .n = b->n,
                                .scale = columns,
                                .offset = c,
                                .family = c}
                       : (Line){.total = lane * columns + c,
                                .at = b->at,
                                .n = b->n,
                                .scale = 1,
                                .offset = lane * columns,
                                .family = columns + c};
        return true;
    }
    return false;
}
