// loop: looks after all jobs of a site: wakes when something happened, gives every job its turn, sends errands.
#pragma once
#include "runner/office.h"

typedef struct LoopEnds {
    int stop, lifeline; // the loop ends when one of these can be read; -1: there is none
    int knock;          // an operator's command changed something (os/watch.h)
} LoopEnds;
fallible loop_run(Arena *, Office *, const LoopEnds *);
