// namespace: a child process with its own view of the machine: users, files, processes, network, names.
#pragma once
#include <sys/types.h>

#include "base/base.h"

typedef enum Namespace {
    NAMESPACE_USER = 1,
    NAMESPACE_MOUNT = 2,
    NAMESPACE_PID = 4,
    NAMESPACE_NETWORK = 8,
    NAMESPACE_IPC = 16,
    NAMESPACE_UTS = 32,
    NAMESPACE_CGROUP = 64,
} Namespace;

// Forks into new namespaces (a set of the above, in one clone). Returns the pid in the parent, 0 in the child, -1 and
// errno on failure. *pidfd is the child as the parent may watch it.
// Like fork in a process with one thread; not for processes with several.
pid_t namespace_fork(unsigned namespaces, int *pidfd);
int namespace_leave(unsigned namespaces); // unshare in place; 0 or -1 and errno

// Gives the child's user namespace exactly one user and one group: `inner` inside is `outer` outside. Root leaves the
// child free to drop root's other groups (rights_become); an ordinary user's other groups cannot be dropped.
fallible namespace_map(Arena *, pid_t child, i64 inner_user, i64 outer_user, i64 inner_group,
                       i64 outer_group);
// Makes the current folder, a mount point, the root of the file system and lets go of the old one.
fallible namespace_pivot(Arena *);
fallible namespace_host_name(Arena *, const char *);
