// supervise: the outside of a box: makes it, watches it, keeps its log within bounds, ends it in time, counts what it
// used. Part of the room; others use box.h.
#pragma once
#include "box/blank.h"
#include "box/box.h"

typedef struct BoxWatch {
    int plan;  // the plan as box_plan_give made it; or -1
    int log;   // receives what the job prints
    int stop;  // a signalfd: anything on it ends the job; or -1
    int ready; // a pipe: our process id is written there when the box has all it needs; or -1
} BoxWatch;
// Makes the blank the box of this plan; it is used up. Returns when nothing of the job is left but its control groups,
// which the caller removes. Failures to make the box are BOX_NOT_STARTED in *result with the sentence.
void box_supervise(Arena *, const BoxPlan *, BoxBlank *, const BoxWatch *, BoxResult *);
void box_pid_tell(int to); // writes our process id; SIGPIPE is ignored
