// office: what the threads of one runner share. Everything is set before the threads start and never changes.
#pragma once
#include <pthread.h>
#include <stdatomic.h>

#include "runner/executor.h"
#include "runner/runner.h"

// A thread that speaks with the server: it ends soon after its talk was told to.
typedef struct Talk {
    pthread_t thread;
    Arena a;              // of its connections; given back only after the thread has ended
    _Atomic(Http *) http; // the one to the server, once it has one
} Talk;

typedef struct Office {
    const RunnerSettings *set;
    const Log *log;
    const Executor *exec;
    Str database;
    int jobs_bell; // the loop should look at its jobs
    int tell_bell; // the server should hear something
    int end_bell;  // rung once, never cleared: the talks end
    atomic_bool ending;
    atomic_bool jobs_changed; // somebody but the loop has added jobs or wants some cancelled
    atomic_bool tell_anyway;  // also when nothing has changed
    Talk ask, tell;
} Office;

// Each thread has its own connection.
fallible office_open_database(Arena *, const Office *, Db **out);
void office_say(const Office *, LogLevel, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

fallible office_talks_start(Arena *, Office *);
void office_talks_end(Office *); // waits until both have ended
void *office_ask(void *office);  // asks the server for requests
void *office_tell(void *office); // tells the server how jobs stand
// Waits for a bell (or -1) or the time to pass (below 0: for ever); true when the talks shall end.
fallible office_wait(Arena *, const Office *, int bell, i64 micros, bool *ending);

// How long to wait after the n-th failure in a row (from 1): a second, doubling, at most the contract's 25.
i64 office_patience(int failures);
