// Groups of supervisors that were killed together with the keeper that would have removed them.
#include "box/limits.h"
#include "os/folder.h"
#include "os/own.h"

// "tresor-PID-BIRTH", as box_groups_of calls them.
static bool supervisor_of(Str name, ProcName *out)
{
    Str start = S("tresor-"), pid, birth;
    i64 number;
    if (!str_starts(name, start) || !str_cut(str_skip(name, start.n), '-', &pid, &birth) ||
        !str_i64(pid, &number) || number < 1 || number > INT32_MAX || !str_i64(birth, &out->birth))
        return false;
    out->pid = (pid_t)number;
    return true;
}

static void folder_sweep(Arena *a, Str folder)
{
    StrList names = {0};
    if (folder_names(a, folder, &names)) return; // what cannot be listed is not ours to sweep
    for (isize i = 0; i < names.n; i++) {
        ProcName supervisor;
        if (!supervisor_of(names.v[i], &supervisor)) continue;
        owned_fd alive = proc_find(supervisor);
        if (alive < 0) cgroup_remove_empty(a, path_join(a, folder, names.v[i]));
    }
}

void box_groups_sweep(const BoxGroups *where)
{
    Arena a = {0};
    bool one_tree = str_eq(where->memory.folder, where->cpu.folder);
    if (where->memory.by != CGROUP_NONE) folder_sweep(&a, where->memory.folder);
    if (where->cpu.by != CGROUP_NONE && !one_tree) folder_sweep(&a, where->cpu.folder);
    arena_free(&a);
}
