// results: what happens to a job's files once its program has ended: into the stores, the manifest and the logs.
//
// Repeatable: whatever was copied already is copied again to the same place.
#pragma once
#include "runner/executor.h"
#include "runner/runner.h"

// How the program ended, as far as its executor can tell.
typedef struct ResultEnd {
    i64 exit_code;
    Str say;
    Time finished;
    bool no_outputs; // what lies in the workspace is not to be looked at
    int log;         // an open descriptor of what it printed, -1: nothing
    Str metrics;     // JSON
    Str box;         // JSON, for metadata.json
    Str image;
} ResultEnd;

// A job that was cancelled leaves its log in the log folder and nothing else. Durable when it returns NULL.
fallible results_keep(Arena *, const RunnerSettings *, const ExecJob *, Str workspace, Time since,
                      const ResultEnd *, ExecResult *out);
Str results_text(Arena *, const ExecResult *);
fallible results_read(Arena *, Str text, ExecResult *out);
