// The allow-list. Everything that programs of data analysis use; nothing that changes the machine or watches others.
#include "box/filter.h"

#include <sys/syscall.h>

// Flags of clone that make namespaces: a namespace inside the box would give back capabilities inside it.
#define CLONE_NAMESPACES 0x7e020000u
#define EVERY_BIT        ~0u

enum {
    SET_ID = 06000, // a file left behind with these bits would lend rights to whoever runs it later
    KIND = 0170000, // of a node: a plain file, pipe or socket; no device
    KIND_PIPE = 0010000,
    KIND_FILE = 0100000,
    KIND_SOCKET = 0140000,
    UNIX = 1,
    INET = 2,
    INET6 = 10,
    STREAM = 1,
    DGRAM = 2,
    SEQPACKET = 5,
    SOCKET_TYPE = 0xf,
    TYPE_INTO_TERMINAL = 0x5412, // TIOCSTI
    TYPE_INTO_CONSOLE = 0x541c,  // TIOCLINUX
    LINE_DISCIPLINE = 0x5423,    // TIOCSETD
};

// clang-format off
#define LISTED(...) .values = {__VA_ARGS__}, .n = sizeof((u32[]){__VA_ARGS__}) / sizeof(u32)
#define IS(arg, bits, ...)  {.argument = (arg), .mask = (bits), LISTED(__VA_ARGS__)}
#define NOT(arg, bits, ...) {.argument = (arg), .unless = true, .mask = (bits), LISTED(__VA_ARGS__)}
#define WHEN(call, test)       {call, SECCOMP_ALLOW, SECCOMP_REFUSE, (const SeccompTest[]){test}, 1}
#define WHEN_BOTH(call, t, u)  {call, SECCOMP_ALLOW, SECCOMP_REFUSE, (const SeccompTest[]){t, u}, 2}
#define PLAIN_NODE(arg) IS(arg, KIND, 0, KIND_PIPE, KIND_FILE, KIND_SOCKET)

static const SeccompRow conditional[] = {
    WHEN(SYS_clone, IS(0, CLONE_NAMESPACES, 0)),
    // Local sockets, and IP in a network with nobody else on it; no raw packets, netlink, vsock or anything else.
    WHEN_BOTH(SYS_socket, IS(0, EVERY_BIT, UNIX, INET, INET6), IS(1, SOCKET_TYPE, STREAM, DGRAM, SEQPACKET)),
    WHEN(SYS_socketpair, IS(0, EVERY_BIT, UNIX)),
    WHEN(SYS_ioctl, NOT(1, EVERY_BIT, TYPE_INTO_TERMINAL, TYPE_INTO_CONSOLE, LINE_DISCIPLINE)),
    WHEN(SYS_personality, IS(0, EVERY_BIT, 0, EVERY_BIT)),
    WHEN(SYS_fchmod, IS(1, SET_ID, 0)),
    WHEN(SYS_fchmodat, IS(2, SET_ID, 0)),
    WHEN(SYS_openat, IS(3, SET_ID, 0)),
    WHEN(SYS_mkdirat, IS(2, SET_ID, 0)),
    WHEN_BOTH(SYS_mknodat, IS(2, SET_ID, 0), PLAIN_NODE(2)),
#ifdef __x86_64__
    WHEN(SYS_chmod, IS(1, SET_ID, 0)),
    WHEN(SYS_open, IS(2, SET_ID, 0)),
    WHEN(SYS_creat, IS(1, SET_ID, 0)),
    WHEN(SYS_mkdir, IS(1, SET_ID, 0)),
    WHEN_BOTH(SYS_mknod, IS(1, SET_ID, 0), PLAIN_NODE(1)),
#endif
};

static const long allowed[] = {
    // files
    SYS_read, SYS_write, SYS_close, SYS_lseek, SYS_pread64, SYS_pwrite64, SYS_readv, SYS_writev,
    SYS_preadv, SYS_pwritev, SYS_preadv2, SYS_pwritev2, SYS_dup, SYS_dup3, SYS_fcntl, SYS_flock,
    SYS_fsync, SYS_fdatasync, SYS_sync_file_range, SYS_syncfs, SYS_truncate, SYS_ftruncate,
    SYS_fallocate, SYS_fadvise64, SYS_readahead, SYS_sendfile, SYS_splice, SYS_tee, SYS_vmsplice,
    SYS_copy_file_range, SYS_fstat, SYS_newfstatat, SYS_statx, SYS_statfs, SYS_fstatfs,
    SYS_getdents64, SYS_getcwd, SYS_chdir, SYS_fchdir, SYS_unlinkat, SYS_linkat, SYS_symlinkat,
    SYS_renameat2, SYS_readlinkat, SYS_faccessat, SYS_faccessat2, SYS_fchown, SYS_fchownat,
    SYS_utimensat, SYS_umask, SYS_close_range, SYS_pipe2, SYS_memfd_create, SYS_getxattr,
    SYS_lgetxattr, SYS_fgetxattr, SYS_listxattr, SYS_llistxattr, SYS_flistxattr, SYS_setxattr,
    SYS_lsetxattr, SYS_fsetxattr, SYS_removexattr, SYS_lremovexattr, SYS_fremovexattr, SYS_sync,
    SYS_inotify_init1, SYS_inotify_add_watch, SYS_inotify_rm_watch, SYS_renameat,
    // memory
    SYS_mmap, SYS_munmap, SYS_mprotect, SYS_mremap, SYS_madvise, SYS_brk, SYS_msync, SYS_mincore,
    SYS_mlock, SYS_mlock2, SYS_munlock, SYS_mlockall, SYS_munlockall, SYS_membarrier,
    SYS_pkey_alloc, SYS_pkey_free, SYS_pkey_mprotect, SYS_get_mempolicy, SYS_set_mempolicy,
    SYS_mbind, SYS_rseq, SYS_shmget, SYS_shmat, SYS_shmdt, SYS_shmctl,
    // processes and threads
    SYS_execve, SYS_execveat, SYS_exit, SYS_exit_group, SYS_wait4, SYS_waitid, SYS_set_tid_address,
    SYS_set_robust_list, SYS_get_robust_list, SYS_futex, SYS_futex_waitv, SYS_sched_yield,
    SYS_sched_getaffinity, SYS_sched_setaffinity, SYS_sched_getparam, SYS_sched_setparam,
    SYS_sched_getscheduler, SYS_sched_setscheduler, SYS_sched_get_priority_max,
    SYS_sched_get_priority_min, SYS_sched_rr_get_interval, SYS_sched_getattr, SYS_getpriority,
    SYS_setpriority, SYS_ioprio_get, SYS_getcpu, SYS_prctl, SYS_kill, SYS_tkill, SYS_tgkill,
    SYS_pidfd_open, SYS_pidfd_send_signal, SYS_getpid, SYS_gettid, SYS_getppid, SYS_getpgid,
    SYS_setpgid, SYS_getsid, SYS_setsid, SYS_seccomp, SYS_landlock_create_ruleset,
    SYS_landlock_add_rule, SYS_landlock_restrict_self,
    // signals and time
    SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_rt_sigpending, SYS_rt_sigtimedwait,
    SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo, SYS_rt_sigsuspend, SYS_sigaltstack,
    SYS_restart_syscall, SYS_nanosleep, SYS_clock_nanosleep, SYS_clock_gettime, SYS_clock_getres,
    SYS_gettimeofday, SYS_times, SYS_getitimer, SYS_setitimer, SYS_timer_create, SYS_timer_settime,
    SYS_timer_gettime, SYS_timer_getoverrun, SYS_timer_delete, SYS_timerfd_create,
    SYS_timerfd_settime, SYS_timerfd_gettime,
    // waiting
    SYS_ppoll, SYS_pselect6, SYS_epoll_create1, SYS_epoll_ctl, SYS_epoll_pwait, SYS_epoll_pwait2,
    SYS_eventfd2, SYS_signalfd4,
    // who and how much
    SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid, SYS_getgroups, SYS_getresuid, SYS_getresgid,
    SYS_setuid, SYS_setgid, SYS_setreuid, SYS_setregid, SYS_setresuid, SYS_setresgid, SYS_setgroups,
    SYS_setfsuid, SYS_setfsgid, SYS_capget, SYS_capset, SYS_getrlimit, SYS_setrlimit, SYS_prlimit64,
    SYS_getrusage, SYS_sysinfo, SYS_uname, SYS_getrandom,
    // talking within the box
    SYS_bind, SYS_connect, SYS_listen, SYS_accept, SYS_accept4, SYS_getsockname, SYS_getpeername,
    SYS_sendto, SYS_recvfrom, SYS_sendmsg, SYS_recvmsg, SYS_sendmmsg, SYS_recvmmsg, SYS_shutdown,
    SYS_setsockopt, SYS_getsockopt, SYS_semget, SYS_semop, SYS_semtimedop, SYS_semctl, SYS_msgget,
    SYS_msgsnd, SYS_msgrcv, SYS_msgctl, SYS_mq_open, SYS_mq_unlink, SYS_mq_timedsend,
    SYS_mq_timedreceive, SYS_mq_notify, SYS_mq_getsetattr,
#ifdef __x86_64__
    SYS_stat, SYS_lstat, SYS_access, SYS_poll, SYS_select, SYS_pipe, SYS_dup2, SYS_fork, SYS_vfork,
    SYS_getdents, SYS_rename, SYS_rmdir, SYS_link, SYS_unlink, SYS_symlink, SYS_readlink, SYS_chown,
    SYS_lchown, SYS_utime, SYS_utimes, SYS_futimesat, SYS_time, SYS_alarm, SYS_pause, SYS_getpgrp,
    SYS_arch_prctl, SYS_epoll_create, SYS_epoll_wait, SYS_epoll_wait_old, SYS_inotify_init,
    SYS_eventfd, SYS_signalfd,
#endif
};

// Everything else is refused with EPERM: mounts, namespaces, keys, tracing, bpf, perf, modules, clocks, io_uring and
// whatever was forgotten. From this number on (Linux 5.1) calls are answered ENOSYS instead, as by an older kernel,
// because programs try them and fall back: clone3, whose arguments no filter can see, becomes clone.
#define ABSENT_FROM 424
// clang-format on

SeccompProgram box_filter(Arena *a)
{
    isize n = 0;
    SeccompRow *rows = make(a, SeccompRow, COUNT(conditional) + COUNT(allowed));
    for (isize i = 0; i < COUNT(conditional); i++)
        rows[n++] = conditional[i];
    for (isize i = 0; i < COUNT(allowed); i++)
        rows[n++] = (SeccompRow){.call = allowed[i], .verdict = SECCOMP_ALLOW};
    return seccomp_compile(a, rows, n, ABSENT_FROM);
}
