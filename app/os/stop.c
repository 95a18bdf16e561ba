// SIGTERM and SIGINT as a descriptor.
#include "os/stop.h"

#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

static fallible signals_open(Arena *a, const int *signals, int n, int *fd)
{
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < n; i++)
        sigaddset(&set, signals[i]);
    if (sigprocmask(SIG_BLOCK, &set, NULL))
        return fail(a, ERR_IO, "cannot block signals: %s", strerror(errno));
    *fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return *fd < 0 ? fail(a, ERR_IO, "cannot wait for signals: %s", strerror(errno)) : NULL;
}

fallible stop_open(Arena *a, int *fd)
{
    static const int ends[] = {SIGTERM, SIGINT};
    signal(SIGPIPE, SIG_IGN);
    return signals_open(a, ends, COUNT(ends), fd);
}

fallible hangup_open(Arena *a, int *fd)
{
    static const int hangup[] = {SIGHUP};
    *fd = -1;
    return isatty(STDIN_FILENO) ? NULL : signals_open(a, hangup, 1, fd);
}

void hangup_clear(int fd)
{
    struct signalfd_siginfo heard;
    while (read(fd, &heard, sizeof heard) > 0) {}
}
