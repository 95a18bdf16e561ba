// The costly half of a box: the namespaces. The network is made by the first process itself, while we go on.
#include "box/blank.h"

#include <fcntl.h>
#include <sys/socket.h>

#include "box/enter.h"
#include "box/limits.h"
#include "os/hand.h"
#include "os/namespace.h"
#include "os/own.h"

const BoxBlank box_blank_none = {
    .init = -1, .messages = -1, .prints = -1, .output = -1, .view = -1};

// The mount namespace is not among these: it is copied when the job comes, so that it shows the machine of that moment.
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

fallible box_blank_make(Arena *a, const BoxBlankWish *wish, BoxBlank *b)
{
    owned_fd theirs = -1;
    int doors[BOX_DOORS];
    bool as_root = geteuid() == 0;
    *b = box_blank_none;
    TRY(pipes_make(a, b, &theirs));
    b->pid = namespace_fork(NAMESPACES, &b->init);
    if (b->pid < 0)
        return fail(a, ERR_IO, "cannot make the box's namespaces: %s (see tresor doctor)",
                    strerror(errno));
    if (b->pid == 0) {
        own_close_fd(&b->messages); // or it could never hear that the supervisor has gone
        box_enter(a, &(BoxInside){theirs, b->output, as_root, wish->filter});
    }
    b->groups = box_groups_of(a, &wish->where, wish->supervisor);
    Err *e = box_groups_make(a, &b->groups, doors);
    if (!e) e = hand_give(a, b->messages, doors, BOX_DOORS);
    for (int i = 0; i < BOX_DOORS; i++)
        own_close_fd(&doors[i]);
    return e;
}

void box_blank_close(BoxBlank *b)
{
    own_close_fd(&b->messages), own_close_fd(&b->prints), own_close_fd(&b->output);
    own_close_fd(&b->init), own_close_fd(&b->view), own_end_pid(&b->pid);
}
