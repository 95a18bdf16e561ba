// Roles as child processes.
#include "admin/crew.h"

#include <fcntl.h>
#include <unistd.h>

#include "kit/json.h"
#include "os/file.h"
#include "os/own.h"
#include "os/watch.h"

enum { READY_FD = 3, LIFELINE_FD = 4, READY_LINE_MAX = 4096 };

static fallible pipe_open(Arena *a, int ends[2])
{
    return pipe2(ends, O_CLOEXEC) ? fail(a, ERR_IO, "cannot make a pipe; too many files are open")
                                  : NULL;
}

static void environment_copy(Arena *a, StrList *out)
{
    for (char **e = environ; *e; e++)
        if (!str_starts(str_from(*e), S("TRESOR_"))) str_list_add(a, out, str_from(*e));
}

static fallible member_start(Arena *a, const char *role, const StrList *args, int ready,
                             int lifeline, Proc *out)
{
    StrList argv = {0}, env = {0};
    str_list_add(a, &argv, S("tresor"));
    str_list_add(a, &argv, str_from(role));
    for (isize i = 0; i < args->n; i++)
        str_list_add(a, &argv, args->v[i]);
    str_list_add(a, &argv, arena_fmt(a, "--ready-fd=%d", READY_FD));
    str_list_add(a, &argv, arena_fmt(a, "--lifeline-fd=%d", LIFELINE_FD));
    environment_copy(a, &env);
    ProcFd fds[] = {
        {2,        1          },
        {2,        2          },
        {ready,    READY_FD   },
        {lifeline, LIFELINE_FD}
    };
    ProcSpec spec = {.program = S("/proc/self/exe"),
                     .argv = argv.v,
                     .n_argv = argv.n,
                     .env = env.v,
                     .n_env = env.n,
                     .fds = fds,
                     .n_fds = COUNT(fds),
                     .own_session = true};
    return proc_start(a, &spec, out);
}

static fallible ready_read(Arena *a, const char *role, int fd, CrewReady *ready)
{
    Str line;
    const Json *j;
    TRY(file_read_fd(a, fd, READY_LINE_MAX, &line));
    if (!line.n)
        return fail(a, ERR_IO, "the %s ended before it was ready; its last words are above", role);
    TRY(json_parse(a, str_trim(line), &j));
    *ready = (CrewReady){.url = json_get_str(j, S("url")),
                         .ca = json_get_str(j, S("ca")),
                         .welcome = json_get_str(j, S("welcome"))};
    return NULL;
}

fallible crew_start(Arena *a, Crew *crew, const char *role, const StrList *args, CrewReady *ready)
{
    must(crew->n < CREW_MAX);
    int said[2], line[2];
    Proc proc;
    TRY(pipe_open(a, said));
    owned_fd heard = said[0], mouth = said[1];
    TRY(pipe_open(a, line));
    owned_fd far = line[0], near = line[1];
    TRY(member_start(a, role, args, mouth, far, &proc));
    crew->v[crew->n++] = (CrewMember){.role = role, .proc = proc, .lifeline = take_fd(&near)};
    own_close_fd(&mouth); // so that the end of the child is the end of what it says
    return ready_read(a, role, heard, ready);
}

fallible crew_wait(Arena *a, Crew *crew, int stop_fd, const char **ended)
{
    int fds[CREW_MAX + 1] = {stop_fd};
    isize which = -1;
    for (isize i = 0; i < crew->n; i++)
        fds[i + 1] = crew->v[i].proc.pidfd;
    while (which < 0)
        TRY(wait_readable(a, fds, crew->n + 1, -1, &which));
    *ended = which ? crew->v[which - 1].role : NULL;
    return NULL;
}

void crew_stop(Arena *a, Crew *crew)
{
    ProcEnd end;
    for (isize i = crew->n - 1; i >= 0; i--) {
        proc_signal(crew->v[i].proc.pidfd, SIGTERM);
        Err *gone = proc_wait(a, crew->v[i].proc.name.pid, &end);
        (void)gone; // it was not there any more: that is what was wanted
        close(crew->v[i].proc.pidfd);
        close(crew->v[i].lifeline);
    }
    crew->n = 0;
}
