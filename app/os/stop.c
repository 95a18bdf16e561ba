// SIGTERM and SIGINT as a descriptor.
#include "os/stop.h"

#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>

fallible stop_open(Arena *a, int *fd)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    signal(SIGPIPE, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &set, NULL))
        return fail(a, ERR_IO, "cannot block signals: %s", strerror(errno));
    *fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return *fd < 0 ? fail(a, ERR_IO, "cannot wait for signals: %s", strerror(errno)) : NULL;
}
