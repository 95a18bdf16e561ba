// plan: which jobs a request makes, from the file, the actions asked for and the newest job of each action.
// Pure; the rules are those of the runner of December 2023.
#pragma once
#include "study/study.h"

typedef enum PlanState {
    PLAN_NONE,
    PLAN_PENDING,
    PLAN_RUNNING,
    PLAN_SUCCEEDED,
    PLAN_FAILED
} PlanState;
Str plan_state_name(PlanState); // "pending", …
bool plan_state_named(Str name, PlanState *out);

typedef struct PlanRequest {
    StrList actions; // as asked for, in that order; run_all stands for all
    Map latest; // action to PlanState *: its newest job in the workspace that was not cancelled
    bool force; // also run again what succeeded
    bool codelists_ok;
    bool dummy; // the site has made-up data only
    Str workspace;
} PlanRequest;
void plan_latest(Arena *, PlanRequest *, Str action, PlanState);

typedef struct PlanWait {
    Str action;
    bool old; // for a job of an earlier request, else for one of this plan
} PlanWait;
typedef struct PlanJob {
    Str name;                  // the action, or "__error__"
    const StudyAction *action; // NULL: nothing is to be run
    PlanState state;
    Str message;
    PlanWait *waits; // waits_n of them, in the order of needs
    isize waits_n;
    StrList inputs_from; // all needs
    StrList
        words; // what is executed; for a reusable action what its own command is given, see study/command.h
    bool reusable, database;
} PlanJob;
typedef struct Plan {
    PlanJob *jobs; // in the order in which they are made: what is awaited comes first
    isize n;
    bool refused; // one job, __error__, failed: the request cannot be run
} Plan;
// Never fails: a request that cannot be run gives the __error__ job, one that has nothing to do a succeeded job.
Plan plan_make(Arena *, const Study *, const PlanRequest *);
