// New namespaces by clone3, one id in each, and the change of root.
#include "os/namespace.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>

#include "os/own.h"

#ifndef CLONE_NEWCGROUP
#define CLONE_NEWCGROUP 0x02000000
#endif
#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x00001000
#endif

static u64 clone_flags(unsigned namespaces)
{
    static const struct {
        Namespace is;
        u64 flag;
    } rows[] = {
        {NAMESPACE_USER,    CLONE_NEWUSER  },
        {NAMESPACE_MOUNT,   CLONE_NEWNS    },
        {NAMESPACE_PID,     CLONE_NEWPID   },
        {NAMESPACE_NETWORK, CLONE_NEWNET   },
        {NAMESPACE_IPC,     CLONE_NEWIPC   },
        {NAMESPACE_UTS,     CLONE_NEWUTS   },
        {NAMESPACE_CGROUP,  CLONE_NEWCGROUP},
    };
    u64 flags = 0;
    for (isize i = 0; i < COUNT(rows); i++)
        if (namespaces & rows[i].is) flags |= rows[i].flag;
    return flags;
}

pid_t namespace_fork(unsigned namespaces, int *pidfd)
{
    // struct clone_args of linux/sched.h, first version: 64 bytes.
    struct {
        u64 flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
    } args = {.flags = clone_flags(namespaces) | CLONE_PIDFD,
              .pidfd = (u64)(uintptr_t)pidfd,
              .exit_signal = SIGCHLD};
    return (pid_t)syscall(SYS_clone3, &args, sizeof args);
}

int namespace_leave(unsigned namespaces)
{
    return unshare((int)clone_flags(namespaces));
}

static fallible put(Arena *a, pid_t child, const char *name, Str text)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)child, name);
    owned_fd fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text.s, (size_t)text.n) != text.n)
        return fail(a, ERR_IO, "cannot give the box its own user id (%s): %s", name,
                    strerror(errno));
    return NULL;
}

fallible namespace_map(Arena *a, pid_t child, i64 inner_user, i64 outer_user, i64 inner_group,
                       i64 outer_group)
{
    // The kernel asks this of an ordinary user: a group that takes access away could be dropped to gain it.
    if (geteuid() != 0) TRY(put(a, child, "setgroups", S("deny")));
    TRY(put(a, child, "uid_map",
            arena_fmt(a, "%lld %lld 1\n", (long long)inner_user, (long long)outer_user)));
    return put(a, child, "gid_map",
               arena_fmt(a, "%lld %lld 1\n", (long long)inner_group, (long long)outer_group));
}

fallible namespace_pivot(Arena *a)
{
    // pivot_root(".", ".") stacks the old root on the new one, so that no folder for it is needed in the box.
    if (syscall(SYS_pivot_root, ".", ".") < 0 || umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
        return fail(a, ERR_IO, "cannot leave the machine's root folder: %s", strerror(errno));
    return NULL;
}

fallible namespace_host_name(Arena *a, const char *name)
{
    if (sethostname(name, strlen(name)) < 0)
        return fail(a, ERR_IO, "cannot set the box's host name: %s", strerror(errno));
    return NULL;
}
