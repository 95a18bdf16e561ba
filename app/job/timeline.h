// timeline: when each job of a request ran, as bars over one axis. Pure, like dag: no clock, no markup.
#pragma once
#include "base/time.h"

typedef struct TimelineJob {
    Str name, state, href;
    Time started, ended; // started 0: it did not run yet; ended 0: it runs still
} TimelineJob;

typedef struct TimelineBar {
    Str label, state, href, title;
    i64 y, x, w; // pixels
} TimelineBar;
typedef struct TimelineTick {
    Str label; // since the first job started: "00:05:00"
    i64 x;
} TimelineTick;
enum { TIMELINE_TICKS_MAX = 8, TIMELINE_BARS_MAX = 200, TIMELINE_BAR = 18 };
typedef struct Timeline {
    TimelineBar *bars;
    isize bars_n;
    isize left_out; // jobs that ran but are not shown
    TimelineTick ticks[TIMELINE_TICKS_MAX];
    isize ticks_n;
    i64 left, width, height; // left: where the bars begin
} Timeline;
// In the order they started; at most TIMELINE_BARS_MAX, the longest ones when there are more.
Timeline timeline_layout(Arena *, const TimelineJob *, isize n, Time now);
