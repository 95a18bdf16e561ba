// One poll loop: the box's first process, its prints, a wish to stop, and the clock.
#include "box/supervise.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

#include "box/disk.h"
#include "box/handover.h"
#include "box/limits.h"
#include "box/plan_hand.h"
#include "box/view.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/hand.h"
#include "os/own.h"
#include "os/proc.h"

enum { PRINTS_AT_ONCE = 64 * 1024, WAIT_AT_MOST_MS = 60 * 1000 };

typedef struct Box {
    Arena *a;
    const BoxPlan *plan;
    const BoxWatch *watch;
    BoxResult *result;
    BoxBlank *is; // messages are -1 once it has gone quiet, prints once nobody can print any more
    char *bytes;  // room for prints, made when the first one comes
    BoxDisk disk;
    int *trees, n_trees; // what root took for it, until it has them
    bool started, ended, stopped, late, full;
} Box;

void box_pid_tell(int to)
{
    pid_t self = getpid();
    ssize_t told = to < 0 ? 0 : write(to, &self, sizeof self);
    (void)told; // when nobody listens any more, there is nothing to do about it
}

static void box_end_now(const Box *b)
{
    proc_signal(b->is->init,
                SIGKILL); // with the first process the kernel kills the whole pid namespace
}

static void message_note(Box *b, const BoxMessage *m)
{
    switch (m->says) {
    case BOX_SAYS_READY: // heard when it was made
        break;
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
}

static void messages_hear(Box *b)
{
    BoxMessage m;
    int got = 1;
    Err *e = NULL;
    while (!e && got > 0) {
        e = box_message_read(b->a, &b->is->ear, b->is->messages, &m, &got);
        if (!e && got > 0) message_note(b, &m);
    }
    if (e) {
        b->result->say = e->say;
        box_end_now(b);
    }
    if (e || got < 0) own_close_fd(&b->is->messages);
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
    ssize_t n = read(b->is->prints, b->bytes, PRINTS_AT_ONCE);
    if (n > 0) prints_keep(b, (Str){b->bytes, n});
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) own_close_fd(&b->is->prints);
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

// Until the first process is gone; by then the kernel has killed and collected everything else in the box. What it
// said is read then: nobody has to be woken for it before.
static void box_watch(Box *b)
{
    i64 deadline = clock_monotonic() + b->plan->deadline;
    i64 look = clock_monotonic() + BOX_DISK_LOOK_MICROS;
    for (bool gone = false; !gone;) {
        struct pollfd p[] = {
            {b->is->init,                      POLLIN, 0},
            {b->is->prints,                    POLLIN, 0},
            {b->stopped ? -1 : b->watch->stop, POLLIN, 0}
        };
        bool over = b->late || b->full;
        i64 next = b->disk.folder >= 0 && look < deadline ? look : deadline;
        if (poll(p, COUNT(p), over ? -1 : wait_millis(next)) < 0 && errno != EINTR) break;
        if (p[1].revents & POLLIN) prints_hear(b);
        if (p[2].revents) b->stopped = true;
        if (!over) clock_note(b, deadline, &look);
        if (p[2].revents || b->late || b->full) box_end_now(b);
        gone = p[0].revents != 0;
    }
    messages_hear(b);
    struct pollfd more = {b->is->prints, POLLIN, 0};
    while (b->is->prints >= 0 && poll(&more, 1, 0) > 0 && (more.revents & POLLIN) &&
           prints_hear(b)) {}
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

static fallible box_account(Box *b)
{
    ProcEnd used;
    BoxResult *r = b->result;
    TRY(proc_wait(b->a, b->is->pid, &used));
    b->is->pid = 0;
    BoxMeters meters = box_groups_read(&b->is->gates);
    r->user_micros = used.user_micros, r->system_micros = used.system_micros;
    r->memory_peak_bytes =
        meters.memory_peak_bytes ? meters.memory_peak_bytes : used.memory_peak_bytes;
    result_judge(b, &meters);
    return NULL;
}

// Root takes what the box binds before it exists, since inside it could not reach private folders. What every plan
// begins with, it has already.
static fallible trees_take(Box *b)
{
    const BoxPlan *p = b->plan;
    isize done;
    box_plan_base(&done);
    b->trees = make(b->a, int, p->n_ops + 1);
    TRY(box_trees_take(b->a, p->ops + done, p->n_ops - done, b->trees));
    for (isize i = 0; i < p->n_ops - done; i++)
        if (b->trees[i] >= 0) b->trees[b->n_trees++] = b->trees[i];
    return NULL;
}

static void trees_close(Box *b)
{
    for (int i = 0; i < b->n_trees; i++)
        own_close_fd(&b->trees[i]);
}

// The first process begins to build as soon as it knows the plan; the job itself cannot begin before box_furnish.
static fallible box_begin(Box *b)
{
    const BoxPlan *p = b->plan;
    BoxBlank *is = b->is;
    owned_fd plan = -1;
    if (p->own_user != (geteuid() == 0))
        return fail(b->a, ERR_BUG, "the box was made ready for another user than planned");
    if (p->own_user) TRY(trees_take(b));
    if (b->watch->plan < 0) TRY(box_plan_give(b->a, p, &plan));
    // All in one nod, so that it wakes once; more than fits is rare.
    int *all = make(b->a, int, b->n_trees + 1), n = b->n_trees + 1;
    all[0] = b->watch->plan < 0 ? plan : b->watch->plan;
    for (int i = 0; i < b->n_trees; i++)
        all[i + 1] = b->trees[i];
    for (int at = 0; at < n; at += HAND_MAX)
        TRY(hand_give(b->a, is->messages, all + at, n - at < HAND_MAX ? n - at : HAND_MAX));
    return NULL;
}

// As root a box has a user id of its own, and the workspace goes to that user and comes back.
static fallible box_furnish(Box *b)
{
    const BoxPlan *p = b->plan;
    const BoxBlank *is = b->is;
    TRY(box_disk_begin(b->a, p->workspace, p->disk_bytes, p->disk_files, &b->disk));
    if (p->own_user && b->disk.folder >= 0)
        TRY(box_handover(b->a, b->disk.folder, is->user, is->group));
    TRY(box_groups_limit(b->a, &is->groups, &is->gates, p));
    return hand_give(b->a, is->messages, NULL, 0);
}

static fallible box_live(Box *b)
{
    Err *e = box_begin(b);
    if (!e) e = box_furnish(b);
    if (e) box_end_now(b);
    trees_close(b);
    box_pid_tell(b->watch->ready);
    box_watch(b);
    // A box that failed by itself said why; that is worth more than that it did not take what we handed it.
    if (e && !b->result->say.n) b->result->say = e->say;
    e = box_account(b);
    bool hand = b->plan->own_user && b->disk.folder >= 0;
    Err *kept = hand ? box_handover(b->a, b->disk.folder, geteuid(), getegid()) : NULL;
    if (kept) b->result->say = kept->say;
    return e;
}

void box_supervise(Arena *a, const BoxPlan *p, BoxBlank *blank, const BoxWatch *w, BoxResult *r)
{
    *r = (BoxResult){.started = clock_now()};
    Box b = {.a = a, .plan = p, .watch = w, .result = r, .is = blank, .disk = {.folder = -1}};
    Err *e = box_live(&b);
    if (e) r->end = BOX_NOT_STARTED, r->say = e->say;
    box_disk_end(&b.disk);
    r->finished = clock_now();
}
