// executor: the way a job's program is run: a box of our own today, engines and clusters behind the same calls.
//
// Every call may be repeated, after it failed or after the runner died in its middle, and then does what is missing.
// ERR_BUSY means "not now": the job waits and the call is made again later. The calls of one job never overlap;
// those of different jobs run in different threads.
#pragma once
#include "output/output.h"
#include "runner/machine.h"
#include "runner/runner.gen.h"

// All that a call may need to know of a job; filled by the loop, which alone reads the database.
typedef struct ExecJob {
    RunnerJob row;
    StrList words;  // image:tag, then the arguments
    StrList inputs; // files of the high-privacy store that its needed actions produced
    OutputPattern *patterns;
    isize n_patterns;
    OutputList before; // outputs of the action's earlier run
    i64 processors;    // how many thousandths
} ExecJob;

// A program that runs: readable once it has ended.
typedef struct ExecWatch {
    int fd; // -1: nothing to watch
} ExecWatch;

typedef struct ExecResult {
    RunOutcome outcome;
    OutputList outputs;
    Str metrics; // JSON
    Time finished;
} ExecResult;

typedef struct Executor Executor;
struct Executor {
    const char *name;
    const void *self;
    fallible (*status)(const Executor *, Arena *, Str job, ExecState *out);
    fallible (*prepare)(const Executor *, Arena *, const ExecJob *);
    // *protections: JSON for the job's page: [{"name", "on", "why"}].
    fallible (*execute)(const Executor *, Arena *, const ExecJob *, ExecWatch *, Str *protections);
    fallible (*adopt)(const Executor *, Arena *, Str job,
                      ExecWatch *);                 // one that runs since an earlier life
    void (*collect)(const Executor *, ExecWatch *); // after it became readable
    fallible (*terminate)(const Executor *, Arena *, Str job);
    fallible (*finalise)(const Executor *, Arena *, const ExecJob *, Time now);
    fallible (*result)(const Executor *, Arena *, Str job, ExecResult *); // of a finalised job
    fallible (*cleanup)(const Executor *, Arena *, Str job);
    fallible (*present)(const Executor *, Arena *,
                        StrList *jobs); // every job it holds something of
};
