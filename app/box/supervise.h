// supervise: the outside of a box: makes it, watches it, keeps its log within bounds, ends it in time, counts what it
// used. Part of the room; others use box.h.
#pragma once
#include "box/box.h"

typedef struct BoxWatch {
    int log;    // receives what the job prints
    int stop;   // a signalfd: anything on it ends the job; or -1
    int events; // socket to whoever started it; or -1
} BoxWatch;
// Returns when nothing of the job is left. Failures to make the box are BOX_NOT_STARTED in *result with the sentence.
void box_supervise(Arena *, const BoxPlan *, const BoxWatch *, BoxResult *);
