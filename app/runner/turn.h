// turn: what one round of the loop knows and decides about each open job; private to the loop.
#pragma once
#include "base/map.h"
#include "runner/executor.h"
#include "runner/runner.h"

typedef struct Turn {
    RunnerJob *row; // as stored
    RunCode code;
    double weight;
    RunTurn order;
    bool skip; // an errand is under way, or it is too early to try again
    RunFacts facts;
    ExecResult result; // when its executor has finalised it
    RunDecision decision;
} Turn;
typedef struct TurnList {
    Turn **v; // open jobs, in the order in which they are handled
    isize n;
    Map by_id; // all rows that were given
    bool paused;
    RunMode mode;
    double weight_running;
    i64 database_running;
} TurnList;

// The turns of the open ones among these rows, with the flags as they stand now.
fallible turns_make(Db *, Arena *, const RunnerSettings *, const RunnerJobList *, TurnList *out);
// Completes the facts (dependencies, capacity) and decides. What it takes of the capacity is counted for the next ones.
fallible turn_decide(Db *, Arena *, const RunnerSettings *, TurnList *, Turn *);
// Stores the decision if it changes anything, or if the job was not heard of for a minute; *changed is then set.
fallible turn_record(Db *, Arena *, const Turn *, Time now, bool *changed);
// After the decision was stored: the row says so, too. Its message is copied to the rows' arena.
void turn_keep(Arena *rows, const Turn *, Time now);
