// What the starter of a crew does while its members work: hears their life signs and passes on what the service manager wants.
#include "admin/crew.h"
#include "os/clock.h"
#include "os/service.h"
#include "os/stop.h"
#include "os/watch.h"

// A member signs three times within the time that the service manager gives us; who misses two of them hangs.
static i64 sign_patience(const Crew *crew)
{
    return crew->heard.watchdog / 3 * 2;
}

static void sign_take(Crew *crew, CrewMember *m)
{
    m->alive = true;
    m->sign_due = clock_monotonic() + sign_patience(crew);
}

// All members have given a sign since we gave our last one: then the crew is alive as a whole.
static void sign_give(Crew *crew)
{
    for (isize i = 0; i < crew->n; i++)
        if (!crew->v[i].alive) return;
    for (isize i = 0; i < crew->n; i++)
        crew->v[i].alive = false;
    service_say(S("WATCHDOG=1"));
}

static void reload_ask(Crew *crew)
{
    service_reloading();
    for (isize i = 0; i < crew->n; i++) {
        if (!crew->v[i].reloads) continue;
        crew->v[i].reload = CREW_ASKED;
        proc_signal(crew->v[i].proc.pidfd, SIGHUP);
    }
}

static bool is_reloading(const Crew *crew)
{
    bool any = false;
    for (isize i = 0; i < crew->n; i++)
        any = any || crew->v[i].reload != CREW_SETTLED;
    return any;
}

// "READY=1" ends a reload only after its beginning was heard: the one of the start may be still under way.
static void words_take(Crew *crew)
{
    ServiceWord word;
    bool reloading = is_reloading(crew);
    while (service_heard(crew->heard.fd, &word))
        for (isize i = 0; i < crew->n; i++) {
            CrewMember *m = &crew->v[i];
            if (m->proc.name.pid != word.from) continue;
            if (word.alive) sign_take(crew, m);
            if (word.reloading && m->reload == CREW_ASKED) m->reload = CREW_RELOADING;
            if (word.ready && m->reload == CREW_RELOADING) m->reload = CREW_SETTLED;
        }
    if (reloading && !is_reloading(crew)) service_say(S("READY=1"));
    if (crew->heard.watchdog) sign_give(crew);
}

static i64 time_left(const Crew *crew)
{
    i64 now = clock_monotonic(), left = crew->heard.watchdog ? INT64_MAX : -1;
    for (isize i = 0; crew->heard.watchdog && i < crew->n; i++) {
        i64 due = crew->v[i].sign_due - now;
        if (due < left) left = due > 0 ? due : 0;
    }
    return left;
}

// What was said in time counts, even when we come late to hear it.
static fallible hanging_end(Arena *a, Crew *crew)
{
    if (!crew->heard.watchdog) return NULL;
    words_take(crew);
    for (isize i = 0; i < crew->n; i++) {
        CrewMember *m = &crew->v[i];
        if (m->sign_due > clock_monotonic()) continue;
        proc_signal(m->proc.pidfd, SIGKILL);
        return fail(a, ERR_IO, "the %s gave no sign of life for %lld seconds and was ended",
                    m->role, (long long)(sign_patience(crew) / SECONDS(1)));
    }
    return NULL;
}

fallible crew_wait(Arena *a, Crew *crew, const CrewEnds *ends, const char **ended)
{
    enum { STOP, HANGUP, HEARD, OWN };
    int fds[OWN + CREW_MAX] = {ends->stop, ends->hangup,
                               crew->heard.address.n ? crew->heard.fd : -1};
    for (isize i = 0; i < crew->n; i++) {
        fds[OWN + i] = crew->v[i].proc.pidfd;
        crew->v[i].sign_due = clock_monotonic() + sign_patience(crew); // ready a moment ago
    }
    for (isize which = -1; which != STOP && which < OWN;) {
        Arena round = {0};
        Err *e = wait_readable(&round, fds, OWN + crew->n, time_left(crew), &which);
        arena_free(&round);
        if (e) return fail(a, ERR_IO, "cannot wait for the roles");
        *ended = which >= OWN ? crew->v[which - OWN].role : NULL;
        if (which == HEARD) words_take(crew);
        if (which == HANGUP) {
            hangup_clear(ends->hangup);
            reload_ask(crew);
        }
        if (which < 0) TRY(hanging_end(a, crew));
    }
    return NULL;
}
