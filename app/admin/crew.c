// Roles as child processes.
#include "admin/crew.h"

#include <fcntl.h>
#include <unistd.h>

#include "kit/json.h"
#include "os/file.h"
#include "os/own.h"
#include "os/service.h"

enum { READY_FD = 3, LIFELINE_FD = 4, FIRST_SOCKET = 5, READY_LINE_MAX = 4096 };

static fallible pipe_open(Arena *a, int ends[2])
{
    return pipe2(ends, O_CLOEXEC) ? fail(a, ERR_IO, "cannot make a pipe; too many files are open")
                                  : NULL;
}

// What our service manager told us is not for them; they tell us in the same words.
static void environment_make(Arena *a, const Crew *crew, const CrewRole *role, StrList *out)
{
    for (char **e = environ; *e; e++) {
        Str line = str_from(*e);
        bool secrets = role->secrets && str_starts(line, S("CREDENTIALS_DIRECTORY="));
        if (secrets || (!str_starts(line, S("TRESOR_")) && !service_is_own(line)))
            str_list_add(a, out, line);
    }
    if (crew->heard.address.n)
        str_list_add(a, out, arena_fmt(a, "NOTIFY_SOCKET=%.*s", STR(crew->heard.address)));
    if (crew->heard.watchdog)
        str_list_add(a, out, arena_fmt(a, "WATCHDOG_USEC=%lld", (long long)crew->heard.watchdog));
}

static fallible member_start(Arena *a, const Crew *crew, const CrewRole *role, int ready,
                             int lifeline, Proc *out)
{
    StrList argv = {0}, env = {0};
    ProcFd fds[4 + CREW_SOCKETS_MAX] = {
        {2,        1          },
        {2,        2          },
        {ready,    READY_FD   },
        {lifeline, LIFELINE_FD}
    };
    isize n = 4;
    str_list_add(a, &argv, S("tresor"));
    str_list_add(a, &argv, str_from(role->name));
    for (isize i = 0; i < role->args.n; i++)
        str_list_add(a, &argv, role->args.v[i]);
    str_list_add(a, &argv, arena_fmt(a, "--ready-fd=%d", READY_FD));
    str_list_add(a, &argv, arena_fmt(a, "--lifeline-fd=%d", LIFELINE_FD));
    for (isize i = 0; i < COUNT(role->sockets); i++) {
        const CrewSocket *s = &role->sockets[i];
        if (!s->option || s->fd < 0) continue;
        int there = FIRST_SOCKET + (int)i;
        str_list_add(a, &argv, arena_fmt(a, "--%s=%d", s->option, there));
        fds[n++] = (ProcFd){s->fd, there};
    }
    environment_make(a, crew, role, &env);
    ProcSpec spec = {.program = S("/proc/self/exe"),
                     .argv = argv.v,
                     .n_argv = argv.n,
                     .env = env.v,
                     .n_env = env.n,
                     .fds = fds,
                     .n_fds = n,
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
                         .here = json_get_str(j, S("here")),
                         .ca = json_get_str(j, S("ca")),
                         .welcome = json_get_str(j, S("welcome"))};
    return NULL;
}

fallible crew_start(Arena *a, Crew *crew, const CrewRole *role, CrewReady *ready)
{
    must(crew->n < CREW_MAX);
    int said[2], line[2];
    Proc proc;
    TRY(pipe_open(a, said));
    owned_fd heard = said[0], mouth = said[1];
    TRY(pipe_open(a, line));
    owned_fd far = line[0], near = line[1];
    TRY(member_start(a, crew, role, mouth, far, &proc));
    crew->v[crew->n++] = (CrewMember){.role = role->name,
                                      .proc = proc,
                                      .lifeline = take_fd(&near),
                                      .reloads = strcmp(role->name, "runner") != 0};
    own_close_fd(&mouth); // so that the end of the child is the end of what it says
    return ready_read(a, role->name, heard, ready);
}

fallible crew_listen(Arena *a, Crew *crew)
{
    crew->heard.watchdog = service_watchdog();
    return service_hear(a, &crew->heard.address, &crew->heard.fd);
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
    if (crew->heard.address.n) close(crew->heard.fd);
}
