// SCM_RIGHTS with its alignment and its truncation.
#include "os/hand.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

typedef union Room {
    struct cmsghdr head;
    char bytes[CMSG_SPACE(HAND_MAX * sizeof(int))];
} Room;

fallible hand_give(Arena *a, int socket, const int *fds, int n)
{
    int wanted[HAND_MAX], given = 0;
    for (int i = 0; i < n; i++) {
        must(given < HAND_MAX);
        if (fds[i] >= 0) wanted[given++] = fds[i];
    }
    Room room = {0};
    struct iovec nod = {(char[]){1}, 1};
    struct msghdr m = {.msg_iov = &nod, .msg_iovlen = 1};
    size_t bytes = (size_t)given * sizeof(int);
    if (given) {
        m.msg_control = &room;
        m.msg_controllen =
            (socklen_t)CMSG_SPACE(bytes); // size_t in one C library, socklen_t in another
        room.head.cmsg_level = SOL_SOCKET, room.head.cmsg_type = SCM_RIGHTS;
        room.head.cmsg_len = (socklen_t)CMSG_LEN(bytes);
        memcpy(CMSG_DATA(&room.head), wanted, bytes);
    }
    while (sendmsg(socket, &m, MSG_NOSIGNAL) < 0)
        if (errno != EINTR)
            return fail(a, ERR_IO, "cannot hand over descriptors: %s", strerror(errno));
    return NULL;
}

fallible hand_take(Arena *a, int socket, int *fds, int *n)
{
    char byte;
    Room room = {0};
    struct iovec nod = {&byte, 1};
    struct msghdr m = {
        .msg_iov = &nod, .msg_iovlen = 1, .msg_control = &room, .msg_controllen = sizeof room};
    ssize_t got;
    while ((got = recvmsg(socket, &m, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) {}
    if (got != 1) return fail(a, ERR_IO, "the other process went away");
    *n = 0;
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
        size_t bytes = c->cmsg_len - CMSG_LEN(0);
        *n = (int)(bytes / sizeof(int));
        must(*n <= HAND_MAX);
        memcpy(fds, CMSG_DATA(c), bytes);
    }
    if (m.msg_flags & MSG_CTRUNC) return fail(a, ERR_IO, "descriptors were lost on the way");
    return NULL;
}
