// The costly half of a box: all of it that is the same for every job.
#include "box/blank.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include "box/enter.h"
#include "box/handover.h"
#include "box/view.h"
#include "os/hand.h"
#include "os/namespace.h"
#include "os/own.h"

const BoxBlank box_blank_none = {.init = -1,
                                 .messages = -1,
                                 .prints = -1,
                                 .output = -1,
                                 .view = -1,
                                 .gates = BOX_GATES_NONE,
                                 .ear = {.talk = BOX_TALK_BLANK}};

// The rest is made by the first process itself.
enum { NAMESPACES = NAMESPACE_USER | NAMESPACE_PID | NAMESPACE_IPC | NAMESPACE_UTS };

static fallible pipes_make(Arena *a, BoxBlank *b, int *theirs)
{
    int pipes[2], sockets[2];
    if (pipe2(pipes, O_CLOEXEC) < 0)
        return fail(a, ERR_IO, "cannot make the box's pipes: %s", strerror(errno));
    b->prints = pipes[0], b->output = pipes[1];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) < 0)
        return fail(a, ERR_IO, "cannot make the box's pipes: %s", strerror(errno));
    b->messages = sockets[0], *theirs = sockets[1];
    fcntl(b->prints, F_SETFL, O_NONBLOCK); // our side only
    return NULL;
}

static fallible blank_start(Arena *a, const BoxBlankWish *wish, bool as_root, BoxBlank *b)
{
    owned_fd theirs = -1;
    TRY(pipes_make(a, b, &theirs));
    b->pid = namespace_fork(NAMESPACES, &b->init);
    if (b->pid < 0)
        return fail(a, ERR_IO, "cannot make the box's namespaces: %s (`tresor box test` says more)",
                    strerror(errno));
    if (b->pid == 0) {
        own_close_fd(&b->messages); // or it could never hear that the supervisor has gone
        box_enter(a, &(BoxInside){theirs, b->output, as_root, wish->filter});
    }
    return NULL;
}

static fallible blank_ready(Arena *a, BoxBlank *b)
{
    BoxMessage m;
    struct pollfd p = {b->messages, POLLIN, 0};
    for (int got = 0; got == 0;) {
        if (poll(&p, 1, -1) < 0 && errno != EINTR)
            return fail(a, ERR_IO, "cannot wait for the box");
        TRY(box_message_read(a, &b->ear, b->messages, &m, &got));
        if (got < 0) return fail(a, ERR_IO, "the box ended before it was ready");
    }
    return m.says == BOX_SAYS_READY ? NULL : fail(a, ERR_IO, "%.*s", STR(m.sentence));
}

// Root's box has left the machine's mounts by now. They are taken apart when the last who holds its view lets go: we,
// after the end was told, and not its first process on its way out, for which everybody waits.
static void view_hold(BoxBlank *b)
{
    char path[40];
    snprintf(path, sizeof path, "/proc/%d/ns/mnt", (int)b->pid);
    b->view = open(path, O_RDONLY | O_CLOEXEC);
}

// The first nod.
static fallible blank_admit(Arena *a, BoxBlank *b, bool as_root)
{
    int fds[HAND_MAX];
    isize n_base, n = 0;
    const BoxOp *base = box_plan_base(&n_base);
    must(n_base + BOX_DOORS <= HAND_MAX);
    TRY(namespace_map(a, b->pid, BOX_USER, b->user, BOX_USER, b->group));
    Err *e = as_root ? box_trees_take(a, base, n = n_base, fds) : NULL;
    for (int i = 0; i < BOX_DOORS; i++, n++)
        fds[n] = b->gates.doors[i], b->gates.doors[i] = -1;
    if (!e) e = hand_give(a, b->messages, fds, (int)n);
    for (isize i = 0; i < n; i++)
        own_close_fd(&fds[i]);
    return e;
}

fallible box_blank_make(Arena *a, const BoxBlankWish *wish, BoxBlank *b)
{
    bool as_root = geteuid() == 0;
    *b = box_blank_none;
    b->user = as_root ? box_own_user(wish->supervisor.pid) : (i64)geteuid();
    b->group = as_root ? b->user : (i64)getegid();
    TRY(blank_start(a, wish, as_root, b));
    b->groups = box_groups_of(a, &wish->where, wish->supervisor);
    TRY(box_groups_make(a, &b->groups, &b->gates));
    TRY(blank_admit(a, b, as_root));
    TRY(blank_ready(a, b));
    // The job may open /dev/stdout again, so the pipe must be its own.
    if (fchown(b->output, (uid_t)b->user, (gid_t)b->group) < 0)
        return fail(a, ERR_IO, "cannot hand the log to the box: %s", strerror(errno));
    if (as_root) view_hold(b);
    return NULL;
}

void box_blank_close(BoxBlank *b)
{
    own_close_fd(&b->messages), own_close_fd(&b->prints), own_close_fd(&b->output);
    box_gates_close(&b->gates);
    own_close_fd(&b->init), own_close_fd(&b->view), own_end_pid(&b->pid);
}
