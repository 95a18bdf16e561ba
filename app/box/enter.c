// Building the box from the inside. Everything here runs as the first process of the new namespaces, with rights over
// them and nothing else, until rights_drop; the job's program runs after that and never before.
#include "box/enter.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "box/limits.h"
#include "box/message.h"
#include "box/plan_hand.h"
#include "os/file.h"
#include "os/hand.h"
#include "os/landlock.h"
#include "os/mount.h"
#include "os/namespace.h"
#include "os/own.h"
#include "os/rights.h"

enum {
    ROOT_BYTES = 1 << 20, // the root holds folders, links and a few small files only
    ROOT_FILES = 4096,
    FILES_A_MEGABYTE = 256, // so that empty files cannot use up memory
    STICKY_FOR_ALL = 01777,
    FOR_OWNER = 0755,
    INIT_MESSAGES = 3, // after the descriptors have been put in place
    FIRST_OTHER = 4,
    CHECKED_CLOSED = 256,
    CANNOT_EXECUTE = 126,
};

bool box_op_binds(const BoxOp *o)
{
    return o->kind == BOX_OP_BIND_FOLDER || o->kind == BOX_OP_BIND_FILE || o->kind == BOX_OP_DEVICE;
}

fallible box_trees_take(Arena *a, const BoxPlan *p, int *trees)
{
    for (isize i = 0; i < p->n_ops; i++) {
        const BoxOp *o = &p->ops[i];
        MountAccess access = o->kind == BOX_OP_DEVICE ? MOUNT_DEVICE
                             : o->writable            ? MOUNT_WRITABLE
                                                      : MOUNT_READ_ONLY;
        if (box_op_binds(o)) TRY(mount_take(a, cstr(a, o->source), access, &trees[i]));
    }
    return NULL;
}

static fallible folder_before(Arena *a, int root, Str at)
{
    Str folder = path_folder(at);
    return str_eq(folder, S(".")) ? NULL : mount_seat(a, root, folder, MOUNT_SEAT_FOLDER);
}

static fallible text_put(Arena *a, int root, const BoxOp *o)
{
    TRY(folder_before(a, root, o->at));
    owned_fd fd = openat(root, cstr(a, o->at), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0) return fail(a, ERR_IO, "cannot write /%.*s: %s", STR(o->at), strerror(errno));
    return file_write_fd(a, fd, o->source);
}

static fallible link_put(Arena *a, int root, const BoxOp *o)
{
    TRY(folder_before(a, root, o->at));
    if (symlinkat(cstr(a, o->source), root, cstr(a, o->at)) < 0)
        return fail(a, ERR_IO, "cannot make link /%.*s: %s", STR(o->at), strerror(errno));
    return NULL;
}

static fallible memory_put(Arena *a, int root, const BoxOp *o)
{
    bool owners = str_eq(o->at, S("workspace"));
    TRY(mount_seat(a, root, o->at, MOUNT_SEAT_FOLDER));
    return mount_memory(a, cstr(a, o->at), o->bytes, (o->bytes >> 20) * FILES_A_MEGABYTE + 16,
                        owners ? FOR_OWNER : STICKY_FOR_ALL);
}

static fallible op_apply(Arena *a, int root, const BoxOp *o, int tree)
{
    MountSeat seat = o->kind == BOX_OP_BIND_FOLDER ? MOUNT_SEAT_FOLDER : MOUNT_SEAT_FILE;
    switch (o->kind) {
    case BOX_OP_BIND_FOLDER:
    case BOX_OP_BIND_FILE:
    case BOX_OP_DEVICE:
        TRY(mount_seat(a, root, o->at, seat));
        return mount_put(a, tree, root, cstr(a, o->at));
    case BOX_OP_MEMORY:
        return memory_put(a, root, o);
    case BOX_OP_PROC:
        TRY(mount_seat(a, root, o->at, MOUNT_SEAT_FOLDER));
        return mount_proc(a, cstr(a, o->at));
    case BOX_OP_FOLDER:
        return mount_seat(a, root, o->at, MOUNT_SEAT_FOLDER);
    case BOX_OP_LINK:
        return link_put(a, root, o);
    case BOX_OP_FILE:
        return text_put(a, root, o);
    }
    return fail(a, ERR_BUG, "the plan of the box has an unknown operation");
}

// The new root grows on /proc, the one folder that is on every machine; it then becomes the root and is closed.
static fallible root_build(Arena *a, const BoxPlan *p, const int *trees)
{
    umask(0);
    TRY(mount_memory(a, "/proc", ROOT_BYTES, ROOT_FILES, FOR_OWNER));
    owned_fd root = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0 || fchdir(root) < 0)
        return fail(a, ERR_IO, "cannot enter the root of the box: %s", strerror(errno));
    for (isize i = 0; i < p->n_ops; i++)
        TRY(op_apply(a, root, &p->ops[i], trees[i]));
    TRY(namespace_pivot(a));
    umask(022);
    return mount_close(a, "/");
}

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

// What is the same for every box, done before there is a job; the network is the slowest of the namespaces.
static fallible blank_prepare(Arena *a, int messages)
{
    int doors[HAND_MAX], n;
    // A supervisor that died before this line closed its end of the messages, which the next nod would show.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || namespace_leave(NAMESPACE_NETWORK) < 0)
        return fail(a, ERR_IO, "cannot make the box's network: %s", strerror(errno));
    TRY(namespace_host_name(a, "box"));
    TRY(rights_bound(a));
    TRY(hand_take(a, messages, doors, &n));
    for (int i = 0; i < n; i++)
        TRY(cgroup_enter(a, doors[i]));
    if (namespace_leave(NAMESPACE_CGROUP) < 0)
        return fail(a, ERR_IO, "cannot hide the control groups: %s", strerror(errno));
    return NULL;
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

static fallible plan_take(Arena *a, const BoxInside *in, BoxPlan *p, int **trees)
{
    Handed h = {.n = 0};
    owned_fd plan = -1;
    TRY(handed_next(a, in->messages, &h, &plan));
    TRY(box_plan_receive(a, plan, p));
    *trees = make(a, int, p->n_ops + 1);
    for (isize i = 0; i < p->n_ops && in->as_root; i++)
        if (box_op_binds(&p->ops[i])) TRY(handed_next(a, in->messages, &h, &(*trees)[i]));
    return NULL;
}

static fallible user_become(Arena *a, const BoxPlan *p, bool as_root)
{
    TRY(rights_become(a, p->inner_user, p->inner_group,
                      as_root ? RIGHTS_DROP_GROUPS : RIGHTS_KEEP_GROUPS));
    // Again: a change of user forgets it. Had the supervisor died before, the next nod would not come.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || namespace_leave(NAMESPACE_MOUNT) < 0)
        return fail(a, ERR_IO, "cannot make the box's own view of files: %s", strerror(errno));
    return NULL;
}

// While the supervisor hands over the workspace and sets the limits, the root is made here.
static fallible box_build(Arena *a, const BoxInside *in, const BoxPlan *p, int *trees)
{
    int none[HAND_MAX], n;
    TRY(user_become(a, p, in->as_root));
    if (!in->as_root) TRY(box_trees_take(a, p, trees));
    TRY(root_build(a, p, trees));
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
    setsid();
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
    int *trees;
    TRY(blank_prepare(a, in->messages));
    TRY(plan_take(a, in, &p, &trees));
    TRY(box_build(a, in, &p, trees));
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
