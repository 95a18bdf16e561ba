// Ways out by system calls that no job needs: each must be refused by the filter, whatever the arguments.
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "escape/bait.h"

// Refused or absent; any other failure would mean that the kernel looked at the arguments.
static EscapeVerdict refused(long result)
{
    return held(result < 0 && (errno == EPERM || errno == ENOSYS));
}

// name, what it tries, call, first argument; all other arguments are zero and harmless
#define CALLS(X)                                                                                   \
    X(mount, "mounting", SYS_mount, 0)                                                             \
    X(umount, "unmounting", SYS_umount2, 0)                                                        \
    X(pivot_root, "changing the root", SYS_pivot_root, 0)                                          \
    X(chroot, "changing the root of a process", SYS_chroot, 0)                                     \
    X(open_tree, "taking a mounted tree", SYS_open_tree, -100)                                     \
    X(move_mount, "moving a mount", SYS_move_mount, -1)                                            \
    X(fsopen, "making a file system", SYS_fsopen, 0)                                               \
    X(mount_setattr, "making a mount writable", SYS_mount_setattr, -100)                           \
    X(setns, "entering another namespace", SYS_setns, -1)                                          \
    X(unshare_network, "a network namespace of its own", SYS_unshare, 0x40000000)                  \
    X(bpf, "programs in the kernel", SYS_bpf, 99)                                                  \
    X(perf_event_open, "watching the processor", SYS_perf_event_open, 0)                           \
    X(userfaultfd, "stopping the kernel in the middle", SYS_userfaultfd, 1)                        \
    X(io_uring_setup, "system calls that no filter sees", SYS_io_uring_setup, 0)                   \
    X(io_uring_enter, "the same by a ring of others", SYS_io_uring_enter, -1)                      \
    X(keyctl, "keys of others", SYS_keyctl, 99)                                                    \
    X(add_key, "keys that stay", SYS_add_key, 0)                                                   \
    X(request_key, "programs run by the kernel for a key", SYS_request_key, 0)                     \
    X(pidfd_getfd, "a descriptor of another process", SYS_pidfd_getfd, -1)                         \
    X(kcmp, "comparing kernel objects", SYS_kcmp, 1)                                               \
    X(name_to_handle_at, "naming a file outside", SYS_name_to_handle_at, -100)                     \
    X(open_by_handle_at, "opening a file outside by its number", SYS_open_by_handle_at, -1)        \
    X(fanotify_init, "watching files of others", SYS_fanotify_init, 0)                             \
    X(syslog, "the kernel's log", SYS_syslog, 10)                                                  \
    X(init_module, "a kernel module", SYS_init_module, 0)                                          \
    X(finit_module, "a kernel module from a file", SYS_finit_module, -1)                           \
    X(delete_module, "removing a kernel module", SYS_delete_module, 0)                             \
    X(kexec_load, "another kernel", SYS_kexec_load, 0)                                             \
    X(reboot, "stopping the machine", SYS_reboot, 0)                                               \
    X(swapon, "swap space", SYS_swapon, 0)                                                         \
    X(acct, "the accounting file", SYS_acct, -1)                                                   \
    X(quotactl, "disk quotas", SYS_quotactl, -1)                                                   \
    X(settimeofday, "the clock", SYS_settimeofday, -1)                                             \
    X(adjtimex, "the clock's speed", SYS_adjtimex, -1)                                             \
    X(sethostname, "the host name", SYS_sethostname, -1)                                           \
    X(vhangup, "hanging up a terminal", SYS_vhangup, 0)                                            \
    X(personality, "memory without random places", SYS_personality, 0x0040000)                     \
    X(move_pages, "memory of others", SYS_move_pages, 0)                                           \
    X(memfd_secret, "memory that nobody can look at", SYS_memfd_secret, 0)

#define X(name, tries, call, argument)                                                             \
    static EscapeVerdict call_##name(const Bait *b)                                                \
    {                                                                                              \
        (void)b;                                                                                   \
        return refused(syscall(call, (long)(argument), 0L, 0L, 0L, 0L, 0L));                       \
    }
CALLS(X)
#undef X

static const Attempt rows[] = {
#define X(name, tries, call, argument) {S(#name), S(tries), call_##name},
    CALLS(X)
#undef X
};
const AttemptList escape_calls = ATTEMPTS(rows);
