// enter: the inside of a box: the first process in its namespaces builds the box, gives up every right, starts the
// job, and stays as its init. Part of the room; others use box.h.
#pragma once
#include "box/plan.h"
#include "os/seccomp.h"

// Takes the machine's folders, files and devices that the plan binds. Root does it before the box exists, since
// inside it could not reach private folders; an ordinary user may only do it inside.
fallible box_trees_take(Arena *, const BoxPlan *, int *trees);
// What the first process of a blank has.
typedef struct BoxInside {
    int messages; // socket to the supervisor; when it closes, the supervisor has gone
    int output;   // where the job prints
    bool as_root; // the supervisor is root, which cannot be seen from inside
    const SeccompProgram *filter;
} BoxInside;
// Waits for the supervisor's nods, in this order:
//     1  the doors of the control groups, as many as there are
//     2  the user ids are mapped; with it the plan (box_plan_give), and to root's boxes the trees that were taken, in
//        the order of the plan's operations; in as many nods as it takes
//     3  go
_Noreturn void box_enter(Arena *, const BoxInside *);
// Whether an operation needs a tree.
bool box_op_binds(const BoxOp *);
