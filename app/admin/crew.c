// Roles as child processes.
#include "admin/crew.h"

#include <fcntl.h>
#include <unistd.h>

#include "kit/json.h"
#include "os/file.h"
#include "os/own.h"
#include "os/service.h"
#include "os/stop.h"
#include "os/watch.h"

enum { READY_FD = 3, LIFELINE_FD = 4, READY_LINE_MAX = 4096 };

static fallible pipe_open(Arena *a, int ends[2])
{
    return pipe2(ends, O_CLOEXEC) ? fail(a, ERR_IO, "cannot make a pipe; too many files are open")
                                  : NULL;
}

// What our service manager told us is not for them; they tell us in the same words.
static void environment_make(Arena *a, const Crew *crew, StrList *out)
{
    for (char **e = environ; *e; e++) {
        Str line = str_from(*e);
        if (!str_starts(line, S("TRESOR_")) && !service_is_own(line)) str_list_add(a, out, line);
    }
    if (!crew->heard.watchdog) return;
    str_list_add(a, out, arena_fmt(a, "NOTIFY_SOCKET=%.*s", STR(crew->heard.address)));
    str_list_add(a, out, arena_fmt(a, "WATCHDOG_USEC=%lld", (long long)crew->heard.watchdog));
}

static fallible member_start(Arena *a, const Crew *crew, const char *role, const StrList *args,
                             int ready, int lifeline, Proc *out)
{
    StrList argv = {0}, env = {0};
    str_list_add(a, &argv, S("tresor"));
    str_list_add(a, &argv, str_from(role));
    for (isize i = 0; i < args->n; i++)
        str_list_add(a, &argv, args->v[i]);
    str_list_add(a, &argv, arena_fmt(a, "--ready-fd=%d", READY_FD));
    str_list_add(a, &argv, arena_fmt(a, "--lifeline-fd=%d", LIFELINE_FD));
    environment_make(a, crew, &env);
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
    TRY(member_start(a, crew, role, args, mouth, far, &proc));
    crew->v[crew->n++] = (CrewMember){.role = role,
                                      .proc = proc,
                                      .lifeline = take_fd(&near),
                                      .reloads = strcmp(role, "runner") != 0};
    own_close_fd(&mouth); // so that the end of the child is the end of what it says
    return ready_read(a, role, heard, ready);
}

fallible crew_listen(Arena *a, Crew *crew)
{
    crew->heard.watchdog = service_watchdog();
    return crew->heard.watchdog ? service_hear(a, &crew->heard.address, &crew->heard.fd) : NULL;
}

// All members have given a sign since we gave our last one: then the crew is alive as a whole.
static void signs_take(Crew *crew)
{
    bool all = true;
    ServiceWord word;
    while (service_heard(crew->heard.fd, &word))
        for (isize i = 0; i < crew->n; i++)
            if (crew->v[i].proc.name.pid == word.from && word.alive) crew->v[i].alive = true;
    for (isize i = 0; i < crew->n; i++)
        all = all && crew->v[i].alive;
    if (!all) return;
    for (isize i = 0; i < crew->n; i++)
        crew->v[i].alive = false;
    service_say(S("WATCHDOG=1"));
}

fallible crew_wait(Arena *a, Crew *crew, const CrewEnds *ends, const char **ended)
{
    enum { STOP, HANGUP, HEARD, OWN };
    int fds[OWN + CREW_MAX] = {ends->stop, ends->hangup,
                               crew->heard.watchdog ? crew->heard.fd : -1};
    for (isize i = 0; i < crew->n; i++)
        fds[OWN + i] = crew->v[i].proc.pidfd;
    for (isize which = -1; which != STOP && which < OWN;) {
        Arena round = {0};
        Err *e = wait_readable(&round, fds, OWN + crew->n, -1, &which);
        arena_free(&round);
        if (e) return fail(a, ERR_IO, "cannot wait for the roles");
        *ended = which >= OWN ? crew->v[which - OWN].role : NULL;
        if (which == HEARD) signs_take(crew);
        if (which != HANGUP) continue;
        hangup_clear(ends->hangup);
        for (isize i = 0; i < crew->n; i++)
            if (crew->v[i].reloads) proc_signal(crew->v[i].proc.pidfd, SIGHUP);
    }
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
    if (crew->heard.watchdog) close(crew->heard.fd);
}
