// Running a program to its end: feeding it, reading both its outputs, and giving up when it takes too much or too long.
#include <fcntl.h>
#include <poll.h>

#include "os/clock.h"
#include "os/own.h"
#include "os/proc.h"

enum { ERR_KEPT = 64 * 1024, CHUNK = 64 * 1024 };

typedef struct Talk {
    int in, out, err; // our ends; -1 when closed
    Str input;
    Buf *said, *complained;
    i64 out_max;
} Talk;

static void feed(Talk *t)
{
    ssize_t n = write(t->in, t->input.s, (size_t)t->input.n);
    if (n > 0) t->input = str_skip(t->input, n);
    if ((n < 0 && errno != EAGAIN) || !t->input.n) own_close_fd(&t->in);
}

// False when more came than `cap` and that is a failure; what is over is dropped otherwise.
static bool drain(int *fd, Buf *into, i64 cap, bool strict)
{
    char chunk[CHUNK];
    ssize_t n = read(*fd, chunk, sizeof chunk);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) own_close_fd(fd);
    if (n <= 0) return true;
    if (into->n + n > cap && strict) return false;
    isize room = (isize)cap - into->n;
    buf_put(into, (Str){chunk, n < room ? n : room});
    return true;
}

static fallible talk(Arena *a, Talk *t, Str program, i64 micros)
{
    i64 until = clock_monotonic() + micros;
    while (t->out >= 0 || t->err >= 0) {
        struct pollfd p[3] = {
            {t->out, POLLIN,  0},
            {t->err, POLLIN,  0},
            {t->in,  POLLOUT, 0}
        };
        i64 left = micros ? (until - clock_monotonic() + 999) / 1000 : -1;
        if (micros && left <= 0)
            return fail(a, ERR_BUSY, "%.*s took too long and was ended", STR(program));
        int n = poll(p, 3, micros ? (int)(left < 60000 ? left : 60000) : -1);
        if (n < 0 && errno != EINTR)
            return fail(a, ERR_IO, "cannot listen to %.*s: %s", STR(program), strerror(errno));
        if (n <= 0) continue;
        if (p[2].revents) feed(t);
        if (p[1].revents) drain(&t->err, t->complained, ERR_KEPT, false);
        if (p[0].revents && !drain(&t->out, t->said, t->out_max, true))
            return fail(a, ERR_TOO_LARGE, "%.*s printed more than %lld bytes", STR(program),
                        (long long)t->out_max);
    }
    return NULL;
}

fallible proc_run(Arena *a, const ProcSpec *asked, Str input, i64 out_max, i64 micros,
                  ProcOutput *output)
{
    int in[2] = {-1, -1}, out[2] = {-1, -1}, err[2] = {-1, -1};
    if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC))
        return fail(a, ERR_IO, "cannot make a pipe: %s", strerror(errno));
    owned_fd in_here = in[1], in_there = in[0], out_here = out[0], out_there = out[1];
    owned_fd err_here = err[0], err_there = err[1];
    fcntl(in_here, F_SETFL, O_NONBLOCK);
    ProcSpec spec = *asked;
    ProcFd *fds = make(a, ProcFd, spec.n_fds + 3);
    fds[0] = (ProcFd){in_there, 0}, fds[1] = (ProcFd){out_there, 1};
    fds[2] = (ProcFd){err_there, 2};
    for (isize i = 0; i < asked->n_fds; i++)
        fds[3 + i] = asked->fds[i];
    spec.fds = fds, spec.n_fds += 3, spec.own_session = true;
    Proc p;
    TRY(proc_start(a, &spec, &p));
    own_close_fd(&p.pidfd);
    owned_pid child = p.name.pid;
    own_close_fd(&in_there), own_close_fd(&out_there), own_close_fd(&err_there);
    Buf said = {.a = a}, complained = {.a = a};
    Talk t = {take_fd(&in_here),
              take_fd(&out_here),
              take_fd(&err_here),
              input,
              &said,
              &complained,
              out_max};
    if (!input.n) own_close_fd(&t.in);
    Err *e = talk(a, &t, asked->program, micros);
    own_close_fd(&t.in), own_close_fd(&t.out), own_close_fd(&t.err);
    if (e) {
        kill(-child, SIGKILL); // its session's group; the name takes care of the child itself
        return e;
    }
    TRY(proc_wait(a, take_pid(&child), &output->end));
    output->out = buf_str(&said), output->err = buf_str(&complained);
    return NULL;
}
