// own: things of the machine that are given back by themselves when their name goes out of scope.
//
//     owned_fd fd = open(...);       closed at the end of the block, unless -1
//     owned_pid p = ...;       killed (SIGKILL) and waited for, unless <= 0
//     owned_dir d = ...;        closed, unless NULL
//     return take_fd(&fd);           hands it on: the name holds -1 afterwards
//
// Giving back never changes errno, so a failure can be described after the block has closed things.
#pragma once
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define owned_fd  __attribute__((cleanup(own_close_fd))) int
#define owned_pid __attribute__((cleanup(own_end_pid))) pid_t
#define owned_dir __attribute__((cleanup(own_close_dir))) DIR *

static inline void own_close_fd(int *fd)
{
    int before = errno;
    if (*fd >= 0) close(*fd);
    *fd = -1;
    errno = before;
}

static inline void own_end_pid(pid_t *pid)
{
    int before = errno;
    if (*pid > 0) {
        kill(*pid, SIGKILL);
        while (waitpid(*pid, NULL, 0) < 0 && errno == EINTR) {}
    }
    *pid = 0;
    errno = before;
}

static inline void own_close_dir(DIR **dir)
{
    int before = errno;
    if (*dir) closedir(*dir);
    *dir = NULL;
    errno = before;
}

static inline int take_fd(int *fd)
{
    int given = *fd;
    *fd = -1;
    return given;
}

static inline pid_t take_pid(pid_t *pid)
{
    pid_t given = *pid;
    *pid = 0;
    return given;
}
