// Memory and processor by control group of either version, the rest by rlimit.
#include "box/limits.h"

#include <sys/resource.h>

#include "os/own.h"
#include "os/rights.h"

enum { CPU_PERIOD_MICROS = 100000, CPU_QUOTA_LEAST = 1000, MEMORY_LOCKED_BYTES = 64 * 1024 };

static i64 cpu_quota(const BoxPlan *p)
{
    i64 quota = p->cpu_millis * (CPU_PERIOD_MICROS / 1000);
    return quota < CPU_QUOTA_LEAST ? CPU_QUOTA_LEAST : quota;
}

// The files of a group, by version. A kernel without swap accounting has none for it; then there is no swap to limit.
typedef enum KnobUse { KNOB_NEEDED = 1, KNOB_IF_THERE, KNOB_READ } KnobUse;
static const struct {
    KnobUse use;
    bool of_cpu;
    Str file[CGROUP_V2 + 1];
} knobs[BOX_KNOBS] = {
    [BOX_KNOB_MEMORY] = {KNOB_NEEDED,
                         false,                {[CGROUP_V1] = S("memory.limit_in_bytes"), [CGROUP_V2] = S("memory.max")}           },
    [BOX_KNOB_SWAP] =
        {KNOB_IF_THERE,
                         false,                {[CGROUP_V1] = S("memory.memsw.limit_in_bytes"), [CGROUP_V2] = S("memory.swap.max")}},
    [BOX_KNOB_TOGETHER] = {KNOB_IF_THERE, false, {[CGROUP_V2] = S("memory.oom.group")}                                               },
    [BOX_KNOB_CPU] = {KNOB_NEEDED,
                         true,                 {[CGROUP_V1] = S("cpu.cfs_quota_us"), [CGROUP_V2] = S("cpu.max")}                   },
    [BOX_KNOB_PEAK] =
        {KNOB_READ,
                         false,                {[CGROUP_V1] = S("memory.max_usage_in_bytes"), [CGROUP_V2] = S("memory.peak")}      },
    [BOX_KNOB_KILLS] = {KNOB_READ,
                         false,                {[CGROUP_V1] = S("memory.oom_control"), [CGROUP_V2] = S("memory.events")}           },
};

static fallible knobs_open(Arena *a, const BoxGroups *groups, int *fds)
{
    for (int i = 0; i < BOX_KNOBS; i++) {
        const BoxGroup *g = knobs[i].of_cpu ? &groups->cpu : &groups->memory;
        Str file = knobs[i].file[g->by];
        if (g->by == CGROUP_NONE || !file.n) continue;
        Err *e = cgroup_open(a, g->folder, file, knobs[i].use != KNOB_READ, &fds[i]);
        if (e && knobs[i].use == KNOB_NEEDED) return e;
    }
    return NULL;
}

static fallible memory_limit(Arena *a, const BoxGates *g, CgroupVersion by, i64 bytes)
{
    TRY(cgroup_set(a, g->knobs[BOX_KNOB_MEMORY], arena_fmt(a, "%lld", (long long)bytes)));
    if (g->knobs[BOX_KNOB_SWAP] >= 0)
        TRY(cgroup_set(a, g->knobs[BOX_KNOB_SWAP],
                       arena_fmt(a, "%lld", by == CGROUP_V1 ? (long long)bytes : 0LL)));
    return g->knobs[BOX_KNOB_TOGETHER] < 0 ? NULL
                                           : cgroup_set(a, g->knobs[BOX_KNOB_TOGETHER], S("1"));
}

static fallible cpu_limit(Arena *a, const BoxGates *g, CgroupVersion by, i64 quota)
{
    Str period = by == CGROUP_V2 ? arena_fmt(a, " %d", (int)CPU_PERIOD_MICROS) : S("");
    return cgroup_set(a, g->knobs[BOX_KNOB_CPU],
                      arena_fmt(a, "%lld%.*s", (long long)quota, STR(period)));
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

fallible box_groups_make(Arena *a, const BoxGroups *g, BoxGates *gates)
{
    bool one_tree = str_eq(g->memory.folder, g->cpu.folder); // version 2: one door is enough
    if (g->memory.by != CGROUP_NONE) TRY(group_make(a, &g->memory, &gates->doors[0]));
    if (g->cpu.by != CGROUP_NONE && !one_tree) TRY(group_make(a, &g->cpu, &gates->doors[1]));
    return knobs_open(a, g, gates->knobs);
}

void box_gates_close(BoxGates *g)
{
    for (int i = 0; i < BOX_DOORS; i++)
        own_close_fd(&g->doors[i]);
    for (int i = 0; i < BOX_KNOBS; i++)
        own_close_fd(&g->knobs[i]);
}

fallible box_groups_limit(Arena *a, const BoxGroups *g, const BoxGates *gates, const BoxPlan *p)
{
    if (p->groups.memory.by != g->memory.by || p->groups.cpu.by != g->cpu.by)
        return fail(a, ERR_BUG, "the box was made ready with other control groups than planned");
    if (g->memory.by != CGROUP_NONE) TRY(memory_limit(a, gates, g->memory.by, p->memory_bytes));
    return g->cpu.by == CGROUP_NONE ? NULL : cpu_limit(a, gates, g->cpu.by, cpu_quota(p));
}

BoxMeters box_groups_read(const BoxGates *gates)
{
    return (BoxMeters){cgroup_get(gates->knobs[BOX_KNOB_PEAK], S("")),
                       cgroup_get(gates->knobs[BOX_KNOB_KILLS], S("oom_kill")) > 0};
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
