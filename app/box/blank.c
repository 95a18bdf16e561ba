// The costly half of a box: the namespaces. The network is made by the first process itself, while we go on.
#include "box/blank.h"

#include <fcntl.h>
#include <sys/socket.h>

#include "box/enter.h"
#include "os/namespace.h"
#include "os/own.h"

const BoxBlank box_blank_none = {
    .init = -1, .messages = -1, .prints = -1, .output = -1, .view = -1};

// The mount namespace is not among these: it is copied when the job comes, so that it shows the machine of that moment.
enum { NAMESPACES = NAMESPACE_USER | NAMESPACE_PID | NAMESPACE_IPC | NAMESPACE_UTS };

fallible box_blank_make(Arena *a, const SeccompProgram *filter, BoxBlank *b)
{
    int pipes[2], sockets[2];
    *b = box_blank_none;
    if (pipe2(pipes, O_CLOEXEC) < 0)
        return fail(a, ERR_IO, "cannot make the box's pipes: %s", strerror(errno));
    b->prints = pipes[0], b->output = pipes[1];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) < 0)
        return fail(a, ERR_IO, "cannot make the box's pipes: %s", strerror(errno));
    b->messages = sockets[0];
    owned_fd theirs = sockets[1];
    bool as_root = geteuid() == 0;
    fcntl(b->prints, F_SETFL, O_NONBLOCK); // our side only
    b->pid = namespace_fork(NAMESPACES, &b->init);
    if (b->pid < 0)
        return fail(a, ERR_IO, "cannot make the box's namespaces: %s (see tresor doctor)",
                    strerror(errno));
    if (b->pid == 0) {
        own_close_fd(&b->messages); // or it could never hear that the supervisor has gone
        box_enter(a, &(BoxInside){theirs, b->output, as_root, filter});
    }
    return NULL;
}

void box_blank_close(BoxBlank *b)
{
    own_close_fd(&b->messages), own_close_fd(&b->prints), own_close_fd(&b->output);
    own_close_fd(&b->init), own_close_fd(&b->view), own_end_pid(&b->pid);
}
