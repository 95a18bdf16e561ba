// office: the shared means of a runner's threads.
#include "runner/office.h"

#include <stdarg.h>

#include "os/clock.h"
#include "os/watch.h"

fallible office_open_database(Arena *a, const Office *o, Db **out)
{
    return db_open(a, o->database, DB_SITE, DB_AS_RUNNER, DB_READ_WRITE, out);
}

void office_say(const Office *o, LogLevel level, const char *fmt, ...)
{
    Arena a = {0};
    va_list args;
    va_start(args, fmt);
    Str text = arena_vfmt(&a, fmt, args);
    va_end(args);
    log_line(o->log, clock_now(), level, "runner", "%.*s", STR(text));
    arena_free(&a);
}

i64 office_patience(int failures)
{
    i64 wait = SECONDS(1) << (failures < 6 ? failures - 1 : 5);
    return wait < SECONDS(25) ? wait : SECONDS(25);
}

fallible office_talks_start(Arena *a, Office *o)
{
    if (!o->set->server.n) return NULL;
    if (pthread_create(&o->ask.thread, NULL, office_ask, o))
        return fail(a, ERR_IO, "no thread can be started");
    must(!pthread_create(&o->tell.thread, NULL, office_tell, o)); // half an office is none
    return NULL;
}

static void talk_end(Talk *t)
{
    Http *http = atomic_load(&t->http);
    if (http) http_cancel(http);
    pthread_join(t->thread, NULL);
    http_close(atomic_load(&t->http));
    arena_free(&t->a);
}

void office_talks_end(Office *o)
{
    atomic_store(&o->ending, true);
    bell_ring(o->end_bell);
    if (!o->set->server.n) return;
    talk_end(&o->ask);
    talk_end(&o->tell);
}

fallible office_wait(Arena *a, const Office *o, int bell, i64 micros, bool *ending)
{
    int fds[] = {o->end_bell, bell};
    isize which;
    TRY(wait_readable(a, fds, COUNT(fds), micros, &which));
    if (which == 1) bell_clear(bell);
    *ending = atomic_load(&o->ending);
    return NULL;
}
