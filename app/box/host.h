// host: what this machine offers for keeping a job in: gathered once, passed to box_plan as plain facts.
#pragma once
#include "base/str.h"

// name in the file of protections, what it means when it is missing
#define BOX_PROTECTIONS(X)                                                                         \
    X(USER_NAMESPACE, "own user ids", "a flaw in the kernel would meet the runner's own user id")  \
    X(MOUNT_NAMESPACE, "own view of files", "the job would see the machine's files")               \
    X(PID_NAMESPACE, "own view of processes", "the job would see and could signal processes")      \
    X(NETWORK_NAMESPACE, "no network", "the job could reach the network")                          \
    X(IPC_NAMESPACE, "own shared memory", "the job could reach shared memory of others")           \
    X(UTS_NAMESPACE, "own host name", "the job would see the machine's name")                      \
    X(CGROUP_NAMESPACE, "own control groups", "the job would see where the runner lives")          \
    X(PRIVATE_PROC, "private /proc", "the job would see no /proc or too much of it")               \
    X(SECCOMP, "system call filter", "the job could try any system call on the kernel")            \
    X(LANDLOCK_FILES, "second lock on files", "only the mount namespace guards the files")         \
    X(LANDLOCK_NETWORK, "second lock on network", "only the network namespace guards the network") \
    X(LANDLOCK_SCOPE, "second lock on signals", "only the pid namespace guards other processes")   \
    X(MEMORY_LIMIT, "memory limit", "a job could use up the machine's memory")                     \
    X(CPU_LIMIT, "processor limit", "a job could use every processor")                             \
    X(PROCESS_LIMIT, "process limit", "a job could start processes without end")
typedef enum BoxProtection {
#define X(id, name, loss) BOX_##id,
    BOX_PROTECTIONS(X)
#undef X
        BOX_PROTECTION_COUNT
} BoxProtection;

typedef struct BoxProtectionRow {
    Str name, loss;
    bool on;
    Str why; // when it is off: what the machine lacks, in one sentence
} BoxProtectionRow;

typedef enum BoxCgroup { BOX_CGROUP_NONE, BOX_CGROUP_V1, BOX_CGROUP_V2 } BoxCgroup;

typedef struct BoxHost {
    i64 user, group; // of the caller
    bool privileged; // may become other users: the box then gets a user id of its own
    int processors;
    int landlock_abi; // 0 = none
    // Where this process may make control groups; empty when it may not.
    BoxCgroup memory_by, cpu_by, processes_by;
    Str memory_dir, cpu_dir, processes_dir;
    Str usr_links; // which of bin sbin lib lib32 lib64 libx32 are links into /usr, blank-separated
    StrList etc;   // what of /etc a program needs to find its libraries and fonts
    BoxProtectionRow protections[BOX_PROTECTION_COUNT];
} BoxHost;

// Facts by looking only: cheap (well under a millisecond), never changes anything.
fallible box_probe_host(Arena *, BoxHost *);
// The same and a trial of every namespace and mount in a child: what `doctor` and a starting runner ask for.
fallible box_try_host(Arena *, BoxHost *);
