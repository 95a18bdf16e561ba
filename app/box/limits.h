// limits: the control groups of one box, and what else keeps it from using up the machine.
#pragma once
#include "box/plan.h"
#include "os/proc.h"

typedef struct BoxMeters {
    i64 memory_peak_bytes; // 0 when unknown
    bool out_of_memory;    // the kernel killed something of it at its memory limit
} BoxMeters;

// The groups that a supervisor makes below those of `where`; they are called after it, since it has them before it
// has a job, and no two boxes share one.
BoxGroups box_groups_of(Arena *, const BoxGroups *where, ProcName supervisor);
enum { BOX_DOORS = 2 };
// Makes them, still without limits; the doors are those through which the box enters, -1 where there is none.
fallible box_groups_make(Arena *, const BoxGroups *, int doors[BOX_DOORS]);
fallible box_groups_limit(Arena *, const BoxGroups *, const BoxPlan *);
BoxMeters box_groups_read(Arena *, const BoxGroups *);
// Kills what is left in the groups and removes them; repeatable.
fallible box_groups_remove(Arena *, const BoxGroups *);
// What every process keeps for itself: rlimits, inherited by all that the job starts.
fallible box_limits_self(Arena *, const BoxPlan *);
