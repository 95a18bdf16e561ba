// enter: the inside of a box: the first process in its namespaces builds the box, gives up every right, starts the
// job, and stays as its init. Part of the room; others use box.h.
#pragma once
#include "box/plan.h"
#include "os/seccomp.h"

// What the first process of a blank has.
typedef struct BoxInside {
    int messages; // socket to the supervisor; when it closes, the supervisor has gone
    int output;   // where the job prints
    bool as_root; // the supervisor is root, which cannot be seen from inside
    const SeccompProgram *filter;
} BoxInside;
// Waits for the supervisor's nods, in this order, and says READY after the first:
//     1  the user ids are mapped; with it, to root's boxes, the trees of box_plan_base, and the doors of the control
//        groups, as many as there are
//     2  the plan (box_plan_give), and to root's boxes the trees of its other operations, in their order; in as many
//        nods as it takes
//     3  go
_Noreturn void box_enter(Arena *, const BoxInside *);
