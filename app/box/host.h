// host: what this machine offers for keeping a job in: gathered once, passed to box_plan as plain facts.
#pragma once
#include "base/str.h"
#include "os/cgroup.h"

// id, name, what it means when it is missing, whether jobs do without it unasked: the kernel of Debian 12 has no
// Landlock for network and signals yet, and the first lock on them is on every machine.
#define BOX_PROTECTIONS(X)                                                                         \
    X(NAMESPACES, "own users, files, processes, network and names", "there is no box without it",  \
      false)                                                                                       \
    X(PRIVATE_PROC, "private /proc", "programs find no /proc at all", false)                       \
    X(SECCOMP, "system call filter", "the job may try any system call on the kernel", false)       \
    X(LANDLOCK_FILES, "second lock on files", "only the mount namespace guards files", false)      \
    X(LANDLOCK_NETWORK, "second lock on network", "only the network namespace guards the network", \
      true)                                                                                        \
    X(LANDLOCK_SCOPE, "second lock on signals", "only the pid namespace guards other processes",   \
      true)                                                                                        \
    X(MEMORY_LIMIT, "memory limit", "each process is limited, not the job as a whole", false)      \
    X(CPU_LIMIT, "processor limit", "a job may use every processor", false)
typedef enum BoxProtection {
#define X(id, name, loss, spare) BOX_##id,
    BOX_PROTECTIONS(X)
#undef X
        BOX_PROTECTION_COUNT
} BoxProtection;

typedef struct BoxProtectionRow {
    Str name, loss;
    bool spare; // else a job that does not allow its absence is refused
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
    bool privileged; // root: every box gets a user id of its own
    int landlock_abi;
    BoxGroups groups;
    BoxProtectionRow protections[BOX_PROTECTION_COUNT];
} BoxHost;

// Facts by looking only: well under a millisecond, changes nothing.
fallible box_host_look(Arena *, BoxHost *);
// The same, but control groups are handed down to us first (cgroup_delegate) and a box is really made and run: what a
// starting runner asks for. A failed trial turns protections off with the sentence that it said.
fallible box_host_try(Arena *, BoxHost *);
