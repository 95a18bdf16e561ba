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
// What is open of them; -1 where there is none.
enum { BOX_DOORS = 2 };
enum {
    BOX_KNOB_MEMORY,
    BOX_KNOB_SWAP,
    BOX_KNOB_TOGETHER, // whether the whole job is killed when its memory is used up
    BOX_KNOB_CPU,
    BOX_KNOB_PEAK,
    BOX_KNOB_KILLS,
    BOX_KNOBS
};
typedef struct BoxGates {
    int doors[BOX_DOORS]; // through which the box enters
    int knobs[BOX_KNOBS]; // by which it is limited and read
} BoxGates;
#define BOX_GATES_NONE                                                                             \
    {                                                                                              \
        {-1, -1},                                                                                  \
        {                                                                                          \
            -1, -1, -1, -1, -1, -1                                                                 \
        }                                                                                          \
    }
void box_gates_close(BoxGates *);
// Makes the groups, still without limits.
fallible box_groups_make(Arena *, const BoxGroups *, BoxGates *);
fallible box_groups_limit(Arena *, const BoxGroups *, const BoxGates *, const BoxPlan *);
BoxMeters box_groups_read(const BoxGates *);
// Kills what is left in the groups and removes them; repeatable.
fallible box_groups_remove(Arena *, const BoxGroups *);
// sweep.c: removes the empty groups below `where` of supervisors that are no longer there.
void box_groups_sweep(const BoxGroups *where);
// What every process keeps for itself: rlimits, inherited by all that the job starts.
fallible box_limits_self(Arena *, const BoxPlan *);
