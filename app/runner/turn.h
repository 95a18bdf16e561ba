// turn: what one round of the loop knows and decides about each open job; private to the loop.
#pragma once
#include "base/map.h"
#include "runner/executor.h"
#include "runner/runner.h"

typedef struct Turn {
    const RunnerJob *row;
    RunCode code;
    double weight;
    RunTurn order;
    bool skip; // an errand is under way, or it is too early to try again
    RunFacts facts;
    ExecResult result; // when its executor has finalised it
    RunDecision decision;
} Turn;
typedef struct TurnList {
    Turn **v; // in the order in which they are handled
    isize n;
    Map by_id;
    bool paused;
    RunMode mode;
    double weight_running;
    i64 database_running;
} TurnList;

// All open jobs and the flags as they stand now.
fallible turns_read(Db *, Arena *, const RunnerSettings *, TurnList *out);
// Completes the facts (dependencies, capacity) and decides. What it takes of the capacity is counted for the next ones.
fallible turn_decide(Db *, Arena *, const RunnerSettings *, TurnList *, Turn *);
// Stores the decision if it changes anything, or if the job was not heard of for a minute; *changed is then set.
fallible turn_record(Db *, Arena *, const Turn *, Time now, bool *changed);
