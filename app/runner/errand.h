// errand: one call of the executor for one job, made by a thread of its own while the loop goes on.
#pragma once
#include <pthread.h>

#include "runner/office.h"

typedef struct Errand {
    Arena a; // holds the errand itself and everything below
    const Office *office;
    RunCall call;
    ExecJob job; // filled by the loop before errand_go; all texts copied to the errand's arena
    pthread_t thread;
    atomic_bool over;
    // what came of it, once over
    Err *failed;
    ExecWatch watch;
    Str protections;
} Errand;

Errand *errand_make(const Office *, RunCall);
void errand_go(Errand *); // rings the loop's bell when it is over
bool errand_is_over(const Errand *);
void errand_end(Errand *); // after it is over: waits for the thread, gives the memory back
