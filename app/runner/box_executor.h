// box_executor: runs jobs in boxes of this machine.
//
//     SITE/jobs/ID/workspace   what the job sees as /workspace: code, inputs, what it makes
//     SITE/jobs/ID/prepared    its workspace is complete; holds when, and in which life of the machine
//     SITE/jobs/ID/plan        what its box is made of, for people
//     SITE/jobs/ID/box/        the folder of app/box: log, result
//     SITE/jobs/ID/result.json its results are recorded
// Nothing in there survives the machine's end for sure: what was prepared before is prepared again, what had begun is
// lost, and that is what the job's message says.
#pragma once
#include "box/host.h"
#include "runner/executor.h"
#include "runner/runner.h"

typedef struct BoxExecutor {
    const RunnerSettings *set;
    BoxHost host;
    Str boot; // this life of the machine
    struct KeeperDesk *desk;
} BoxExecutor;
// Looks at the machine once. The executor lives as long as both.
fallible box_executor_open(Arena *, const RunnerSettings *, BoxExecutor *, Executor *out);
