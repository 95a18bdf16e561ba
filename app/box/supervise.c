// One poll loop: the box's first process, its messages, its prints, a wish to stop, and the clock.
#include "box/supervise.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

#include "box/disk.h"
#include "box/enter.h"
#include "box/limits.h"
#include "box/message.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/hand.h"
#include "os/namespace.h"
#include "os/own.h"
#include "os/proc.h"

enum { PRINTS_AT_ONCE = 64 * 1024, WAIT_AT_MOST_MS = 60 * 1000 };

typedef struct Box {
    Arena *a;
    const BoxPlan *plan;
    const BoxWatch *watch;
    BoxResult *result;
    int init;     // pidfd of the first process
    int messages; // -1 once it has gone quiet
    int prints;   // -1 once nobody can print any more
    char *bytes;  // room for prints, made when the first one comes
    BoxEar ear;
    BoxDisk disk;
    bool started, ended, stopped, late, full;
} Box;

static void box_end_now(const Box *b)
{
    proc_signal(b->init,
                SIGKILL); // with the first process the kernel kills the whole pid namespace
}

static void message_note(Box *b, const BoxMessage *m)
{
    switch (m->says) {
    case BOX_SAYS_STARTED:
        b->started = true;
        break;
    case BOX_SAYS_FAILED:
        b->result->say = m->sentence;
        break;
    case BOX_SAYS_ENDED:
        b->ended = true;
        b->result->code = (int)m->code;
        b->result->signal = (int)m->signal;
        break;
    }
    if (b->watch->events >= 0) box_message_send(b->watch->events, m);
}

static void messages_hear(Box *b)
{
    BoxMessage m;
    int got = 1;
    Err *e = NULL;
    while (!e && got > 0) {
        e = box_message_read(b->a, &b->ear, b->messages, &m, &got);
        if (!e && got > 0) message_note(b, &m);
    }
    if (e) {
        b->result->say = e->say;
        box_end_now(b);
    }
    if (e || got < 0) own_close_fd(&b->messages);
}

// What is over the cap is read and dropped, so that a chatty job is not stopped by a full pipe.
static void prints_keep(Box *b, Str s)
{
    i64 room = b->plan->log_bytes - b->result->log_bytes;
    if (s.n > room) b->result->log_cut = true;
    Str kept = str_take(s, (isize)room);
    if (!kept.n) return;
    if (file_write_fd(b->a, b->watch->log, kept))
        b->result->log_cut = true; // a full disk loses prints, not the job
    else
        b->result->log_bytes += kept.n;
}

static bool prints_hear(Box *b)
{
    if (!b->bytes) b->bytes = make(b->a, char, PRINTS_AT_ONCE);
    ssize_t n = read(b->prints, b->bytes, PRINTS_AT_ONCE);
    if (n > 0) prints_keep(b, (Str){b->bytes, n});
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) own_close_fd(&b->prints);
    return n > 0;
}

static int wait_millis(i64 until)
{
    i64 left = (until - clock_monotonic() + 999) / 1000;
    return left < 0 ? 0 : left > WAIT_AT_MOST_MS ? WAIT_AT_MOST_MS : (int)left;
}

// What only the clock can tell: that it is late, or time to look at the disk.
static void clock_note(Box *b, i64 deadline, i64 *look)
{
    i64 now = clock_monotonic();
    if (!b->ended && now >= deadline) b->late = true;
    if (b->disk.folder < 0 || now < *look) return;
    b->full |= box_disk_is_over(&b->disk);
    *look = now + BOX_DISK_LOOK_MICROS;
}

// Until the first process is gone; by then the kernel has killed and collected everything else in the box.
static void box_watch(Box *b)
{
    i64 deadline = clock_monotonic() + b->plan->deadline;
    i64 look = clock_monotonic() + BOX_DISK_LOOK_MICROS;
    for (bool gone = false; !gone;) {
        struct pollfd p[] = {
            {b->init,                          POLLIN, 0},
            {b->messages,                      POLLIN, 0},
            {b->prints,                        POLLIN, 0},
            {b->stopped ? -1 : b->watch->stop, POLLIN, 0}
        };
        bool over = b->late || b->full;
        i64 next = b->disk.folder >= 0 && look < deadline ? look : deadline;
        if (poll(p, COUNT(p), over ? -1 : wait_millis(next)) < 0 && errno != EINTR) break;
        if (p[1].revents) messages_hear(b);
        if (p[2].revents & POLLIN) prints_hear(b);
        if (p[2].revents == POLLHUP) own_close_fd(&b->prints);
        if (p[3].revents) b->stopped = true;
        if (!over) clock_note(b, deadline, &look);
        if (p[3].revents || b->late || b->full) box_end_now(b);
        gone = p[0].revents != 0;
    }
    if (b->messages >= 0) messages_hear(b);
    struct pollfd more = {b->prints, POLLIN, 0};
    while (b->prints >= 0 && poll(&more, 1, 0) > 0 && (more.revents & POLLIN) && prints_hear(b)) {}
    b->full |= box_disk_is_over(&b->disk);
}

static void result_judge(Box *b, const BoxMeters *meters)
{
    BoxResult *r = b->result;
    Arena *a = b->a;
    if (!b->ended) r->signal = SIGKILL, r->code = 128 + SIGKILL;
    bool well = b->ended && r->code == 0;
    if (b->stopped && !b->ended && !r->say.n) {
        r->end = BOX_KILLED;
        r->say = S("the job was ended on request");
    } else if (!b->started) {
        r->end = BOX_NOT_STARTED;
        if (meters->out_of_memory) r->say = S("the memory limit is too small to start the job");
        if (!r->say.n) r->say = S("the box ended before the job could start");
    } else if (b->late) {
        r->end = BOX_TIMED_OUT;
        r->say = arena_fmt(a, "the job ran longer than its %lld seconds and was ended",
                           (long long)(b->plan->deadline / 1000000));
    } else if (b->full) {
        r->end = BOX_OUT_OF_DISK;
        r->say = arena_fmt(a, "the job wrote more than its %lld MB or %lld files",
                           (long long)(b->plan->disk_bytes >> 20), (long long)b->plan->disk_files);
    } else if (meters->out_of_memory && !well) {
        r->end = BOX_OUT_OF_MEMORY;
        r->say = arena_fmt(a, "the job needed more than its %lld MB of memory",
                           (long long)(b->plan->memory_bytes >> 20));
    } else if (r->signal) {
        r->end = BOX_SIGNALLED;
        r->say =
            arena_fmt(a, "the job was ended by signal %d (%s)", r->signal, strsignal(r->signal));
    } else {
        r->end = BOX_EXITED;
        r->say = arena_fmt(a, "the job ended with exit code %d", r->code);
    }
}

static fallible box_account(Box *b, pid_t init)
{
    ProcEnd used;
    BoxResult *r = b->result;
    TRY(proc_wait(b->a, init, &used));
    BoxMeters meters = box_limits_read(b->a, b->plan);
    r->user_micros = used.user_micros, r->system_micros = used.system_micros;
    r->memory_peak_bytes =
        meters.memory_peak_bytes ? meters.memory_peak_bytes : used.memory_peak_bytes;
    result_judge(b, &meters);
    return NULL;
}

// The box's first process, waiting for its first nod.
static fallible box_fork(Box *b, int *trees, bool as_root, pid_t *init)
{
    const BoxPlan *p = b->plan;
    Arena *a = b->a;
    int pipes[2], sockets[2];
    if (pipe2(pipes, O_CLOEXEC) < 0 ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) < 0)
        return fail(a, ERR_IO, "cannot make the box's pipes: %s", strerror(errno));
    b->prints = pipes[0], b->messages = sockets[0];
    owned_fd output = pipes[1], messages = sockets[1];
    fcntl(b->prints, F_SETFL, O_NONBLOCK); // our side only
    // The job may open /dev/stdout again, so the pipe must be its own.
    if (fchown(output, (uid_t)p->outer_user, (gid_t)p->outer_group) < 0)
        return fail(a, ERR_IO, "cannot hand the log to the box: %s", strerror(errno));
    *init = namespace_fork(
        NAMESPACE_USER | NAMESPACE_MOUNT | NAMESPACE_PID | NAMESPACE_IPC | NAMESPACE_UTS, &b->init);
    if (*init < 0)
        return fail(a, ERR_IO, "cannot make the box's namespaces: %s (see tresor doctor)",
                    strerror(errno));
    if (*init == 0) {
        own_close_fd(&b->messages); // or it could never hear that the supervisor has gone
        box_enter(a, p, &(BoxDoors){messages, output, trees, as_root});
    }
    return NULL;
}

static fallible box_furnish(Box *b, pid_t init)
{
    const BoxPlan *p = b->plan;
    owned_fd memory = -1, cpu = -1;
    TRY(namespace_map(b->a, init, p->inner_user, p->outer_user, p->inner_group, p->outer_group));
    TRY(hand_give(b->a, b->messages, NULL, 0));
    TRY(box_limits_make(b->a, p, &memory, &cpu));
    return hand_give(b->a, b->messages, (int[]){memory, cpu}, 2);
}

static fallible box_live(Box *b, int *trees)
{
    pid_t init = 0;
    bool as_root = geteuid() == 0;
    TRY(box_disk_begin(b->a, b->plan->workspace, b->plan->disk_bytes, b->plan->disk_files,
                       &b->disk));
    if (as_root) TRY(box_trees_take(b->a, b->plan, trees));
    TRY(box_fork(b, trees, as_root, &init));
    Err *e = box_furnish(b, init);
    if (e) box_end_now(b);
    box_watch(b);
    Err *uncounted = box_account(b, init);
    // A box that failed by itself said why; that is worth more than that it did not take what we handed it.
    return e && !b->result->say.n ? e : uncounted;
}

void box_supervise(Arena *a, const BoxPlan *p, const BoxWatch *w, BoxResult *r)
{
    *r = (BoxResult){.started = clock_now()};
    Box b = {.a = a,
             .plan = p,
             .watch = w,
             .result = r,
             .init = -1,
             .messages = -1,
             .prints = -1,
             .disk = {.folder = -1},
             .ear = {.talk = BOX_TALK_SETUP}};
    int *trees = make(a, int, p->n_ops + 1);
    for (isize i = 0; i <= p->n_ops; i++)
        trees[i] = -1;
    Err *e = box_live(&b, trees);
    for (isize i = 0; i < p->n_ops; i++)
        own_close_fd(&trees[i]);
    if (e) r->end = BOX_NOT_STARTED, r->say = e->say;
    own_close_fd(&b.init), own_close_fd(&b.messages), own_close_fd(&b.prints);
    box_disk_end(&b.disk);
    Err *left = box_limits_remove(a, &p->memory, &p->cpu);
    if (left) r->say = arena_fmt(a, "%.*s (%.*s)", STR(r->say), STR(left->say));
    r->finished = clock_now();
}
