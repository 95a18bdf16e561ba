// eventfd for bells, inotify for folders, ppoll for the waiting.
#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "os/watch.h"

fallible bell_open(Arena *a, int *fd)
{
    *fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (*fd < 0) return fail(a, ERR_IO, "cannot make an eventfd: %s", strerror(errno));
    return NULL;
}

void bell_ring(int fd)
{
    eventfd_write(fd, 1); // a full counter already rings
}

void bell_clear(int fd)
{
    eventfd_t n;
    eventfd_read(fd, &n);
}

fallible watch_open(Arena *a, Str folder, int *fd)
{
    int in = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (in < 0) return fail(a, ERR_IO, "cannot watch folders: %s", strerror(errno));
    u32 what = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ONLYDIR;
    if (inotify_add_watch(in, cstr(a, folder), what) < 0) {
        int e = errno;
        close(in);
        return fail(a, e == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot watch %.*s: %s", STR(folder),
                    strerror(e));
    }
    *fd = in;
    return NULL;
}

void watch_clear(int fd)
{
    char events[4096];
    while (read(fd, events, sizeof events) > 0)
        ;
}

fallible wait_readable(Arena *a, const int *fds, isize n, i64 micros, isize *which)
{
    struct pollfd *p = make(a, struct pollfd, n ? n : 1);
    for (isize i = 0; i < n; i++)
        p[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
    struct timespec t = {.tv_sec = micros / 1000000, .tv_nsec = micros % 1000000 * 1000};
    int got = ppoll(p, (nfds_t)n, micros < 0 ? NULL : &t, NULL);
    *which = -1;
    if (got < 0 && errno != EINTR) return fail(a, ERR_IO, "cannot wait: %s", strerror(errno));
    for (isize i = 0; got > 0 && i < n; i++) {
        if (!p[i].revents) continue;
        *which = i;
        break;
    }
    return NULL;
}
