// host: what this machine offers for keeping a job in: gathered once, passed to box_plan as plain facts.
#pragma once
#include "base/str.h"
#include "os/cgroup.h"

// id, name, what it means when it is missing
#define BOX_PROTECTIONS(X)                                                                         \
    X(NAMESPACES, "own users, files, processes, network and names", "there is no box without it")  \
    X(PRIVATE_PROC, "private /proc", "programs find no /proc at all")                              \
    X(SECCOMP, "system call filter", "the job may try any system call on the kernel")              \
    X(LANDLOCK_FILES, "second lock on files", "only the mount namespace guards files")             \
    X(LANDLOCK_NETWORK, "second lock on network", "only the network namespace guards the network") \
    X(LANDLOCK_SCOPE, "second lock on signals", "only the pid namespace guards other processes")   \
    X(MEMORY_LIMIT, "memory limit", "each process is limited, not the job as a whole")             \
    X(CPU_LIMIT, "processor limit", "a job may use every processor")
typedef enum BoxProtection {
#define X(id, name, loss) BOX_##id,
    BOX_PROTECTIONS(X)
#undef X
        BOX_PROTECTION_COUNT
} BoxProtection;

typedef struct BoxProtectionRow {
    Str name, loss;
    bool on;
    Str why; // when it is off: what this machine lacks, in one sentence
} BoxProtectionRow;

typedef struct BoxGroup {
    CgroupVersion by;
    Str folder; // where groups may be made
} BoxGroup;

typedef struct BoxGroups {
    BoxGroup memory, cpu;
} BoxGroups;

typedef struct BoxHost {
    i64 user, group; // of the caller
    bool privileged; // root: every box gets a user id of its own
    int landlock_abi;
    BoxGroups groups;
    BoxProtectionRow protections[BOX_PROTECTION_COUNT];
} BoxHost;

// Facts by looking only: well under a millisecond, changes nothing.
fallible box_host_look(Arena *, BoxHost *);
// The same, but control groups are handed down to us first (cgroup_delegate) and a box is really made and run: what a
// starting runner and `doctor` ask for. A failed trial turns protections off with the sentence that it said.
fallible box_host_try(Arena *, BoxHost *);
