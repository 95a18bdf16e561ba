// enter: the inside of a box: the first process in its namespaces builds the box, gives up every right, starts the
// job, and stays as its init. Part of the room; others use box.h.
#pragma once
#include "box/plan.h"

typedef struct BoxDoors {
    int messages; // socket to the supervisor: its first nod says that the user ids are mapped, its second brings the
        // doors of the control groups; when it closes, the supervisor has gone
    int output;   // what the job prints
    int *trees;   // one for each operation: detached mounts
    bool as_root; // they were taken already, with root's rights; an ordinary user takes them inside
} BoxDoors;

// Takes the machine's folders, files and devices that the plan binds. Root does it before the box exists, since
// inside it could not reach private folders; an ordinary user may only do it inside.
fallible box_trees_take(Arena *, const BoxPlan *, int *trees);
_Noreturn void box_enter(Arena *, const BoxPlan *, const BoxDoors *);
