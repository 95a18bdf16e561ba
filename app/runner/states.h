// states: the words for where a job stands, as the server and its pages know them: one row per status code.
//
// The rows are the contract's (API v2): `pending|running|succeeded|failed` is the state, the code says why.
#pragma once
#include "base/str.h"

typedef enum RunState { RUN_PENDING, RUN_RUNNING, RUN_SUCCEEDED, RUN_FAILED } RunState;
Str run_state_name(RunState);

#define RUN_INTERNAL_ERROR_TEXT                                                                    \
    "Internal error: this usually means a platform issue rather than a problem for users to "      \
    "fix.\nThe tech team are automatically notified of these errors and will be investigating."

// code, word on the wire, state, message unless a step says more
#define RUN_CODES(X)                                                                               \
    X(CREATED, "created", RUN_PENDING, "Created")                                                  \
    X(PAUSED, "paused", RUN_PENDING,                                                               \
      "Backend is currently paused for maintenance, job will start once this is completed")        \
    X(WAITING_DB_MAINTENANCE, "waiting_db_maintenance", RUN_PENDING,                               \
      "Waiting for database to finish maintenance")                                                \
    X(WAITING_ON_DEPENDENCIES, "waiting_on_dependencies", RUN_PENDING, "Waiting on dependencies")  \
    X(WAITING_ON_WORKERS, "waiting_on_workers", RUN_PENDING, "Waiting on available workers")       \
    X(WAITING_ON_DB_WORKERS, "waiting_on_db_workers", RUN_PENDING,                                 \
      "Waiting on available database workers")                                                     \
    X(WAITING_ON_REBOOT, "waiting_on_reboot", RUN_PENDING,                                         \
      "Job restarted - waiting for server to reboot")                                              \
    X(PREPARING, "preparing", RUN_RUNNING, "Preparing your code and workspace files")              \
    X(PREPARED, "prepared", RUN_RUNNING, "Prepared and ready to run")                              \
    X(EXECUTING, "executing", RUN_RUNNING, "Executing job on the backend")                         \
    X(EXECUTED, "executed", RUN_RUNNING,                                                           \
      "Job has finished executing and is waiting to be finalized")                                 \
    X(FINALIZING, "finalizing", RUN_RUNNING, "Recording job results")                              \
    X(FINALIZED, "finalized", RUN_RUNNING, "Finished recording results")                           \
    X(SUCCEEDED_CODE, "succeeded", RUN_SUCCEEDED, "Completed successfully")                        \
    X(DEPENDENCY_FAILED, "dependency_failed", RUN_FAILED, "Not starting as dependency failed")     \
    X(NONZERO_EXIT, "nonzero_exit", RUN_FAILED, "Job exited with an error")                        \
    X(CANCELLED_BY_USER, "cancelled_by_user", RUN_FAILED, "Cancelled by user")                     \
    X(UNMATCHED_PATTERNS, "unmatched_patterns", RUN_FAILED, "No outputs found matching patterns:") \
    X(INTERNAL_ERROR, "internal_error", RUN_FAILED, RUN_INTERNAL_ERROR_TEXT)                       \
    X(KILLED_BY_ADMIN, "killed_by_admin", RUN_FAILED, "An administrator killed this job")          \
    X(STALE_CODELISTS, "stale_codelists", RUN_FAILED, "Codelists are out of date")

typedef enum RunCode {
#define X(id, word, state, message) RUN_##id,
    RUN_CODES(X)
#undef X
        RUN_CODE_COUNT
} RunCode;

typedef struct RunCodeRow {
    Str word;
    RunState state;
    Str message;
} RunCodeRow;
extern const RunCodeRow run_codes[RUN_CODE_COUNT];
bool run_code_from(Str word, RunCode *out);

// The legal moves: may a job go from one code to another? Every change of a stored job asks here.
bool run_may(RunCode from, RunCode to);
