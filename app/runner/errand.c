// errand: threads that do the slow calls of an executor.
#include "runner/errand.h"

#include <signal.h>

#include "os/clock.h"
#include "os/watch.h"

Errand *errand_make(const Office *office, RunCall call)
{
    Arena a = {0};
    Errand *e = make(&a, Errand, 1);
    e->a = a;
    e->office = office;
    e->call = call;
    e->watch.fd = -1;
    return e;
}

static fallible errand_do(Errand *e)
{
    const Executor *x = e->office->exec;
    Str id = e->job.row.id;
    switch (e->call) {
    case CALL_NONE:
        return NULL;
    case CALL_PREPARE:
        return x->prepare(x, &e->a, &e->job);
    case CALL_EXECUTE:
        return x->execute(x, &e->a, &e->job, &e->watch, &e->protections);
    case CALL_TERMINATE:
        return x->terminate(x, &e->a, id);
    case CALL_FINALISE:
        return x->finalise(x, &e->a, &e->job, clock_now());
    case CALL_CLEANUP:
        return x->cleanup(x, &e->a, id);
    }
    must(false && "a call of an executor");
}

static void *errand_thread(void *errand)
{
    Errand *e = errand;
    e->failed = errand_do(e);
    int bell = e->office->jobs_bell;
    atomic_store(&e->over, true); // the loop may free it from here on
    bell_ring(bell);
    return NULL;
}

void errand_go(Errand *e)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); // signals are the main thread's
    int failed = pthread_create(&e->thread, NULL, errand_thread, e);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    must(!failed);
}

bool errand_is_over(const Errand *e)
{
    return atomic_load(&e->over);
}

void errand_end(Errand *e)
{
    pthread_join(e->thread, NULL);
    Arena a = e->a; // the errand lies in its own arena
    arena_free(&a);
}
