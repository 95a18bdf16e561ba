// enter: the inside of a box: the first process in its namespaces builds the box, gives up every right, starts the
// job, and stays as its init. Part of the room; others use box.h.
#pragma once
#include "box/plan.h"

typedef struct BoxDoors {
    int gate;        // one byte comes when the user ids are mapped; end of file means: give up
    int messages;    // socket to the supervisor
    int output;      // what the job prints
    int memory, cpu; // control groups to enter, or -1
    int *trees; // one for each operation: detached mounts taken with the supervisor's rights, or -1
} BoxDoors;

// Takes the machine's folders, files and devices that the plan binds. Root does it before the box exists, since
// inside it could not reach private folders; an ordinary user may only do it inside.
fallible box_trees_take(Arena *, const BoxPlan *, int *trees);
_Noreturn void box_enter(Arena *, const BoxPlan *, const BoxDoors *);
