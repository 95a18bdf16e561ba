// box: the sandbox of one job: what it may see and use, how it is started, watched, ended and accounted for.
//
// A box is a *job folder* on disk and, while it runs, one supervising process (a child of a keeper, `tresor box`) that
// outlives whoever started it. The folder is the truth; this room writes two names into it and nothing else:
//     log      what the job printed, standard output and error together, cut at the limit
//     record   locked (flock) as long as the supervisor lives; who that is; at the end how the job ended, durable
//              (fsync) before the lock goes and only once the whole job is dead
// Every function below may be called again after a crash of the caller and does nothing twice.
// One caller at a time per job folder; different folders are independent. Needs base and os only.
#pragma once
#include <sys/types.h>

#include "base/time.h"
#include "box/host.h"
#include "box/keeper.h"
#include "box/plan.h"

// A box that was started.
typedef struct BoxRun {
    int over; // becomes readable (poll) when there is a result or the supervisor is gone: then ask box_status; the
              // caller closes it; -1 when nothing was started
} BoxRun;

typedef enum BoxState {
    BOX_ABSENT,   // never started here, or cleaned up
    BOX_RUNNING,  // its supervisor lives
    BOX_FINISHED, // there is a result
    BOX_LOST, // the supervisor died without a result (kill -9, power); nothing of the job is left running
} BoxState;

typedef enum BoxEnd {
    BOX_EXITED,        // code
    BOX_SIGNALLED,     // signal
    BOX_TIMED_OUT,     // the deadline passed and everything was killed
    BOX_KILLED,        // box_kill
    BOX_OUT_OF_MEMORY, // the kernel killed it at its memory limit
    BOX_OUT_OF_DISK,   // it wrote more to its workspace than it may, and everything was killed
    BOX_NOT_STARTED,   // `say` is the reason in one sentence
} BoxEnd;

typedef struct BoxResult {
    BoxEnd end;
    int code;   // exit code for BOX_EXITED, else 128 + signal
    int signal; // 0 when it exited by itself
    Time started, finished;
    i64 user_micros, system_micros; // processor time of the whole job
    i64 memory_peak_bytes;          // largest resident size seen, 0 when unknown
    i64 log_bytes;                  // as kept
    bool log_cut;                   // more was printed than kept
    Str say;                        // one sentence for the person who waits
} BoxResult;

typedef struct BoxStatus {
    BoxState state;
    pid_t pid;        // of the supervisor, when running
    BoxResult result; // when finished
} BoxStatus;

// Starts a box in `folder` (absolute, exists, belongs to the caller). If it already runs or has finished, nothing is
// started. Returns when the errand is in the hands of the keeper, not when the job has begun. ERR_BUSY when the keeper
// has gone: nothing was started; open another.
// As root the contents of the workspace are given to the box's own user first (links are not followed, files with
// several names are left alone) and given back to the caller when the job has ended.
fallible box_start(Arena *, const BoxKeeper *, const BoxPlan *, Str folder, BoxRun *run);
fallible box_status(Arena *, Str folder, BoxStatus *);
// Looks after a box of an earlier life of the caller: a pidfd of the supervisor, or -1 when it is no longer running.
fallible box_adopt(Arena *, Str folder, int *pidfd);
// Asks the supervisor to kill everything; the result says BOX_KILLED. No harm when it has ended already.
fallible box_kill(Arena *, Str folder);
// Removes the record (not the log) and control groups that were left. ERR_CONFLICT while it runs.
fallible box_cleanup(Arena *, Str folder);
// Runs a box to its end in this process, the job's prints going to `log` (a descriptor); no job folder, no record.
fallible box_run(Arena *, const BoxPlan *, int log, BoxResult *);

Str box_end_name(BoxEnd); // "exited", "timed_out", ...
