// Starting and waiting for programs: vfork-like clone, descriptors in place, a failed exec told over a pipe.
#include "os/proc.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "os/own.h"

i64 proc_birth(pid_t pid)
{
    char path[40], line[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    owned_fd fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    ssize_t n = read(fd, line, sizeof line - 1);
    if (n <= 0) return 0;
    line[n] = 0;
    // The name in parentheses may hold anything, so fields are counted from its last ')': the 22nd is the start.
    char *at = strrchr(line, ')');
    for (int field = 2; at && field < 22; field++)
        at = strchr(at + 1, ' ');
    return at ? strtoll(at + 1, NULL, 10) : 0;
}

int proc_find(ProcName name)
{
    if (name.pid <= 0 || !name.birth) return -1;
    owned_fd fd = (int)syscall(SYS_pidfd_open, name.pid, 0);
    // Asked after opening: from here on the number cannot be given to another process unseen.
    if (fd < 0 || proc_birth(name.pid) != name.birth) return -1;
    return take_fd(&fd);
}

void proc_signal(int pidfd, int signal)
{
    syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

static char **strings(Arena *a, const Str *v, isize n)
{
    char **out = make(a, char *, n + 1);
    for (isize i = 0; i < n; i++)
        out[i] = cstr(a, v[i]);
    return out;
}

// What the child needs, made before the fork: between fork and exec nothing may allocate.
typedef struct Launch {
    char *program, *folder, **argv, **env;
    const ProcSpec *spec;
    int *moved; // room for one descriptor a row
    int report;
} Launch;

static bool fd_place(Launch *l)
{
    const ProcSpec *s = l->spec;
    int top = 3;
    for (isize i = 0; i < s->n_fds; i++)
        if (s->fds[i].there >= top) top = s->fds[i].there + 1;
    // First out of the way of all targets, then down to them: rows may swap numbers.
    for (isize i = 0; i < s->n_fds; i++)
        if ((l->moved[i] = fcntl(s->fds[i].here, F_DUPFD, top)) < 0) return false;
    int report = fcntl(l->report, F_DUPFD, top), nothing = open("/dev/null", O_RDWR);
    if (report < 0 || nothing < 0) return false;
    for (int fd = 0; fd < 3; fd++)
        if (nothing != fd && dup2(nothing, fd) < 0) return false;
    for (isize i = 0; i < s->n_fds; i++)
        if (dup2(l->moved[i], s->fds[i].there) < 0) return false;
    if (dup2(report, top) < 0 || fcntl(top, F_SETFD, FD_CLOEXEC) < 0) return false;
    for (int fd = 3; fd < top; fd++) {
        bool wanted = false;
        for (isize i = 0; i < s->n_fds; i++)
            wanted |= s->fds[i].there == fd;
        if (!wanted) close(fd);
    }
    l->report = top;
    return syscall(SYS_close_range, (unsigned)top + 1, ~0u, 0) == 0;
}

static void signals_default(bool hold_term)
{
    for (int s = 1; s < NSIG; s++)
        signal(s, SIG_DFL); // refused for KILL and STOP, which need nothing
    sigset_t blocked;
    sigemptyset(&blocked);
    if (hold_term) sigaddset(&blocked, SIGTERM);
    sigprocmask(SIG_SETMASK, &blocked, NULL);
}

static _Noreturn void launch(Launch *l)
{
    signals_default(l->spec->hold_term);
    if (l->spec->own_session) setsid();
    if (fd_place(l) && (!l->folder || chdir(l->folder) == 0)) execvpe(l->program, l->argv, l->env);
    int e = errno;
    if (write(l->report, &e, sizeof e) < 0) _exit(126);
    _exit(127);
}

// vfork, because copying the page tables of a large runner costs more than the sandbox itself. The child borrows our
// memory until exec, so no signal handler of ours may run in it.
static pid_t launch_child(Launch *l)
{
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t pid = vfork();
    if (pid == 0) launch(l);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return pid;
}

fallible proc_start(Arena *a, const ProcSpec *spec, Proc *out)
{
    Launch l = {.program = cstr(a, spec->program),
                .folder = spec->folder.n ? cstr(a, spec->folder) : NULL,
                .argv = strings(a, spec->argv, spec->n_argv),
                .env = strings(a, spec->env, spec->n_env),
                .spec = spec,
                .moved = make(a, int, spec->n_fds + 1)};
    int pipe_fds[2];
    if (pipe2(pipe_fds, O_CLOEXEC) < 0)
        return fail(a, ERR_IO, "cannot start %s: %s", l.program, strerror(errno));
    owned_fd heard = pipe_fds[0], report = pipe_fds[1];
    l.report = report;
    owned_pid pid = launch_child(&l);
    if (pid < 0) return fail(a, ERR_IO, "cannot start %s: %s", l.program, strerror(errno));
    own_close_fd(&report);
    int e = 0;
    ssize_t n;
    while ((n = read(heard, &e, sizeof e)) < 0 && errno == EINTR) {}
    if (n == sizeof e)
        return fail(a, e == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot start %s: %s", l.program,
                    strerror(e));
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (pidfd < 0) return fail(a, ERR_IO, "cannot watch %s: %s", l.program, strerror(errno));
    out->name = (ProcName){pid, proc_birth(pid)};
    out->pidfd = pidfd;
    take_pid(&pid);
    return NULL;
}

static i64 micros(struct timeval t)
{
    return (i64)t.tv_sec * 1000000 + t.tv_usec;
}

fallible proc_wait(Arena *a, pid_t pid, ProcEnd *out)
{
    int status;
    struct rusage used;
    while (wait4(pid, &status, 0, &used) < 0)
        if (errno != EINTR)
            return fail(a, ERR_BUG, "cannot wait for process %d: %s", (int)pid, strerror(errno));
    *out = (ProcEnd){.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
                     .signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0,
                     .user_micros = micros(used.ru_utime),
                     .system_micros = micros(used.ru_stime),
                     .memory_peak_bytes = (i64)used.ru_maxrss * 1024};
    return NULL;
}

bool proc_reap(pid_t pid)
{
    return pid > 0 && waitpid(pid, NULL, WNOHANG) == pid;
}
