// limits: the control groups of one box, and what else keeps it from using up the machine.
#pragma once
#include "box/plan.h"

typedef struct BoxMeters {
    i64 memory_peak_bytes; // 0 when unknown
    bool out_of_memory;    // the kernel killed something of it at its memory limit
} BoxMeters;

// Makes the groups with their limits; *memory and *cpu are the doors through which the box enters, or -1.
fallible box_limits_make(Arena *, const BoxPlan *, int *memory, int *cpu);
BoxMeters box_limits_read(Arena *, const BoxPlan *);
// Kills what is left in the groups and removes them; repeatable.
fallible box_limits_remove(Arena *, const BoxGroup *memory, const BoxGroup *cpu);
// What every process keeps for itself: rlimits, inherited by all that the job starts.
fallible box_limits_self(Arena *, const BoxPlan *);
