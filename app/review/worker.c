// Starting and stopping a thread that may be in the middle of asking.
#include "review/worker.h"

#include "web/event.h"

fallible worker_start(Arena *a, const Worker *start, void *(*run)(void *), const char *does,
                      Worker **out)
{
    Worker *w = make(a, Worker, 1);
    *w = *start;
    TRY(http_open(a, &w->link->trust, &w->http));
    if (pthread_create(&w->thread, NULL, run, w))
        return fail(a, ERR_IO, "cannot start the thread that %s", does);
    *out = w;
    return NULL;
}

bool worker_is_stopped(const Worker *w)
{
    return __atomic_load_n(&w->stop, __ATOMIC_ACQUIRE);
}

void worker_stop(Worker *w)
{
    __atomic_store_n(&w->stop, true, __ATOMIC_RELEASE);
    http_cancel(w->http);
    events_post(w->events, w->topic);
    pthread_join(w->thread, NULL);
    http_close(w->http);
    arena_free(&w->a);
}
