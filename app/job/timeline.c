// Jobs over time: where the hours went.
#include "job/timeline.h"

#include "base/str.h"

enum { LEFT = 250, SPAN = 640, ROW = 24, TOP = 22, LEAST_WIDTH = 3, LABEL_LETTERS = 32 };

// Distances between ticks that people read easily, in seconds; beyond, whole days.
static const i64 steps[] = {1,   2,   5,    10,   15,   30,    60,    120,   300,
                            600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400};

typedef struct Span {
    const TimelineJob *job;
    Time from, to;
} Span;

static int by_start(const void *x, const void *y)
{
    const Span *l = x, *r = y;
    if (l->from != r->from) return l->from < r->from ? -1 : 1;
    return (l->job > r->job) - (l->job < r->job);
}

static int by_length(const void *x, const void *y)
{
    const Span *l = x, *r = y;
    i64 a = l->to - l->from, b = r->to - r->from;
    if (a != b) return a > b ? -1 : 1;
    return (l->job > r->job) - (l->job < r->job);
}

static isize spans_read(const TimelineJob *jobs, isize n, Time now, Span *out)
{
    isize k = 0;
    for (isize i = 0; i < n; i++) {
        Time to = jobs[i].ended ? jobs[i].ended : now;
        if (!jobs[i].started) continue;
        out[k++] = (Span){&jobs[i], jobs[i].started, to > jobs[i].started ? to : jobs[i].started};
    }
    return k;
}

static void ticks_set(Arena *a, Timeline *t, i64 length)
{
    i64 step = 0;
    for (isize i = 0; i < COUNT(steps) && !step; i++)
        if (length / SECONDS(steps[i]) < TIMELINE_TICKS_MAX) step = SECONDS(steps[i]);
    if (!step) step = (length / TIMELINE_TICKS_MAX / DAYS(1) + 1) * DAYS(1);
    for (i64 at = 0; at <= length && t->ticks_n < TIMELINE_TICKS_MAX; at += step)
        t->ticks[t->ticks_n++] =
            (TimelineTick){time_span(a, at), LEFT + (length ? at * SPAN / length : 0)};
}

static TimelineBar bar_of(Arena *a, const Span *s, Time first, i64 length, isize row)
{
    i64 x = length ? (s->from - first) * SPAN / length : 0;
    i64 w = length ? (s->to - s->from) * SPAN / length : 0;
    if (w < LEAST_WIDTH) w = LEAST_WIDTH;
    if (x + w > SPAN) x = SPAN - w;
    Str name = s->job->name;
    isize n = name.n > LABEL_LETTERS ? LABEL_LETTERS : name.n;
    while (n > 0 && n < name.n && ((u8)name.s[n] & 0xC0) == 0x80)
        n--;
    Str label = n < name.n ? arena_fmt(a, "%.*s\xE2\x80\xA6", (int)n, name.s) : name;
    Str title = arena_fmt(a, "%.*s: %.*s, %.*s", STR(name), STR(s->job->state),
                          STR(time_span(a, s->to - s->from)));
    return (TimelineBar){label, s->job->state, s->job->href, title, TOP + row * ROW, LEFT + x, w};
}

Timeline timeline_layout(Arena *a, const TimelineJob *jobs, isize n, Time now)
{
    Timeline t = {.left = LEFT, .width = LEFT + SPAN + 60};
    Span *v = make(a, Span, n + 1);
    isize ran = spans_read(jobs, n, now, v);
    if (!ran) return t;
    isize shown = ran < TIMELINE_BARS_MAX ? ran : TIMELINE_BARS_MAX;
    if (shown < ran) qsort(v, (size_t)ran, sizeof *v, by_length);
    qsort(v, (size_t)shown, sizeof *v, by_start);
    Time first = v[0].from, last = first;
    for (isize i = 0; i < shown; i++)
        if (v[i].to > last) last = v[i].to;
    t.bars = make(a, TimelineBar, shown);
    for (isize i = 0; i < shown; i++)
        t.bars[t.bars_n++] = bar_of(a, &v[i], first, last - first, i);
    t.left_out = ran - shown;
    t.height = TOP + shown * ROW + 4;
    ticks_set(a, &t, last - first);
    return t;
}
