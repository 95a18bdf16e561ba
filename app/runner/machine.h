// machine: what to do next with one job, decided from plain facts; no clock, no disk, no database.
//
// The loop gathers RunFacts, asks run_step, records the decision and only then does the call. Everything may be
// repeated: after a crash the same facts give the same decision, and every call of an executor is repeatable.
#pragma once
#include "base/time.h"
#include "runner/states.h"

// What the executor knows of a job.
typedef enum ExecState {
    EXEC_UNKNOWN,   // nothing of it exists
    EXEC_PREPARED,  // code and inputs are in place
    EXEC_EXECUTING, // its program runs
    EXEC_EXECUTED,  // its program has ended
    EXEC_FINALIZED, // its results are recorded
} ExecState;

typedef enum RunCancel { CANCEL_NONE, CANCEL_BY_USER, CANCEL_BY_ADMIN } RunCancel;

// How a job ended, as its executor recorded it.
typedef struct RunOutcome {
    i64 exit_code;
    Str say;           // the executor's own explanation, or empty
    StrList unmatched; // patterns without a file
    isize excluded;    // moderately sensitive files that were kept out of level 4
} RunOutcome;

typedef enum RunMode { MODE_NORMAL, MODE_DB_MAINTENANCE } RunMode;

typedef struct RunFacts {
    RunCode code;
    RunCancel cancel;
    ExecState exec;
    const RunOutcome *outcome; // when FINALIZED
    Str failed;                // why a call failed for good; empty otherwise
    bool refused;              // the last call was refused for want of resources
    bool paused;
    RunMode mode;
    bool uses_database;
    bool dependency_failed, dependency_open;
    double weight, weight_running, weight_limit;
    i64 database_running, database_limit;
} RunFacts;

typedef enum RunCall {
    CALL_NONE,
    CALL_PREPARE,
    CALL_EXECUTE,
    CALL_TERMINATE, // kill the program; its end is seen later
    CALL_FINALISE,
    CALL_CLEANUP, // kill what runs, remove everything
} RunCall;

typedef struct RunDecision {
    RunCode code; // to be recorded before the call
    Str message;
    RunCall call;
} RunDecision;

// The decision for a job that is not in a final state and for which no call is under way.
RunDecision run_step(Arena *, const RunFacts *);
// The final code and message of a job that ran to its end.
RunDecision run_ended(Arena *, const RunOutcome *, bool uses_database);
Str run_call_name(RunCall);

// What decides who is handled first.
typedef struct RunTurn {
    bool running;
    i64 running_in_workspace;
    bool uses_database;
    Time created;
    i64 place; // order of creation among equals
} RunTurn;
// Below 0 when x comes before y: running ones; then the workspace with fewest running; database jobs; the oldest.
int run_turn_cmp(const RunTurn *x, const RunTurn *y);
