// Memory and processor by control group of either version, the rest by rlimit.
#include "box/limits.h"

#include <sys/resource.h>

#include "os/rights.h"

enum { CPU_PERIOD_MICROS = 100000, CPU_QUOTA_LEAST = 1000, MEMORY_LOCKED_BYTES = 64 * 1024 };

static i64 cpu_quota(const BoxPlan *p)
{
    i64 quota = p->cpu_millis * (CPU_PERIOD_MICROS / 1000);
    return quota < CPU_QUOTA_LEAST ? CPU_QUOTA_LEAST : quota;
}

// A kernel without swap accounting has no such file; then there is no swap to limit.
static fallible set_if_there(Arena *a, Str folder, Str file, i64 value)
{
    Err *e = cgroup_set(a, folder, file, value);
    return e && e->kind == ERR_NOT_FOUND ? NULL : e;
}

static fallible memory_limit(Arena *a, const BoxPlan *p)
{
    Str g = p->memory.folder;
    if (p->memory.by == CGROUP_V1) {
        TRY(cgroup_set(a, g, S("memory.limit_in_bytes"), p->memory_bytes));
        return set_if_there(a, g, S("memory.memsw.limit_in_bytes"), p->memory_bytes);
    }
    TRY(cgroup_set(a, g, S("memory.max"), p->memory_bytes));
    TRY(set_if_there(a, g, S("memory.swap.max"), 0));
    return set_if_there(a, g, S("memory.oom.group"), 1);
}

static fallible cpu_limit(Arena *a, const BoxPlan *p)
{
    if (p->cpu.by == CGROUP_V1)
        return cgroup_set(a, p->cpu.folder, S("cpu.cfs_quota_us"), cpu_quota(p));
    return cgroup_set_text(
        a, p->cpu.folder, S("cpu.max"),
        arena_fmt(a, "%lld %d", (long long)cpu_quota(p), (int)CPU_PERIOD_MICROS));
}

fallible box_limits_make(Arena *a, const BoxPlan *p, int *memory, int *cpu)
{
    *memory = *cpu = -1;
    bool one_tree = str_eq(p->memory.folder, p->cpu.folder); // version 2: one door is enough
    if (p->memory.by != CGROUP_NONE) {
        TRY(cgroup_make(a, p->memory.folder));
        TRY(memory_limit(a, p));
        TRY(cgroup_door(a, p->memory.by, p->memory.folder, memory));
    }
    if (p->cpu.by != CGROUP_NONE) {
        TRY(cgroup_make(a, p->cpu.folder));
        TRY(cpu_limit(a, p));
        if (!one_tree) TRY(cgroup_door(a, p->cpu.by, p->cpu.folder, cpu));
    }
    return NULL;
}

BoxMeters box_limits_read(Arena *a, const BoxPlan *p)
{
    Str g = p->memory.folder;
    if (p->memory.by == CGROUP_V1)
        return (BoxMeters){cgroup_get(a, g, S("memory.max_usage_in_bytes"), S("")),
                           cgroup_get(a, g, S("memory.oom_control"), S("oom_kill")) > 0};
    if (p->memory.by == CGROUP_V2)
        return (BoxMeters){cgroup_get(a, g, S("memory.peak"), S("")),
                           cgroup_get(a, g, S("memory.events"), S("oom_kill")) > 0};
    return (BoxMeters){0};
}

fallible box_limits_remove(Arena *a, const BoxGroup *memory, const BoxGroup *cpu)
{
    if (memory->by != CGROUP_NONE) TRY(cgroup_remove(a, memory->folder));
    if (cpu->by != CGROUP_NONE) TRY(cgroup_remove(a, cpu->folder));
    return NULL;
}

fallible box_limits_self(Arena *a, const BoxPlan *p)
{
    RightsLimit limits[] = {
  // One, not zero: with zero the kernel still runs a core_pattern program and shows it the job's memory.
        {RLIMIT_CORE,     1                   },
        {RLIMIT_NOFILE,   p->open_files_max   },
        {RLIMIT_FSIZE,    p->file_bytes       },
 // Counted within the box's own user namespace (Linux 5.14), so other boxes do not share it; one for its init.
        {RLIMIT_NPROC,    p->processes_max + 1},
        {RLIMIT_MEMLOCK,  MEMORY_LOCKED_BYTES },
        {RLIMIT_MSGQUEUE, 0                   },
        {RLIMIT_AS,       p->memory_bytes     },
    };
    // Without a group for the whole job the memory of each process is limited, which is less.
    return rights_limit(a, limits, COUNT(limits) - (p->memory.by != CGROUP_NONE));
}
