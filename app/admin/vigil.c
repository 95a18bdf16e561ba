// One loop that sleeps until something is due.
#include "admin/vigil.h"

#include "admin/health.h"
#include "os/clock.h"
#include "os/memory.h"
#include "os/service.h"
#include "os/stop.h"
#include "os/watch.h"

// The clock of the wall may jump, so a date far away is looked at again every hour.
enum { LOOK_AGAIN_MINUTES = 60, SIGNS_IN_TIME = 3 };

typedef struct Vigil {
    WebRole *r;
    Arena round;
    i64 watchdog;   // micros; 0: nobody waits for life signs
    i64 sign_due;   // monotonic
    Time renew_due; // 0: never
} Vigil;

static void say(const Vigil *v, LogLevel level, const char *what, const Err *e)
{
    Str why = e ? e->say : S("");
    log_line(v->r->cli->log, clock_now(), level, "web", "%s%s%.*s", what, e ? ": " : "", STR(why));
}

static void life_sign(Vigil *v)
{
    i64 each = v->watchdog / SIGNS_IN_TIME;
    Err *e = health_check(&v->round, v->r, each);
    if (e)
        say(v, LOG_ERROR, "no life sign", e);
    else
        service_say(S("WATCHDOG=1"));
    v->sign_due = clock_monotonic() + each;
}

static void certificate_look(Vigil *v)
{
    bool made;
    Err *e = certificate_keep(&v->round, &v->r->certificate, clock_now(), &v->renew_due, &made);
    if (e) {
        say(v, LOG_ERROR, "the certificate cannot be renewed; it is tried again in an hour", e);
        v->renew_due = clock_now() + MINUTES(LOOK_AGAIN_MINUTES);
    }
    if (made) say(v, LOG_INFO, "the certificate was renewed", NULL);
    e = serve_reload(&v->round, v->r->serving);
    if (e) say(v, LOG_ERROR, "not reloaded", e);
}

static void reload(Vigil *v)
{
    service_reloading();
    hangup_clear(v->r->hangup);
    certificate_look(v);
    service_say(S("READY=1"));
}

static i64 time_left(const Vigil *v)
{
    i64 left = MINUTES(LOOK_AGAIN_MINUTES);
    i64 renew = v->renew_due ? v->renew_due - clock_now() : left;
    i64 sign = v->watchdog ? v->sign_due - clock_monotonic() : left;
    if (renew < left) left = renew;
    if (sign < left) left = sign;
    return left > 0 ? left : 0;
}

fallible vigil_keep(WebRole *r)
{
    Vigil v = {.r = r, .watchdog = service_watchdog(), .renew_due = r->renew_due};
    enum { STOP, HANGUP, LIFELINE, ENDS };
    int ends[ENDS] = {r->stop, r->hangup, (int)cli_int(r->cli, "lifeline-fd", -1)};
    memory_settle();
    service_status("answers at %.*s", STR(r->server.origin));
    service_say(S("READY=1"));
    for (isize which = -1; which != STOP && which != LIFELINE;) {
        if (v.watchdog && clock_monotonic() >= v.sign_due) life_sign(&v);
        if (v.renew_due && clock_now() >= v.renew_due) certificate_look(&v);
        arena_reset(&v.round);
        TRY(wait_readable(&v.round, ends, ENDS, time_left(&v), &which));
        if (which == HANGUP) reload(&v);
    }
    service_say(S("STOPPING=1"));
    arena_free(&v.round);
    return NULL;
}
