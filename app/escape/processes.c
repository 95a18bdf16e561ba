// Ways out by other processes and by rights that should have been given up.
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "base/str.h"
#include "escape/bait.h"
#include "os/own.h"

static EscapeVerdict kill_outside(const Bait *b)
{
    return held(kill(b->pid, 0) < 0 && kill(b->pid, SIGTERM) < 0);
}

static EscapeVerdict kill_init(const Bait *b)
{
    (void)b;
    kill(1,
         SIGKILL); // allowed to ask; the kernel does not deliver it. Still being here is the proof.
    return held(getppid() == 1);
}

static EscapeVerdict see_others(const Bait *b)
{
    (void)b;
    owned_dir d = opendir("/proc");
    int others = 0;
    for (struct dirent *e; d && (e = readdir(d));) {
        i64 pid;
        if (str_i64(str_from(e->d_name), &pid) && pid != getpid() && pid != 1) others++;
    }
    return held(others == 0);
}

static EscapeVerdict trace_init(const Bait *b)
{
    (void)b;
    return held(ptrace(PTRACE_ATTACH, 1, NULL, NULL) < 0 && errno == EPERM);
}

static EscapeVerdict trace_child(const Bait *b)
{
    (void)b;
    return held(ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0 && errno == EPERM);
}

static EscapeVerdict read_memory(const Bait *b)
{
    (void)b;
    char byte;
    struct iovec here = {&byte, 1}, there = {&byte, 1};
    return held(process_vm_readv(getpid(), &here, 1, &there, 1, 0) < 0 && errno == EPERM);
}

static EscapeVerdict write_memory(const Bait *b)
{
    (void)b;
    char byte = 0;
    struct iovec here = {&byte, 1}, there = {&byte, 1};
    return held(process_vm_writev(getpid(), &here, 1, &there, 1, 0) < 0 && errno == EPERM);
}

static EscapeVerdict become_root(const Bait *b)
{
    (void)b;
    return held(geteuid() != 0 && setuid(0) < 0 && setgid(0) < 0 &&
                syscall(SYS_setresuid, 0, 0, 0) < 0);
}

static EscapeVerdict capabilities(const Bait *b)
{
    (void)b;
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct has[2] = {0};
    if (syscall(SYS_capget, &head, has) < 0) return ESCAPE_UNTRIED;
    u32 any = 0;
    for (int i = 0; i < 2; i++)
        any |= has[i].effective | has[i].permitted | has[i].inheritable;
    for (unsigned long cap = 0; cap < 64; cap++)
        any |= (u32)(prctl(PR_CAPBSET_READ, cap, 0, 0, 0) > 0);
    return held(any == 0);
}

static EscapeVerdict new_privileges(const Bait *b)
{
    (void)b;
    return held(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 && prctl(PR_GET_SECCOMP) == 2);
}

static EscapeVerdict securebits(const Bait *b)
{
    (void)b;
    int bits = prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);
    return held((bits & 0xef) == 0xef && prctl(PR_SET_SECUREBITS, 0, 0, 0, 0) < 0);
}

static EscapeVerdict user_namespace(const Bait *b)
{
    (void)b;
    return held(unshare(CLONE_NEWUSER) < 0 && unshare(CLONE_NEWNS) < 0);
}

static EscapeVerdict user_namespace_clone(const Bait *b)
{
    (void)b;
    long pid = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
    if (pid == 0) _exit(0);
    return held(pid < 0);
}

static EscapeVerdict clone3_call(const Bait *b)
{
    (void)b;
    char args[88] = {0};
    return held(syscall(SYS_clone3, args, sizeof args) < 0 && errno == ENOSYS);
}

static EscapeVerdict terminal(const Bait *b)
{
    (void)b;
    owned_fd tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
    char key = '\n';
    bool typed = syscall(SYS_ioctl, 0, 0x5412, &key) == 0;
    return held(tty < 0 && !typed && errno == EPERM);
}

static EscapeVerdict session(const Bait *b)
{
    (void)b;
    return held(getsid(0) > 0 && getpgrp() == getpid()); // a session of outside shows as 0
}

static EscapeVerdict variables(const Bait *b)
{
    extern char **environ;
    (void)b;
    for (char **v = environ; *v; v++)
        if (strstr(*v, BAIT_SECRET)) return ESCAPE_OUT;
    return ESCAPE_HELD;
}

static EscapeVerdict host_name(const Bait *b)
{
    (void)b;
    char name[65] = {0};
    return held(gethostname(name, sizeof name - 1) == 0 && !strcmp(name, "box"));
}

static EscapeVerdict raise_limits(const Bait *b)
{
    (void)b;
    struct rlimit core = {0}, more = {RLIM_INFINITY, RLIM_INFINITY};
    getrlimit(RLIMIT_CORE, &core);
    return held(core.rlim_max <= 1 && setrlimit(RLIMIT_CORE, &more) < 0 &&
                setrlimit(RLIMIT_NPROC, &more) < 0 && setrlimit(RLIMIT_FSIZE, &more) < 0);
}

// Calls of the 32-bit numbering pass by a filter that looks at numbers only.
static EscapeVerdict other_numbering(const Bait *b)
{
    (void)b;
#ifdef __x86_64__
    pid_t pid = fork();
    if (pid == 0) {
        long answer;
        __asm__ volatile("int $0x80"
                         : "=a"(answer)
                         : "a"(20L)
                         : "memory", "r8", "r9", "r10", "r11");
        _exit(answer > 0 ? 0 : 1);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    return held(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
#else
    return ESCAPE_UNTRIED;
#endif
}

static const Attempt rows[] = {
    {S("kill_outside"),         S("a signal to a process outside"),                          kill_outside        },
    {S("kill_init"),            S("killing the box's own init"),                             kill_init           },
    {S("see_others"),           S("seeing processes of others"),                             see_others          },
    {S("trace_init"),           S("tracing the box's init"),                                 trace_init          },
    {S("trace_child"),          S("tracing at all"),                                         trace_child         },
    {S("read_memory"),          S("reading another process's memory"),                       read_memory         },
    {S("write_memory"),         S("writing another process's memory"),                       write_memory        },
    {S("become_root"),          S("becoming root"),                                          become_root         },
    {S("capabilities"),         S("a capability that was left"),                             capabilities        },
    {S("new_privileges"),       S("gaining rights by executing a program"),                  new_privileges      },
    {S("securebits"),           S("unlocking the way back to root's rights"),                securebits          },
    {S("user_namespace"),       S("a user namespace inside, with capabilities of its own"),
     user_namespace                                                                                              },
    {S("user_namespace_clone"), S("the same with a new process"),                            user_namespace_clone},
    {S("clone3_call"),          S("the same by the call whose arguments no filter can see"), clone3_call         },
    {S("terminal"),             S("typing into the operator's terminal"),                    terminal            },
    {S("session"),              S("staying in the runner's session"),                        session             },
    {S("variables"),            S("a variable of the runner"),                               variables           },
    {S("host_name"),            S("the machine's name"),                                     host_name           },
    {S("raise_limits"),         S("raising its own limits"),                                 raise_limits        },
    {S("other_numbering"),      S("system calls by another numbering"),                      other_numbering     },
};
const AttemptList escape_processes = ATTEMPTS(rows);
