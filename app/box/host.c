// What this machine offers, by looking: the kernel's answers to harmless questions.
#include "box/host.h"

#include <unistd.h>

#include "os/landlock.h"
#include "os/seccomp.h"

static void protection(BoxHost *h, BoxProtection p, bool on, Str why)
{
    h->protections[p].on = on;
    h->protections[p].why = on ? S("") : why;
}

static void landlock_look(BoxHost *h)
{
    h->landlock_abi = landlock_abi();
    protection(h, BOX_LANDLOCK_FILES, h->landlock_abi >= 1,
               S("this kernel has no Landlock (Linux 5.13 and a kernel built with it)"));
    protection(h, BOX_LANDLOCK_NETWORK, h->landlock_abi >= 4,
               S("Landlock of this kernel knows no network (Linux 6.7)"));
    protection(h, BOX_LANDLOCK_SCOPE, h->landlock_abi >= 6,
               S("Landlock of this kernel knows no signals (Linux 6.12)"));
}

static void group_look(Arena *a, BoxHost *h, BoxProtection p, Str controller, BoxGroup *group)
{
    Str why = S("");
    group->by = cgroup_find(a, controller, &group->folder, &why);
    protection(h, p, group->by != CGROUP_NONE, why);
}

fallible box_host_look(Arena *a, BoxHost *h)
{
    *h = (BoxHost){.privileged = geteuid() == 0};
#define X(id, what, without, can_be_spared)                                                        \
    h->protections[BOX_##id].name = S(what);                                                       \
    h->protections[BOX_##id].loss = S(without);                                                    \
    h->protections[BOX_##id].spare = can_be_spared;
    BOX_PROTECTIONS(X)
#undef X
    protection(h, BOX_NAMESPACES, true, S(""));
    protection(h, BOX_PRIVATE_PROC, true, S(""));
    protection(h, BOX_SECCOMP, seccomp_offered(), S("this kernel has no system call filters"));
    landlock_look(h);
    group_look(a, h, BOX_MEMORY_LIMIT, S("memory"), &h->groups.memory);
    group_look(a, h, BOX_CPU_LIMIT, S("cpu"), &h->groups.cpu);
    return NULL;
}
