// The picture of a job request: from actions and needs to boxes and lines.
#include "job/dag.h"

#include "base/str.h"
#include "job/dag_graph.h"

enum {
    BOX_HEIGHT = 30,
    BOX_SIDE = 44, // the state's shape and the air around the name
    GLYPH = 15,    // half pixels: two average letters at the size of app.css
    LABEL_MAX = 34,
    GAP_DOWN = 10,
    GAP_RIGHT = 70,
    MARGIN = 8,
    TITLE_NAMES = 12,
};

// The most urgent first: a box that folds many shows the state that somebody must look at.
static const char *const urgency[] = {"failed", "running", "pending", "cancelled", "unknown"};

// Names longer than a box lose their middle: both ends tell actions apart.
static Str label_fit(Arena *a, Str name, isize most)
{
    if (name.n <= most) return name;
    isize head = (most - 1) * 2 / 3, tail = most - 1 - head;
    while (head > 0 && ((u8)name.s[head] & 0xC0) == 0x80)
        head--;
    isize from = name.n - tail;
    while (from < name.n && ((u8)name.s[from] & 0xC0) == 0x80)
        from++;
    return arena_fmt(a, "%.*s\xE2\x80\xA6%.*s", (int)head, name.s, (int)(name.n - from),
                     name.s + from);
}

static Str common_head(Str x, Str y)
{
    isize n = 0;
    while (n < x.n && n < y.n && x.s[n] == y.s[n])
        n++;
    while (n > 0 && n < x.n && ((u8)x.s[n] & 0xC0) == 0x80)
        n--;
    return str_take(x, n);
}

static Str members_state(const DagAction *actions, const isize *v, isize n)
{
    for (isize u = 0; u < COUNT(urgency); u++)
        for (isize i = 0; i < n; i++)
            if (str_eq(actions[v[i]].state, str_from(urgency[u]))) return actions[v[i]].state;
    return actions[v[0]].state;
}

// "3 failed, 45 succeeded: model_a, model_b, … and 36 more"
static Str members_title(Arena *a, const DagAction *actions, const isize *v, isize n)
{
    Buf b = {.a = a};
    StrList states = {0};
    for (isize i = 0; i < n; i++)
        if (!str_list_has(&states, actions[v[i]].state))
            str_list_add(a, &states, actions[v[i]].state);
    for (isize s = 0; s < states.n; s++) {
        i64 count = 0;
        for (isize i = 0; i < n; i++)
            count += str_eq(actions[v[i]].state, states.v[s]);
        buf_fmt(&b, "%s%lld %.*s", s ? ", " : "", (long long)count, STR(states.v[s]));
    }
    for (isize i = 0; i < n && i < TITLE_NAMES; i++)
        buf_fmt(&b, "%s%.*s", i ? ", " : ": ", STR(actions[v[i]].name));
    if (n > TITLE_NAMES) buf_fmt(&b, " and %td more", n - TITLE_NAMES);
    return buf_str(&b);
}

static DagBox box_of_members(Arena *a, const DagAction *actions, const isize *v, isize n)
{
    const DagAction *first = &actions[v[0]];
    if (n == 1)
        return (DagBox){.label = label_fit(a, first->name, LABEL_MAX),
                        .state = first->state,
                        .href = first->href,
                        .title = arena_fmt(a, "%.*s: %.*s", STR(first->name), STR(first->state)),
                        .members = 1};
    Str head = first->name;
    for (isize i = 1; i < n; i++)
        head = common_head(head, actions[v[i]].name);
    Str fit = label_fit(a, head, LABEL_MAX - 7);
    return (DagBox){.label = arena_fmt(a, "%.*s\xE2\x80\xA6 \xC3\x97 %td", STR(fit), n),
                    .state = members_state(actions, v, n),
                    .title = members_title(a, actions, v, n),
                    .members = n};
}

static int by_ends(const void *x, const void *y)
{
    const DagNeed *l = x, *r = y;
    if (l->before != r->before) return l->before < r->before ? -1 : 1;
    return (l->after > r->after) - (l->after < r->after);
}

// Edges between boxes, each once.
static Graph boxes_join(Arena *a, const Graph *g, const isize *box_of, isize boxes)
{
    DagNeed *ends = make(a, DagNeed, g->edges + 1);
    for (isize e = 0; e < g->edges; e++)
        ends[e] = (DagNeed){box_of[g->from[e]], box_of[g->to[e]]};
    if (g->edges) qsort(ends, (size_t)g->edges, sizeof *ends, by_ends);
    Graph out = {boxes, 0, make(a, isize, boxes + 1), make(a, isize, g->edges + 1),
                 make(a, isize, g->edges + 1)};
    for (isize i = 0; i < g->nodes; i++)
        out.rank[box_of[i]] = g->rank[i];
    for (isize e = 0; e < g->edges; e++) {
        if (e && by_ends(&ends[e], &ends[e - 1]) == 0) continue;
        out.from[out.edges] = ends[e].before;
        out.to[out.edges++] = ends[e].after;
    }
    return out;
}

static Graph needs_read(Arena *a, isize actions, const DagNeed *needs, isize needs_n)
{
    Graph g = {actions, 0, make(a, isize, actions + 1), make(a, isize, needs_n + 1),
               make(a, isize, needs_n + 1)};
    for (isize i = 0; i < needs_n; i++) {
        DagNeed n = needs[i];
        if (n.before == n.after || n.before < 0 || n.after < 0 || n.before >= actions ||
            n.after >= actions)
            continue;
        g.from[g.edges] = n.before;
        g.to[g.edges++] = n.after;
    }
    return g;
}

// How many letters a label shows; bytes would make accents wide.
static i64 letters(Str s)
{
    i64 n = 0;
    for (isize i = 0; i < s.n; i++)
        n += ((u8)s.s[i] & 0xC0) != 0x80;
    return n;
}

// Columns from left to right, each as wide as its widest box.
static void boxes_set(Dag *d, const double *middle)
{
    isize ranks = 0;
    double top = 0;
    for (isize i = 0; i < d->boxes_n; i++) {
        if (d->boxes[i].rank >= ranks) ranks = d->boxes[i].rank + 1;
        if (middle[i] - BOX_HEIGHT / 2 < top) top = middle[i] - BOX_HEIGHT / 2;
    }
    i64 x = MARGIN;
    for (isize r = 0; r < ranks; r++) {
        i64 widest = 0;
        for (isize i = 0; i < d->boxes_n; i++) {
            i64 w = BOX_SIDE + GLYPH * letters(d->boxes[i].label) / 2;
            if (d->boxes[i].rank == r && w > widest) widest = w;
        }
        for (isize i = 0; i < d->boxes_n; i++) {
            DagBox *b = &d->boxes[i];
            if (b->rank != r) continue;
            b->x = x;
            b->y = MARGIN + (i64)(middle[i] - top) - BOX_HEIGHT / 2;
            b->w = widest;
            b->h = BOX_HEIGHT;
            if (b->y + b->h + MARGIN > d->height) d->height = b->y + b->h + MARGIN;
        }
        x += widest + GAP_RIGHT;
    }
    d->width = ranks ? x - GAP_RIGHT + MARGIN : 0;
}

typedef struct Routes {
    const Graph *boxes, *routed;
    const isize *first_stand_in;
    const double *middle;
    const i64 *left, *right; // edges of the columns
} Routes;

static void lines_set(Arena *a, Dag *d, const Routes *r)
{
    double top = 0;
    for (isize i = 0; i < d->boxes_n; i++)
        if (r->middle[i] - BOX_HEIGHT / 2 < top) top = r->middle[i] - BOX_HEIGHT / 2;
    d->lines_n = r->boxes->edges;
    d->lines = make(a, DagLine, d->lines_n + 1);
    for (isize e = 0; e < d->lines_n; e++) {
        DagLine *l = &d->lines[e];
        l->from = r->boxes->from[e];
        l->to = r->boxes->to[e];
        const DagBox *f = &d->boxes[l->from], *t = &d->boxes[l->to];
        l->v = make(a, DagPoint, 2 + 2 * (t->rank - f->rank - 1));
        l->v[l->n++] = (DagPoint){f->x + f->w, f->y + f->h / 2};
        for (isize rank = f->rank + 1, s = r->first_stand_in[e]; rank < t->rank; rank++, s++) {
            i64 y = MARGIN + (i64)(r->middle[s] - top);
            if (y > d->height - MARGIN) d->height = y + MARGIN;
            l->v[l->n++] = (DagPoint){r->left[rank], y};
            l->v[l->n++] = (DagPoint){r->right[rank], y};
        }
        l->v[l->n++] = (DagPoint){t->x, t->y + t->h / 2};
    }
}

// Stand-ins may lie higher than the highest box; everything moves down so that nothing is cut off.
static void picture_lower(Dag *d)
{
    i64 least = MARGIN;
    for (isize e = 0; e < d->lines_n; e++)
        for (isize i = 0; i < d->lines[e].n; i++)
            if (d->lines[e].v[i].y < least) least = d->lines[e].v[i].y;
    i64 by = MARGIN - least;
    for (isize i = 0; i < d->boxes_n; i++)
        d->boxes[i].y += by;
    for (isize e = 0; e < d->lines_n; e++)
        for (isize i = 0; i < d->lines[e].n; i++)
            d->lines[e].v[i].y += by;
    d->height += by;
}

static void boxes_make(Arena *a, Dag *d, const DagAction *actions, const Graph *g,
                       const isize *box_of)
{
    Lists members = lists_by(a, d->boxes_n, box_of, g->nodes);
    d->boxes = make(a, DagBox, d->boxes_n + 1);
    for (isize b = 0; b < d->boxes_n; b++) {
        const isize *v = members.at + members.first[b];
        d->boxes[b] = box_of_members(a, actions, v, members.first[b + 1] - members.first[b]);
        d->boxes[b].rank = g->rank[v[0]];
    }
}

static void columns_measure(const Dag *d, i64 *left, i64 *right)
{
    for (isize i = 0; i < d->boxes_n; i++) {
        const DagBox *b = &d->boxes[i];
        left[b->rank] = b->x;
        right[b->rank] = b->x + b->w;
    }
}

Dag dag_layout(Arena *a, const DagAction *actions, isize actions_n, const DagNeed *needs,
               isize needs_n, isize column_max)
{
    Dag d = {0};
    if (!actions_n) return d;
    Graph g = needs_read(a, actions_n, needs, needs_n);
    graph_rank(a, &g);
    isize *box_of = make(a, isize, g.nodes + 1);
    d.boxes_n = graph_fold(a, &g, actions, column_max, box_of);
    d.folded = d.boxes_n < actions_n;
    boxes_make(a, &d, actions, &g, box_of);
    Graph boxes = boxes_join(a, &g, box_of, d.boxes_n);
    isize *first_stand_in = make(a, isize, boxes.edges + 1);
    Graph routed = graph_stand_ins(a, &boxes, first_stand_in);
    double *half = make(a, double, routed.nodes + 1), *middle = make(a, double, routed.nodes + 1);
    for (isize i = 0; i < routed.nodes; i++)
        half[i] = i < d.boxes_n ? BOX_HEIGHT / 2.0 : 1.0;
    graph_place(a, &routed, graph_order(a, &routed), half, GAP_DOWN, middle);
    boxes_set(&d, middle);
    i64 *left = make(a, i64, d.boxes_n + 1), *right = make(a, i64, d.boxes_n + 1);
    columns_measure(&d, left, right);
    lines_set(a, &d, &(Routes){&boxes, &routed, first_stand_in, middle, left, right});
    picture_lower(&d);
    return d;
}

Str dag_line_path(Arena *a, const DagLine *l)
{
    Buf b = {.a = a};
    if (!l->n) return S("");
    buf_fmt(&b, "M%lld %lld", (long long)l->v[0].x, (long long)l->v[0].y);
    for (isize i = 1; i < l->n; i++) {
        DagPoint p = l->v[i - 1], to = l->v[i];
        long long bend = (long long)(p.x + to.x) / 2;
        if (p.y == to.y)
            buf_fmt(&b, "H%lld", (long long)to.x);
        else
            buf_fmt(&b, "C%lld %lld %lld %lld %lld %lld", bend, (long long)p.y, bend,
                    (long long)to.y, (long long)to.x, (long long)to.y);
    }
    return buf_str(&b);
}
