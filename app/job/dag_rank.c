// Which column an action stands in, and which actions of a crowded column become one box.
#include "base/map.h"
#include "base/str.h"
#include "job/dag_graph.h"

Lists lists_by(Arena *a, isize keys, const isize *key, isize n)
{
    Lists l = {keys, make(a, isize, keys + 2), make(a, isize, n + 1)};
    for (isize i = 0; i < n; i++)
        l.first[key[i] + 2]++;
    for (isize k = 2; k < keys + 2; k++)
        l.first[k] += l.first[k - 1];
    for (isize i = 0; i < n; i++)
        l.at[l.first[key[i] + 1]++] = i;
    return l;
}

typedef struct Ranking {
    Graph *g;
    Lists out;     // edges by their start
    isize *open;   // needs that are not ranked yet, by node
    bool *dropped; // by edge
    bool *ranked;  // by node
    isize *queue, queued, taken;
} Ranking;

static void rank_ready(Ranking *r)
{
    while (r->taken < r->queued) {
        isize node = r->queue[r->taken++];
        for (isize i = r->out.first[node]; i < r->out.first[node + 1]; i++) {
            isize e = r->out.at[i], to = r->g->to[e];
            if (r->dropped[e]) continue;
            if (r->g->rank[to] <= r->g->rank[node]) r->g->rank[to] = r->g->rank[node] + 1;
            if (--r->open[to]) continue;
            r->ranked[to] = true;
            r->queue[r->queued++] = to;
        }
    }
}

// Lets `node` go first: what it needs among the nodes that wait in a circle is left out of the picture.
static void circle_open(Ranking *r, isize node)
{
    for (isize e = 0; e < r->g->edges; e++) {
        if (r->g->to[e] != node || r->ranked[r->g->from[e]]) continue;
        r->dropped[e] = true;
    }
    r->open[node] = 0;
    r->ranked[node] = true;
    r->queue[r->queued++] = node;
    rank_ready(r);
}

static void edges_drop(Graph *g, const bool *dropped)
{
    isize kept = 0;
    for (isize e = 0; e < g->edges; e++) {
        if (dropped[e]) continue;
        g->from[kept] = g->from[e];
        g->to[kept++] = g->to[e];
    }
    g->edges = kept;
}

void graph_rank(Arena *a, Graph *g)
{
    Ranking r = {.g = g,
                 .out = lists_by(a, g->nodes, g->from, g->edges),
                 .open = make(a, isize, g->nodes),
                 .dropped = make(a, bool, g->edges),
                 .ranked = make(a, bool, g->nodes),
                 .queue = make(a, isize, g->nodes)};
    for (isize e = 0; e < g->edges; e++)
        r.open[g->to[e]]++;
    for (isize i = 0; i < g->nodes; i++) {
        if (r.open[i]) continue;
        r.ranked[i] = true;
        r.queue[r.queued++] = i;
    }
    rank_ready(&r);
    for (isize i = 0; i < g->nodes; i++)
        if (!r.ranked[i]) circle_open(&r, i);
    edges_drop(g, r.dropped);
}

// The first `words` words of a name: "cox_ipw-main-death" begins with "cox_ipw-".
static Str name_head(Str name, int words)
{
    for (isize i = 0; i < name.n; i++) {
        char c = name.s[i];
        if ((c == '_' || c == '-' || c == '.' || c == ' ') && --words == 0)
            return str_take(name, i + 1);
    }
    return name;
}

typedef struct Fold {
    Arena *a;
    const DagAction *actions;
    const isize *nodes; // of one column
    isize n;
} Fold;

// Numbers the heads of this length; group[i] is the number of nodes[i]'s head. Returns how many there are.
static isize fold_groups(const Fold *f, int words, isize *group)
{
    Map seen = {0};
    isize *number = make(f->a, isize, f->n);
    for (isize i = 0; i < f->n; i++) {
        void **at = map_at(f->a, &seen, name_head(f->actions[f->nodes[i]].name, words));
        if (!*at) {
            number[seen.n - 1] = seen.n - 1;
            *at = &number[seen.n - 1];
        }
        group[i] = *(isize *)*at;
    }
    return seen.n;
}

enum { FOLD_WORDS_MAX = 8 };

isize graph_fold(Arena *a, const Graph *g, const DagAction *actions, isize column_max,
                 isize *box_of)
{
    isize boxes = 0, ranks = 0;
    for (isize i = 0; i < g->nodes; i++)
        if (g->rank[i] >= ranks) ranks = g->rank[i] + 1;
    Lists columns = lists_by(a, ranks, g->rank, g->nodes);
    for (isize r = 0; r < ranks; r++) {
        Fold f = {a, actions, columns.at + columns.first[r],
                  columns.first[r + 1] - columns.first[r]};
        isize *group = make(a, isize, f.n), groups = f.n;
        for (isize i = 0; i < f.n; i++)
            group[i] = i;
        for (int words = FOLD_WORDS_MAX; groups > column_max && words > 0; words--)
            groups = fold_groups(&f, words, group);
        // names with nothing in common are folded as they come
        isize each = (groups + column_max - 1) / column_max;
        for (isize i = 0; i < f.n; i++)
            box_of[f.nodes[i]] = boxes + group[i] / each;
        boxes += (groups + each - 1) / each;
    }
    return boxes;
}
