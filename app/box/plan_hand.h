// plan_hand: a plan on its way to another process: a file without a name that holds it. Part of the room; others use
// box.h.
#pragma once
#include "box/plan.h"

fallible box_plan_give(Arena *, const BoxPlan *, int *fd); // the caller's to close
// Reads it wherever the file stands: several processes may hold the same one.
fallible box_plan_receive(Arena *, int fd, BoxPlan *);
