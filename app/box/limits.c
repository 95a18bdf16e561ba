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

static fallible memory_limit(Arena *a, const BoxGroup *g, i64 bytes)
{
    if (g->by == CGROUP_V1) {
        TRY(cgroup_set(a, g->folder, S("memory.limit_in_bytes"), bytes));
        return set_if_there(a, g->folder, S("memory.memsw.limit_in_bytes"), bytes);
    }
    TRY(cgroup_set(a, g->folder, S("memory.max"), bytes));
    TRY(set_if_there(a, g->folder, S("memory.swap.max"), 0));
    return set_if_there(a, g->folder, S("memory.oom.group"), 1);
}

static fallible cpu_limit(Arena *a, const BoxGroup *g, i64 quota)
{
    if (g->by == CGROUP_V1) return cgroup_set(a, g->folder, S("cpu.cfs_quota_us"), quota);
    return cgroup_set_text(a, g->folder, S("cpu.max"),
                           arena_fmt(a, "%lld %d", (long long)quota, (int)CPU_PERIOD_MICROS));
}

static BoxGroup group_of(Arena *a, const BoxGroup *where, ProcName s)
{
    if (where->by == CGROUP_NONE) return (BoxGroup){0};
    return (BoxGroup){where->by, arena_fmt(a, "%.*s/tresor-%d-%lld", STR(where->folder), (int)s.pid,
                                           (long long)s.birth)};
}

BoxGroups box_groups_of(Arena *a, const BoxGroups *where, ProcName supervisor)
{
    return (BoxGroups){group_of(a, &where->memory, supervisor),
                       group_of(a, &where->cpu, supervisor)};
}

static fallible group_make(Arena *a, const BoxGroup *g, int *door)
{
    TRY(cgroup_make(a, g->folder));
    return cgroup_door(a, g->by, g->folder, door);
}

fallible box_groups_make(Arena *a, const BoxGroups *g, int doors[BOX_DOORS])
{
    doors[0] = doors[1] = -1;
    bool one_tree = str_eq(g->memory.folder, g->cpu.folder); // version 2: one door is enough
    if (g->memory.by != CGROUP_NONE) TRY(group_make(a, &g->memory, &doors[0]));
    return g->cpu.by == CGROUP_NONE || one_tree ? NULL : group_make(a, &g->cpu, &doors[1]);
}

fallible box_groups_limit(Arena *a, const BoxGroups *g, const BoxPlan *p)
{
    if (p->groups.memory.by != g->memory.by || p->groups.cpu.by != g->cpu.by)
        return fail(a, ERR_BUG, "the box was made ready with other control groups than planned");
    if (g->memory.by != CGROUP_NONE) TRY(memory_limit(a, &g->memory, p->memory_bytes));
    return g->cpu.by == CGROUP_NONE ? NULL : cpu_limit(a, &g->cpu, cpu_quota(p));
}

BoxMeters box_groups_read(Arena *a, const BoxGroups *groups)
{
    Str g = groups->memory.folder;
    if (groups->memory.by == CGROUP_V1)
        return (BoxMeters){cgroup_get(a, g, S("memory.max_usage_in_bytes"), S("")),
                           cgroup_get(a, g, S("memory.oom_control"), S("oom_kill")) > 0};
    if (groups->memory.by == CGROUP_V2)
        return (BoxMeters){cgroup_get(a, g, S("memory.peak"), S("")),
                           cgroup_get(a, g, S("memory.events"), S("oom_kill")) > 0};
    return (BoxMeters){0};
}

fallible box_groups_remove(Arena *a, const BoxGroups *g)
{
    if (g->memory.by != CGROUP_NONE) TRY(cgroup_remove(a, g->memory.folder));
    if (g->cpu.by != CGROUP_NONE) TRY(cgroup_remove(a, g->cpu.folder));
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
    return rights_limit(a, limits, COUNT(limits) - (p->groups.memory.by != CGROUP_NONE));
}
