// runner: takes the requests of one server, makes jobs of them, runs them beside the data and keeps their outputs.
//
// Two threads speak with the server (one asks, one tells), the main thread looks after the jobs, and short-lived
// errands do what takes long: copying, starting, recording. All of them share only the site's database.
// Everything is recorded before it is done and may be done again: the runner may be killed at any moment.
#pragma once
#include "base/log.h"
#include "enroll/enroll.h"
#include "kit/git.h"
#include "output/level4.h"
#include "study/study.h"

typedef struct RunnerPair {
    Str key, value;
} RunnerPair;
typedef struct RunnerPairs {
    RunnerPair *v;
    isize n, cap;
} RunnerPairs;
void runner_pair_add(Arena *, RunnerPairs *, Str key, Str value);
const RunnerPair *runner_pair(const RunnerPairs *, Str key); // NULL when there is none

// What the operator has set; see the option rows in runner/cli.c.
typedef struct RunnerSettings {
    Str site;              // the folder of everything that is kept
    Str server;            // base address of API v2, ending in "/api/v2/"; empty: no server
    Str backend;           // this site's name
    EnrollLink link;       // to the server
    i64 token_days;        // after which an enrolled site renews its token; 0: never
    RunnerPairs images;    // name → "host" or the folder of a root file system
    RunnerPairs databases; // name → URL handed to database jobs
    RunnerPairs weights;   // "workspace:regular expression" → weight
    StrList repositories;  // addresses that code may come from: prefixes; empty: any https address
    bool local_repositories; // file:// as well
    HttpTrust repository_trust;
    Str repository_token;
    GitPatience patience;        // with connections to repositories that break
    Str actions;                 // address below which reusable actions lie; empty: none are run
    StrList actions_chosen;      // the names of those that may be used; empty: all
    Str actions_token;           // reads them; the token of the studies never goes there
    StrList missing_protections; // walls of the box whose absence the operator accepts
    bool dummy_data;             // no database here: jobs make data up
    StudyRules rules;
    bool end_jobs;             // stopping the runner ends its jobs too
    int ready_fd, lifeline_fd; // -1: none; see admin/crew.h
    i64 workers, database_workers;
    i64 cpu_millis, memory_bytes, deadline;
    Level4Rules level4;
} RunnerSettings;

// Runs until SIGTERM or SIGINT, or until the lifeline closes; programs of jobs go on and are looked after again by the
// next runner.
fallible runner_run(Arena *, const RunnerSettings *, const Log *);

Str runner_database_path(Arena *, Str site);
// An operator's command has changed something in the database: the runner, if there is one, looks at it now.
fallible runner_knock(Arena *, Str site);
Str runner_knock_folder(Arena *, Str site);
// The weight of a job among the workers: 1 unless the operator said otherwise. The expression covers the whole name.
double runner_weight(const RunnerSettings *, Str workspace, Str action);
