// held: the jobs of which the executor holds something, or for which an errand is under way; private to the loop.
#pragma once
#include "runner/errand.h"

typedef struct Held {
    struct Held *next;
    Arena a; // of this entry
    Str id;
    Errand *errand;  // under way
    ExecWatch watch; // its program runs
    Str failed;      // a call failed for good: what the job's message will be
    bool refused;    // a call was refused for want of resources
    bool ended;      // the job is final; only its remains are to be removed
    Time retry_at;   // nothing is tried before
    int retries;
} Held;

Held *held_find(Held *list, Str id);
Held *held_add(Held **list, Str id);
void held_remove(Held **list, Held *);
