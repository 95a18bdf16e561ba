// Any actions and needs, circles too, become a picture without boxes on boxes and with lines that run to the right.
#include "fuzz.h"
#include "job/dag.h"

static void check(const Dag *d)
{
    for (isize i = 0; i < d->boxes_n; i++) {
        const DagBox *b = &d->boxes[i];
        must(b->x >= 0 && b->y >= 0 && b->x + b->w <= d->width && b->y + b->h <= d->height);
        for (isize j = 0; j < i; j++) {
            const DagBox *c = &d->boxes[j];
            must(b->x != c->x || b->y + b->h <= c->y || c->y + c->h <= b->y);
        }
    }
    for (isize e = 0; e < d->lines_n; e++)
        for (isize i = 1; i < d->lines[e].n; i++)
            must(d->lines[e].v[i].x > d->lines[e].v[i - 1].x);
}

// First byte: how many actions; second: how many a column may hold; then pairs of actions.
int LLVMFuzzerTestOneInput(const u8 *data, size_t n)
{
    static const char *const states[] = {"pending", "running", "succeeded", "failed", "cancelled"};
    if (n < 2) return 0;
    Arena a = {0};
    isize actions = data[0], column_max = 1 + data[1] % 70, needs = ((isize)n - 2) / 2;
    DagAction *v = make(&a, DagAction, actions + 1);
    DagNeed *w = make(&a, DagNeed, needs + 1);
    for (isize i = 0; i < actions; i++)
        v[i] = (DagAction){arena_fmt(&a, "%s_%td-\xC3\xA9_%td", states[i % 5], i % 7, i),
                           str_from(states[i * data[1] % 5]), S("/x/")};
    for (isize i = 0; i < needs; i++)
        w[i] = (DagNeed){data[2 + 2 * i], data[3 + 2 * i]};
    Dag d = dag_layout(&a, v, actions, w, needs, column_max);
    check(&d);
    for (isize e = 0; e < d.lines_n; e++)
        must(dag_line_path(&a, &d.lines[e]).n > 0);
    arena_free(&a);
    return 0;
}
