// Who stands above whom in a column, and at what height: few crossings first, short lines second.
#include "job/dag_graph.h"

enum { SWEEPS = 8, HEIGHT_PASSES = 4 };

// Long lines from one box share their way as far as they can: one chain of stand-ins per box, as long as needed.
static isize *chain_lengths(Arena *a, const Graph *g, isize *extra)
{
    isize *length = make(a, isize, g->nodes + 1);
    for (isize e = 0; e < g->edges; e++) {
        isize from = g->from[e], crosses = g->rank[g->to[e]] - g->rank[from] - 1;
        if (crosses <= length[from]) continue;
        *extra += crosses - length[from];
        length[from] = crosses;
    }
    return length;
}

static void edge_add(Graph *g, isize from, isize to)
{
    g->from[g->edges] = from;
    g->to[g->edges++] = to;
}

Graph graph_stand_ins(Arena *a, const Graph *g, isize *first_stand_in)
{
    isize extra = 0, *length = chain_lengths(a, g, &extra), *chain = make(a, isize, g->nodes + 1);
    Graph out = {g->nodes, 0, make(a, isize, g->nodes + extra + 1),
                 make(a, isize, g->edges + extra + 1), make(a, isize, g->edges + extra + 1)};
    for (isize i = 0; i < g->nodes; i++) {
        out.rank[i] = g->rank[i];
        chain[i] = out.nodes;
        for (isize k = 0; k < length[i]; k++) {
            out.rank[out.nodes] = g->rank[i] + 1 + k;
            edge_add(&out, k ? out.nodes - 1 : i, out.nodes);
            out.nodes++;
        }
    }
    for (isize e = 0; e < g->edges; e++) {
        isize from = g->from[e], crosses = g->rank[g->to[e]] - g->rank[from] - 1;
        first_stand_in[e] = crosses > 0 ? chain[from] : -1;
        edge_add(&out, crosses > 0 ? chain[from] + crosses - 1 : from, g->to[e]);
    }
    return out;
}

typedef struct Ordering {
    Arena *a;
    const Graph *g;
    Lists columns, in, out; // in: edges by their end; out: by their start
    isize *place;           // of a node in its column
} Ordering;

typedef struct Keyed {
    double key;
    isize node, was;
} Keyed;

static int by_key(const void *x, const void *y)
{
    const Keyed *l = x, *r = y;
    if (l->key < r->key || l->key > r->key) return l->key < r->key ? -1 : 1;
    return (l->was > r->was) - (l->was < r->was);
}

// Where the neighbours on one side stand on average; `otherwise` when there are none.
static double barycentre(const Ordering *o, const Lists *side, const isize *other, isize node,
                         double otherwise)
{
    double sum = 0;
    isize n = side->first[node + 1] - side->first[node];
    for (isize i = side->first[node]; i < side->first[node + 1]; i++)
        sum += (double)o->place[other[side->at[i]]];
    return n ? sum / (double)n : otherwise;
}

static void column_sort(Ordering *o, isize column, const Lists *side, const isize *other)
{
    isize *nodes = o->columns.at + o->columns.first[column];
    isize n = o->columns.first[column + 1] - o->columns.first[column];
    Keyed *keyed = make(o->a, Keyed, n);
    for (isize i = 0; i < n; i++)
        keyed[i] = (Keyed){barycentre(o, side, other, nodes[i], (double)i), nodes[i], i};
    if (n) qsort(keyed, (size_t)n, sizeof *keyed, by_key);
    for (isize i = 0; i < n; i++) {
        nodes[i] = keyed[i].node;
        o->place[nodes[i]] = i;
    }
}

// Crossings between a column and the next: a sum tree over the places of the right ends.
static i64 column_crossings(const Ordering *o, isize column, isize *tree)
{
    isize right = o->columns.first[column + 2] - o->columns.first[column + 1];
    memset(tree, 0, (size_t)(right + 1) * sizeof *tree);
    i64 crossings = 0, seen = 0;
    for (isize i = o->columns.first[column]; i < o->columns.first[column + 1]; i++) {
        isize node = o->columns.at[i];
        for (isize j = o->out.first[node]; j < o->out.first[node + 1]; j++) {
            crossings += seen;
            for (isize p = o->place[o->g->to[o->out.at[j]]] + 1; p > 0; p -= p & -p)
                crossings -= tree[p];
        }
        for (isize j = o->out.first[node]; j < o->out.first[node + 1]; j++, seen++)
            for (isize p = o->place[o->g->to[o->out.at[j]]] + 1; p <= right; p += p & -p)
                tree[p]++;
    }
    return crossings;
}

static i64 crossings(const Ordering *o, isize *tree)
{
    i64 sum = 0;
    for (isize c = 0; c + 1 < o->columns.keys; c++)
        sum += column_crossings(o, c, tree);
    return sum;
}

Lists graph_order(Arena *a, const Graph *g)
{
    isize ranks = 0;
    for (isize i = 0; i < g->nodes; i++)
        if (g->rank[i] >= ranks) ranks = g->rank[i] + 1;
    Ordering o = {a,
                  g,
                  lists_by(a, ranks, g->rank, g->nodes),
                  lists_by(a, g->nodes, g->to, g->edges),
                  lists_by(a, g->nodes, g->from, g->edges),
                  make(a, isize, g->nodes)};
    for (isize c = 0; c < ranks; c++)
        for (isize i = o.columns.first[c]; i < o.columns.first[c + 1]; i++)
            o.place[o.columns.at[i]] = i - o.columns.first[c];
    isize *tree = make(a, isize, g->nodes + 2), *best = make(a, isize, g->nodes + 1);
    i64 fewest = -1;
    for (int sweep = 0; sweep <= SWEEPS && fewest != 0; sweep++) {
        for (isize c = 1; c < ranks && sweep % 2 == 1; c++)
            column_sort(&o, c, &o.in, g->from);
        for (isize c = ranks - 2; c >= 0 && sweep && sweep % 2 == 0; c--)
            column_sort(&o, c, &o.out, g->to);
        i64 now = crossings(&o, tree);
        if (fewest >= 0 && now >= fewest) continue;
        fewest = now;
        if (g->nodes) memcpy(best, o.columns.at, (size_t)g->nodes * sizeof *best);
    }
    o.columns.at = best;
    return o.columns;
}

// The nearest heights to `wish` that keep the order: neighbours that would overlap are pooled at their mean.
static void column_settle(isize n, double *wish, double *pool, isize *count)
{
    isize pools = 0;
    for (isize i = 0; i < n; i++) {
        pool[pools] = wish[i];
        count[pools++] = 1;
        while (pools > 1 && pool[pools - 2] > pool[pools - 1]) {
            double l = (double)count[pools - 2], r = (double)count[pools - 1];
            pool[pools - 2] = (pool[pools - 2] * l + pool[pools - 1] * r) / (l + r);
            count[pools - 2] += count[pools - 1];
            pools--;
        }
    }
    for (isize p = 0, i = 0; p < pools; p++)
        for (isize k = 0; k < count[p]; k++)
            wish[i++] = pool[p];
}

typedef struct Placing {
    Lists columns, side;
    const isize *other; // the far end of an edge of that side
    const double *half;
    double gap, *middle;
    double *wish, *pool;
    isize *count;
} Placing;

static void column_place(const Placing *p, isize column)
{
    isize first = p->columns.first[column], n = p->columns.first[column + 1] - first;
    double down = 0;
    for (isize i = 0; i < n; i++) {
        isize node = p->columns.at[first + i];
        isize edges = p->side.first[node + 1] - p->side.first[node];
        double sum = 0;
        for (isize j = p->side.first[node]; j < p->side.first[node + 1]; j++)
            sum += p->middle[p->other[p->side.at[j]]];
        if (i) down += p->half[p->columns.at[first + i - 1]] + p->gap + p->half[node];
        p->wish[i] = (edges ? sum / (double)edges : p->middle[node]) - down;
    }
    column_settle(n, p->wish, p->pool, p->count);
    down = 0;
    for (isize i = 0; i < n; i++) {
        isize node = p->columns.at[first + i];
        if (i) down += p->half[p->columns.at[first + i - 1]] + p->gap + p->half[node];
        p->middle[node] = p->wish[i] + down;
    }
}

void graph_place(Arena *a, const Graph *g, Lists columns, const double *half, double gap,
                 double *middle)
{
    Placing in = {columns,
                  lists_by(a, g->nodes, g->to, g->edges),
                  g->from,
                  half,
                  gap,
                  middle,
                  make(a, double, g->nodes),
                  make(a, double, g->nodes),
                  make(a, isize, g->nodes)};
    Placing out = in;
    out.side = lists_by(a, g->nodes, g->from, g->edges);
    out.other = g->to;
    for (isize c = 0; c < columns.keys; c++) {
        double down = 0;
        for (isize i = columns.first[c]; i < columns.first[c + 1]; i++) {
            middle[columns.at[i]] = down + half[columns.at[i]];
            down += 2 * half[columns.at[i]] + gap;
        }
    }
    for (int pass = 0; pass < HEIGHT_PASSES; pass++) {
        for (isize c = 0; c < columns.keys; c++)
            column_place(&in, c);
        for (isize c = columns.keys - 1; c >= 0; c--)
            column_place(&out, c);
    }
}
