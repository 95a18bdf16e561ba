// The life of a box as its folder tells it: start, look, end, clear away; each may be said twice.
#include "box/box.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

#include "box/handover.h"
#include "box/limits.h"
#include "box/record.h"
#include "box/supervise.h"
#include "os/file.h"
#include "os/own.h"
#include "os/proc.h"

enum { RECORD_MAX = 64 * 1024, PLAN_MAX = 64 << 20 };
// Where the supervisor finds what it was given.
enum { AT_PLAN = 3, AT_RECORD, AT_EVENTS, AT_LOG };

// *fd stays locked until it is closed by everyone who has it; -1 when somebody else holds it.
static fallible record_lock(Arena *a, Str folder, int *fd)
{
    Str path = box_record_path(a, folder);
    owned_fd record = open(cstr(a, path), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (record < 0) return fail(a, ERR_IO, "cannot open %.*s: %s", STR(path), strerror(errno));
    bool ours = flock(record, LOCK_EX | LOCK_NB) == 0;
    if (!ours && errno != EWOULDBLOCK)
        return fail(a, ERR_IO, "cannot lock %.*s: %s", STR(path), strerror(errno));
    *fd = ours ? take_fd(&record) : -1;
    return NULL;
}

static fallible record_read(Arena *a, int fd, BoxRecord *r)
{
    Str text;
    if (lseek(fd, 0, SEEK_SET) < 0) return fail(a, ERR_IO, "cannot read a record");
    TRY(file_read_fd(a, fd, RECORD_MAX, &text));
    box_record_parse(a, text, r);
    return NULL;
}

static fallible plan_hand(Arena *a, const BoxPlan *p, int *fd)
{
    owned_fd plan = memfd_create("plan", MFD_CLOEXEC);
    if (plan < 0) return fail(a, ERR_IO, "cannot hand over the plan: %s", strerror(errno));
    TRY(file_write_fd(a, plan, box_plan_encode(a, p)));
    if (lseek(plan, 0, SEEK_SET) < 0) return fail(a, ERR_IO, "cannot hand over the plan");
    *fd = take_fd(&plan);
    return NULL;
}

static fallible supervisor_start(Arena *a, const BoxPlan *p, Str folder, int record, BoxRun *run)
{
    int sockets[2];
    owned_fd plan = -1, log = -1;
    TRY(plan_hand(a, p, &plan));
    Str log_path = path_join(a, folder, S("log"));
    log = open(cstr(a, log_path), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW | O_CLOEXEC,
               0600);
    if (log < 0) return fail(a, ERR_IO, "cannot write %.*s: %s", STR(log_path), strerror(errno));
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) < 0)
        return fail(a, ERR_IO, "cannot start a box: %s", strerror(errno));
    owned_fd here = sockets[0], there = sockets[1];
    ProcFd fds[] = {
        {plan,   AT_PLAN  },
        {record, AT_RECORD},
        {there,  AT_EVENTS},
        {log,    AT_LOG   }
    };
    Str argv[] = {S("tresor"), S("box")};
    // SIGTERM waits from before the first instruction, so that an early box_kill ends the job, not the supervisor.
    ProcSpec spec = {.program = S("/proc/self/exe"),
                     .argv = argv,
                     .n_argv = COUNT(argv),
                     .fds = fds,
                     .n_fds = COUNT(fds),
                     .own_session = true,
                     .hold_term = true};
    Proc proc;
    TRY(proc_start(a, &spec, &proc));
    *run = (BoxRun){proc.name.pid, proc.pidfd, take_fd(&here)};
    return box_record_begin(a, record, p, proc.name);
}

fallible box_start(Arena *a, const BoxPlan *p, Str folder, BoxRun *run)
{
    BoxRecord old;
    *run = (BoxRun){0, -1, -1};
    owned_fd record = -1;
    TRY(record_lock(a, folder, &record));
    if (record < 0) return NULL;
    TRY(record_read(a, record, &old));
    if (old.ended) return NULL;
    TRY(box_limits_remove(a, &old.memory, &old.cpu));
    if (ftruncate(record, 0) < 0)
        return fail(a, ERR_IO, "cannot begin the box's record: %s", strerror(errno));
    return supervisor_start(a, p, folder, record, run);
}

static fallible status_look(Arena *a, Str folder, BoxStatus *s, BoxRecord *r)
{
    *s = (BoxStatus){.state = BOX_ABSENT};
    *r = (BoxRecord){0};
    owned_fd fd = -1;
    Err *e = file_open(a, box_record_path(a, folder), &fd);
    if (e && e->kind == ERR_NOT_FOUND) return NULL;
    if (e) return e;
    // The lock first: what is read while nobody holds it does not change any more.
    bool alive = flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
    TRY(record_read(a, fd, r));
    if (alive)
        *s = (BoxStatus){.state = BOX_RUNNING, .pid = r->supervisor.pid};
    else if (r->ended)
        *s = (BoxStatus){.state = BOX_FINISHED, .result = r->result};
    else if (r->supervisor.pid)
        s->state = BOX_LOST;
    return NULL;
}

fallible box_status(Arena *a, Str folder, BoxStatus *s)
{
    BoxRecord r;
    return status_look(a, folder, s, &r);
}

fallible box_adopt(Arena *a, Str folder, int *pidfd)
{
    BoxStatus s;
    BoxRecord r;
    *pidfd = -1;
    TRY(status_look(a, folder, &s, &r));
    if (s.state == BOX_RUNNING) *pidfd = proc_find(r.supervisor);
    return NULL;
}

fallible box_kill(Arena *a, Str folder)
{
    owned_fd supervisor = -1;
    TRY(box_adopt(a, folder, &supervisor));
    if (supervisor >= 0) proc_signal(supervisor, SIGTERM);
    return NULL;
}

fallible box_cleanup(Arena *a, Str folder)
{
    BoxStatus s;
    BoxRecord r;
    TRY(status_look(a, folder, &s, &r));
    if (s.state == BOX_RUNNING)
        return fail(a, ERR_CONFLICT, "the box in %.*s is still running", STR(folder));
    TRY(box_limits_remove(a, &r.memory, &r.cpu));
    return file_remove(a, box_record_path(a, folder));
}

void box_reap(BoxRun *run)
{
    if (run->pid > 0 && proc_reap(run->pid)) run->pid = 0;
}

// What a signal asks for is read from a descriptor, between two events, never in the middle of one.
static int stop_open(bool from_terminal)
{
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    if (from_terminal) sigaddset(&stop, SIGINT);
    sigprocmask(SIG_BLOCK, &stop, NULL);
    return signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK);
}

// As root a box has a user id of its own, and the workspace goes to that user and comes back.
static fallible box_keep(Arena *a, const BoxPlan *p, const BoxWatch *w, BoxResult *result)
{
    i64 us = geteuid();
    bool hand = p->workspace.n && us != p->outer_user;
    if (hand) TRY(box_handover(a, p->workspace, us, p->outer_user, p->outer_group));
    box_supervise(a, p, w, result);
    return hand ? box_handover(a, p->workspace, p->outer_user, us, getegid()) : NULL;
}

fallible box_run(Arena *a, const BoxPlan *p, int log, BoxResult *result)
{
    owned_fd stop = stop_open(true);
    BoxWatch watch = {.log = log, .stop = stop, .events = -1};
    return box_keep(a, p, &watch, result);
}

int box_main(void)
{
    Arena a = {0};
    BoxPlan plan = {0};
    BoxResult result = {.end = BOX_NOT_STARTED};
    Str bytes;
    signal(SIGPIPE, SIG_IGN);
    owned_fd stop = stop_open(false);
    BoxWatch watch = {.log = AT_LOG, .stop = stop, .events = AT_EVENTS};
    Err *e = file_read_fd(&a, AT_PLAN, PLAN_MAX, &bytes);
    if (!e) e = box_plan_decode(&a, bytes, &plan);
    if (!e) e = box_record_begin(&a, AT_RECORD, &plan, (ProcName){getpid(), proc_birth(getpid())});
    if (!e) e = box_keep(&a, &plan, &watch, &result);
    if (e) result.say = e->say;
    e = box_record_end(&a, AT_RECORD, &result);
    arena_free(&a);
    return e ? err_exit_code(e->kind) : 0;
}
