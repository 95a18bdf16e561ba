// worker: a thread of the airlock that speaks with the server and waits for more to say.
#pragma once
#include <pthread.h>

#include "base/log.h"
#include "review/visitor.h"

// The fields are the thread's own; whoever started it only stops it.
typedef struct Worker {
    const AirlockLink *link;
    struct DbPool *pool;
    struct Events *events;
    const Log *log;
    Str topic; // what wakes it
    Arena a;   // of one round
    Http *http;
    pthread_t thread;
    bool stop;
} Worker;
// `start` has link, pool, events, log and topic; `does` completes "cannot start the thread that …".
fallible worker_start(Arena *, const Worker *start, void *(*run)(void *worker), const char *does,
                      Worker **out);
bool worker_is_stopped(const Worker *);
void worker_stop(Worker *); // cancels what it asks, and waits until it has ended
