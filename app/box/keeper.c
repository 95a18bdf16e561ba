// The role `tresor box`. The keeper forks supervisors ahead of need; each makes a blank and waits at the door for an
// errand, whichever comes first takes it. Nothing of one job is ever used for another: a supervisor serves once.
#include "box/keeper.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "box/box.h"
#include "box/filter.h"
#include "box/limits.h"
#include "box/plan_hand.h"
#include "box/record.h"
#include "box/supervise.h"
#include "os/clock.h"
#include "os/hand.h"
#include "os/own.h"
#include "os/proc.h"

enum {
    DOOR = 3, // where the keeper finds its end
    READY_MOST = 8,
    TRY_AGAIN_MS = 20, // after a lull, or when there was no room for another process
    LULL_MICROS = 20000,
    DEFERRED_NICE = 10, // lower priority by this
    LOST_MOST =
        16, // supervisors that died before they had an errand; then something is wrong with the machine
};

static Str group_word(Arena *a, const BoxGroup *g)
{
    return arena_fmt(a, "%d%.*s", (int)g->by, STR(g->folder));
}

static BoxGroup group_from(Str word)
{
    BoxGroup g = {.folder = str_skip(word, 1)};
    if (str_starts(word, S("1/"))) g.by = CGROUP_V1;
    if (str_starts(word, S("2/"))) g.by = CGROUP_V2;
    return g;
}

fallible box_keeper_open(Arena *a, int ready, const BoxGroups *where, BoxKeeper *keeper)
{
    int sockets[2];
    keeper->door = -1;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) < 0)
        return fail(a, ERR_IO, "cannot make the door of the keeper: %s", strerror(errno));
    owned_fd here = sockets[0], there = sockets[1];
    Str argv[] = {S("tresor"), S("box"), arena_fmt(a, "%d", ready), group_word(a, &where->memory),
                  group_word(a, &where->cpu)};
    // SIGTERM waits from before the first instruction, so that an early box_kill ends the job, not the supervisor.
    ProcSpec spec = {
        .program = S("/proc/self/exe"),
        .argv = argv,
        .n_argv = COUNT(argv),
        .fds = &(ProcFd){there, DOOR},
        .n_fds = 1,
        .own_session = true,
        .hold_term = true
    };
    Proc proc;
    TRY(proc_start(a, &spec, &proc));
    close(proc.pidfd);
    *keeper = (BoxKeeper){take_fd(&here), proc.name.pid};
    return NULL;
}

void box_keeper_close(BoxKeeper *keeper)
{
    own_close_fd(&keeper->door);
    if (keeper->pid > 0) waitpid(keeper->pid, NULL, 0); // it leaves at once; who serves goes on
    keeper->pid = 0;
}

// What a signal asks for is read from a descriptor, between two events, never in the middle of one.
static int signals_open(const int *signals, isize n)
{
    sigset_t set;
    sigemptyset(&set);
    for (isize i = 0; i < n; i++)
        sigaddset(&set, signals[i]);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

fallible box_run(Arena *a, const BoxPlan *p, int log, BoxResult *result)
{
    BoxBlank blank;
    owned_fd stop = signals_open((int[]){SIGTERM, SIGINT}, 2);
    BoxWatch watch = {.plan = -1, .log = log, .stop = stop, .ready = -1};
    *result = (BoxResult){.end = BOX_NOT_STARTED};
    SeccompProgram filter = box_filter(a);
    BoxBlankWish wish = {
        &filter, p->groups, {getpid(), proc_birth(getpid())}
    };
    Err *unmade = box_blank_make(a, &wish, &blank);
    if (unmade)
        result->say = unmade->say;
    else
        box_supervise(a, p, &blank, &watch, result);
    box_blank_close(&blank);
    Err *left = box_groups_remove(a, &blank.groups);
    if (left) result->say = arena_fmt(a, "%.*s (%.*s)", STR(result->say), STR(left->say));
    return NULL;
}

typedef struct Keeper {
    int door, asked; // `asked`: the process ids of those whose box has all it needs
    int notes;       // where they say so: making others ready must not slow down their start
    int ended;       // signalfd of children
    int wanted, n_ready, lost;
    i64 started; // when a box last did
    i64 lull;    // until then it has the machine to itself
    int nice;    // of the jobs
    bool defers; // what is done ahead of need or after it may be done at a lower priority than that
    pid_t ready[READY_MOST];
    SeccompProgram filter;
    BoxGroups where;
} Keeper;

// --- a supervisor

typedef struct Supervisor {
    Arena *a;
    BoxBlank blank;
    Err *unmade; // why there is no blank
    int stop, notes;
    ProcName self;
} Supervisor;

// What came through the door, until the end is on disk.
static Err *errand_run(Supervisor *s, int *fds)
{
    BoxPlan plan;
    Arena *a = s->a;
    BoxResult result = {.end = BOX_NOT_STARTED};
    BoxWatch watch = {.plan = fds[BOX_ERRAND_PLAN],
                      .log = fds[BOX_ERRAND_LOG],
                      .stop = s->stop,
                      .ready = s->notes};
    Err *e = box_plan_receive(a, fds[BOX_ERRAND_PLAN], &plan);
    Err *unwritten = box_record_begin(a, fds[BOX_ERRAND_RECORD], &s->blank.groups, s->self);
    if (!e) e = unwritten;
    if (!e) e = s->unmade;
    if (e) {
        result.say = e->say;
        box_pid_tell(s->notes);
    } else {
        box_supervise(a, &plan, &s->blank, &watch, &result);
    }
    return box_record_end(a, fds[BOX_ERRAND_RECORD], &s->blank.groups, s->self, &result);
}

// The control groups are empty; nobody waits for their removal. A shared lock on the record says that we are still at
// it: whoever cleans up waits for that, and if they were first, the groups may be another box's by now.
static Err *groups_leave(Arena *a, int *fds, const BoxGroups *groups)
{
    struct stat s;
    Err *e = NULL;
    flock(fds[BOX_ERRAND_RECORD], LOCK_SH);
    own_close_fd(&fds[BOX_ERRAND_LOG]), own_close_fd(&fds[BOX_ERRAND_OVER]);
    if (fstat(fds[BOX_ERRAND_RECORD], &s) == 0 && s.st_nlink) e = box_groups_remove(a, groups);
    own_close_fd(&fds[BOX_ERRAND_RECORD]);
    return e;
}

static void priority_set(const Keeper *k, pid_t pid, int nice)
{
    if (k->defers && pid >= 0) setpriority(PRIO_PROCESS, (id_t)pid, nice);
}

static _Noreturn void supervisor_live(const Keeper *k)
{
    Arena a = {0};
    Supervisor s = {.a = &a, .notes = k->notes};
    int fds[HAND_MAX], n = 0;
    s.stop = signals_open((int[]){SIGTERM}, 1);
    s.self = (ProcName){getpid(), proc_birth(getpid())};
    BoxBlankWish wish = {&k->filter, k->where, s.self};
    priority_set(k, 0, k->nice + DEFERRED_NICE);
    s.unmade = box_blank_make(&a, &wish, &s.blank);
    Err *none = hand_take(&a, k->door, fds, &n);
    if (none || n != BOX_ERRAND_FDS) { // nobody is left who could ask
        box_blank_close(&s.blank);
        _exit(box_groups_remove(&a, &s.blank.groups) ? 1 : 0);
    }
    close(k->door);
    priority_set(k, 0, k->nice);
    priority_set(k, s.blank.pid ? s.blank.pid : -1, k->nice);
    Err *e = errand_run(&s, fds);
    priority_set(k, 0, k->nice + DEFERRED_NICE);
    _exit(groups_leave(&a, fds, &s.blank.groups) || e ? 1 : 0);
}

// Whether a lower priority can be taken back; tried by a child, which has nothing to lose.
static bool may_defer(int nice)
{
    int status = 1;
    pid_t child = vfork();
    if (child == 0) {
        setpriority(PRIO_PROCESS, 0, nice + DEFERRED_NICE);
        _exit(setpriority(PRIO_PROCESS, 0, nice) < 0);
    }
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

// --- the keeper

static bool ready_drop(Keeper *k, pid_t pid)
{
    for (int i = 0; i < k->n_ready; i++)
        if (k->ready[i] == pid) {
            k->ready[i] = k->ready[--k->n_ready];
            return true;
        }
    return false;
}

// Not beside a box that has just begun, as long as another is ready and boxes do not come in a burst.
static bool ready_fill(Keeper *k)
{
    if (k->n_ready && clock_monotonic() < k->lull) return true;
    while (k->n_ready < k->wanted) {
        pid_t pid = fork();
        if (pid == 0) supervisor_live(k);
        if (pid < 0) return k->n_ready > 0;
        k->ready[k->n_ready++] = pid;
    }
    return true;
}

// One that was killed left its groups, with what was in them.
static void groups_sweep(const Keeper *k, pid_t pid)
{
    Arena a = {0};
    BoxGroups left = box_groups_of(&a, &k->where, (ProcName){pid, proc_birth(pid)});
    Err *e = box_groups_remove(&a, &left);
    (void)e; // whoever cleans up after its job hears of it
    arena_free(&a);
}

static void children_collect(Keeper *k)
{
    struct signalfd_siginfo told[8];
    siginfo_t child = {0};
    while (read(k->ended, told, sizeof told) > 0) {}
    while (waitid(P_ALL, 0, &child, WEXITED | WNOHANG | WNOWAIT) == 0 && child.si_pid) {
        if (child.si_code != CLD_EXITED)
            groups_sweep(k, child.si_pid); // while it can still be named
        waitpid(child.si_pid, NULL, 0);
        k->lost += ready_drop(k, child.si_pid);
        child.si_pid = 0;
    }
}

static void notes_read(Keeper *k)
{
    pid_t pid;
    while (read(k->asked, &pid, sizeof pid) == sizeof pid) {
        if (!ready_drop(k, pid)) continue;
        i64 now = clock_monotonic();
        k->lost = 0;
        k->lull = now - k->started > LULL_MICROS ? now + LULL_MICROS : 0; // not in a burst
        k->started = now;
    }
}

int box_main(int ready, Str memory, Str cpu)
{
    int notes[2];
    Arena a = {0};
    int nice = getpriority(PRIO_PROCESS, 0);
    signal(SIGPIPE, SIG_IGN);
    fcntl(DOOR, F_SETFD, FD_CLOEXEC);
    if (pipe2(notes, O_CLOEXEC) < 0) return 1;
    fcntl(notes[0], F_SETFL, O_NONBLOCK);
    Keeper k = {
        .filter = box_filter(&a),
        .where = {group_from(memory), group_from(cpu)},
        .nice = nice,
        .defers = may_defer(nice),
        .door = DOOR,
        .asked = notes[0],
        .notes = notes[1],
        .ended = signals_open((int[]){SIGCHLD                 },
          1),
        .wanted = ready < READY_MOST ? ready : READY_MOST
    };
    box_groups_sweep(&k.where);
    struct pollfd p[] = {
        {k.door,  0,      0},
        {k.asked, POLLIN, 0},
        {k.ended, POLLIN, 0}
    };
    while (k.lost < LOST_MOST && ready_fill(&k)) {
        if (poll(p, COUNT(p), k.n_ready < k.wanted ? TRY_AGAIN_MS : -1) < 0 && errno != EINTR)
            return 1;
        notes_read(&k); // first: one that has ended already was not lost if it had an errand
        children_collect(&k);
        if (p[0].revents) return 0;
    }
    return 1;
}
