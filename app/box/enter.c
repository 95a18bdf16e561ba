// Building the box from the inside. Everything here runs as the first process of the new namespaces, with rights over
// them and nothing else, until rights_drop; the job's program runs after that and never before.
#include "box/enter.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "box/limits.h"
#include "box/message.h"
#include "box/plan_hand.h"
#include "box/view.h"
#include "os/hand.h"
#include "os/landlock.h"
#include "os/namespace.h"
#include "os/own.h"
#include "os/rights.h"

enum {
    INIT_MESSAGES = 3, // after the descriptors have been put in place
    FIRST_OTHER = 4,
    CHECKED_CLOSED = 64,
    CANNOT_EXECUTE = 126,
};

static fallible landlock_close(Arena *a, const BoxPlan *p)
{
    LandlockRule *rules = make(a, LandlockRule, p->n_ops + 2);
    isize n = 0;
    rules[n++] = (LandlockRule){"/", LANDLOCK_READ};
    rules[n++] = (LandlockRule){"/dev", LANDLOCK_DEVICE};
    for (isize i = 0; i < p->n_ops; i++)
        if (p->ops[i].writable)
            rules[n++] = (LandlockRule){cstr(a, arena_fmt(a, "/%.*s", STR(p->ops[i].at))),
                                        p->ops[i].kind == BOX_OP_BIND_FILE ? LANDLOCK_DEVICE
                                                                           : LANDLOCK_WRITE};
    return landlock_enter(a, (int)p->landlock_abi, rules, n);
}

static fallible everything_closed(Arena *a, int first)
{
    if (syscall(SYS_close_range, (unsigned)first, ~0u, 0) < 0)
        return fail(a, ERR_IO, "cannot close descriptors: %s", strerror(errno));
    struct pollfd each[CHECKED_CLOSED];
    for (int i = 0; i < CHECKED_CLOSED; i++)
        each[i] = (struct pollfd){first + i, 0, 0};
    poll(each, CHECKED_CLOSED, 0);
    for (int i = 0; i < CHECKED_CLOSED; i++)
        if (!(each[i].revents & POLLNVAL))
            return fail(a, ERR_BUG, "descriptor %d stayed open in the box", first + i);
    return NULL;
}

// 0 nothing, 1 and 2 the log, 3 the messages, and not one more.
static fallible descriptors_place(Arena *a, int messages, int output)
{
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    int prints = fcntl(output, F_DUPFD, FIRST_OTHER);
    int talk = fcntl(messages, F_DUPFD, FIRST_OTHER);
    if (nothing < 0 || prints < 0 || talk < 0 || dup2(nothing, 0) < 0 || dup2(prints, 1) < 0 ||
        dup2(prints, 2) < 0 || dup2(talk, INIT_MESSAGES) < 0)
        return fail(a, ERR_IO, "cannot place the descriptors of the box: %s", strerror(errno));
    return everything_closed(a, FIRST_OTHER);
}

static fallible supervisor_needed(Arena *a)
{
    // One that died before this line closed its end of the messages, which the next nod would show.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0) return NULL;
    return fail(a, ERR_IO, "cannot tie the box to its supervisor: %s", strerror(errno));
}

static fallible view_separate(Arena *a)
{
    if (namespace_leave(NAMESPACE_MOUNT) == 0) return NULL;
    return fail(a, ERR_IO, "cannot make the box's own view of files: %s", strerror(errno));
}

// What came with the latest nod and was not used yet.
typedef struct Handed {
    int fds[HAND_MAX], n, used;
} Handed;

static fallible handed_next(Arena *a, int messages, Handed *h, int *fd)
{
    if (h->used == h->n) {
        TRY(hand_take(a, messages, h->fds, &h->n));
        h->used = 0;
    }
    if (h->used == h->n) return fail(a, ERR_BUG, "the box was not handed all that it needs");
    *fd = h->fds[h->used++];
    return NULL;
}

// The rest of the first nod.
static fallible doors_enter(Arena *a, const BoxInside *in, Handed *h)
{
    if (!in->as_root) TRY(hand_take(a, in->messages, h->fds, &h->n));
    while (h->used < h->n)
        TRY(cgroup_enter(a, h->fds[h->used++]));
    if (namespace_leave(NAMESPACE_CGROUP) < 0)
        return fail(a, ERR_IO, "cannot hide the control groups: %s", strerror(errno));
    return NULL;
}

static fallible trees_next(Arena *a, int messages, Handed *h, const BoxOp *ops, isize n, int *trees)
{
    for (isize i = 0; i < n; i++)
        if (box_op_binds(&ops[i])) TRY(handed_next(a, messages, h, &trees[i]));
    return NULL;
}

// What is the same for every box, done before there is a job; the network is the slowest of the namespaces.
static fallible blank_prepare(Arena *a, const BoxInside *in, BoxView *view)
{
    isize n_base;
    const BoxOp *base = box_plan_base(&n_base);
    int *trees = make(a, int, n_base);
    Handed h = {.n = 0};
    TRY(supervisor_needed(a));
    setsid(); // also a share of the processors of its own, where the kernel shares by sessions
    if (namespace_leave(NAMESPACE_NETWORK) < 0)
        return fail(a, ERR_IO, "cannot make the box's network: %s", strerror(errno));
    TRY(namespace_host_name(a, "box"));
    TRY(rights_bound(a));
    if (in->as_root) TRY(trees_next(a, in->messages, &h, base, n_base, trees));
    TRY(doors_enter(a, in, &h));
    TRY(rights_become(a, BOX_USER, BOX_USER,
                      in->as_root ? RIGHTS_DROP_GROUPS : RIGHTS_KEEP_GROUPS));
    TRY(supervisor_needed(a)); // again: a change of user forgets it
    if (!in->as_root) return NULL;
    TRY(view_separate(a));
    TRY(box_view_make(a, view));
    return box_view_fill(a, view, base, n_base, trees);
}

static fallible plan_take(Arena *a, const BoxInside *in, BoxPlan *p, int **trees)
{
    Handed h = {.n = 0};
    owned_fd plan = -1;
    isize n_base;
    box_plan_base(&n_base);
    TRY(handed_next(a, in->messages, &h, &plan));
    TRY(box_plan_receive(a, plan, p));
    *trees = make(a, int, p->n_ops + 1);
    if (!in->as_root) return NULL;
    return trees_next(a, in->messages, &h, p->ops + n_base, p->n_ops - n_base, *trees + n_base);
}

// While the supervisor hands over the workspace and sets the limits, the root is filled here. An ordinary user takes
// what the plan binds only now, so that the box shows the machine of this moment.
static fallible box_build(Arena *a, const BoxInside *in, const BoxPlan *p, BoxView *view,
                          int *trees)
{
    int none[HAND_MAX], n;
    isize done = 0;
    if (in->as_root) {
        const BoxOp *base = box_plan_base(&done);
        TRY(box_view_resize(a, p->ops, base, done));
    } else {
        TRY(view_separate(a));
        TRY(box_trees_take(a, p->ops, p->n_ops, trees));
        TRY(box_view_make(a, view));
    }
    TRY(box_view_fill(a, view, p->ops + done, p->n_ops - done, trees + done));
    TRY(box_view_seal(a, view));
    TRY(hand_take(a, in->messages, none, &n));
    return box_limits_self(a, p);
}

static fallible rights_end(Arena *a, const BoxPlan *p, const SeccompProgram *filter)
{
    TRY(rights_drop(a));
    if (!p->off[BOX_LANDLOCK_FILES]) TRY(landlock_close(a, p));
    return p->off[BOX_SECCOMP] ? NULL : seccomp_enter(a, filter);
}

typedef struct Job {
    const char *folder;
    char **argv, **env;
    volatile int failure; // errno of the child that shares our memory until it executes
} Job;

static _Noreturn void job_begin(Job *j)
{
    sigset_t none;
    sigemptyset(&none);
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setpgid(0, 0);
    if (chdir(j->folder) == 0 && syscall(SYS_close_range, INIT_MESSAGES, ~0u, 0) == 0)
        execvpe(j->argv[0], j->argv, j->env);
    j->failure = errno;
    _exit(CANNOT_EXECUTE);
}

static fallible job_start(Arena *a, const BoxPlan *p, pid_t *job)
{
    extern char **environ;
    Job j = {.folder = "/workspace",
             .argv = make(a, char *, p->n_argv + 1),
             .env = make(a, char *, p->n_env + 1)};
    for (isize i = 0; i < p->n_argv; i++)
        j.argv[i] = cstr(a, p->argv[i]);
    for (isize i = 0; i < p->n_env; i++)
        j.env[i] = cstr(a, p->env[i]);
    environ = j.env; // where execvpe looks for PATH; the supervisor's is forgotten
    *job = vfork();
    if (*job == 0) job_begin(&j);
    if (*job < 0) return fail(a, ERR_IO, "cannot start the job: %s", strerror(errno));
    if (!j.failure) return NULL;
    const char *why =
        j.failure == ENOENT ? "there is no such program in the image" : strerror(j.failure);
    return fail(a, ERR_NOT_FOUND, "cannot run %s: %s", j.argv[0], why);
}

// As the first process of the box it inherits every orphan; when it leaves, the kernel kills all that is left.
static _Noreturn void job_watch(pid_t job)
{
    int status = 0;
    pid_t pid;
    while ((pid = waitpid(-1, &status, 0)) != job)
        if (pid < 0 && errno != EINTR) _exit(1);
    int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    box_message_send(INIT_MESSAGES,
                     &(BoxMessage){.says = BOX_SAYS_ENDED,
                                   .code = signal ? 128 + signal : WEXITSTATUS(status),
                                   .signal = signal});
    _exit(0);
}

static fallible box_open(Arena *a, const BoxInside *in, int *messages, pid_t *job)
{
    BoxPlan p;
    BoxView view;
    int *trees = NULL;
    TRY(blank_prepare(a, in, &view));
    box_message_send(in->messages, &(BoxMessage){.says = BOX_SAYS_READY});
    TRY(plan_take(a, in, &p, &trees));
    TRY(box_build(a, in, &p, &view, trees));
    TRY(descriptors_place(a, in->messages, in->output));
    *messages = INIT_MESSAGES;
    TRY(rights_end(a, &p, in->filter));
    return job_start(a, &p, job);
}

_Noreturn void box_enter(Arena *a, const BoxInside *in)
{
    pid_t job = 0;
    int messages = in->messages;
    Err *e = box_open(a, in, &messages, &job);
    BoxMessage m = {.says = e ? BOX_SAYS_FAILED : BOX_SAYS_STARTED};
    if (e) m.sentence = e->say;
    box_message_send(messages, &m);
    if (e) _exit(1);
    job_watch(job);
}
