// state: what the state of a request is when its jobs are in these states, and why it waits (contract 1.3, 5.5).
//
// Pure: the same facts give the same words.
#pragma once
#include "base/time.h"

typedef struct JobFacts {
    i64 jobs, pending, running, succeeded, failed;
    Time started_at, completed_at; // least and greatest of the jobs'; 0 when none
    bool cancelled;                // somebody cancelled the whole request
} JobFacts;
typedef struct JobState {
    Str status;     // unknown pending running succeeded failed cancelled
    bool is_active; // runners are told of it
    Time started_at, completed_at;
} JobState;
JobState job_state_derive(const JobFacts *, Time now);

bool job_status_is_known(Str status); // one of the four words a job may have
bool job_status_is_final(Str status); // succeeded, failed
// What people see of a job: "cancelled" for one that failed because somebody cancelled it.
Str job_word(Str status, Str status_code, Str status_message);

// What is known when somebody asks why nothing happens.
typedef struct JobWait {
    Str backend;                     // its name
    Time last_seen;                  // 0: never
    i64 alert_after;                 // microseconds of silence until it counts as missing
    Time paused_since;               // 0: not paused
    Time maintenance_since;          // 0: the database is not in maintenance
    Str status_code, status_message; // of most jobs that wait; empty when there are no jobs
    bool cancelled;
    JobFacts jobs;
} JobWait;
// One sentence, or empty when nothing waits.
Str job_wait_why(Arena *, const JobWait *, Time now);
// The same for one job. needs: the names of unfinished jobs it waits for, "a, b".
Str job_wait_why_one(Arena *, const JobWait *, Str needs, Time now);
// Reads the runner's Flags header ({"paused":{"v":…,"ts":…},"mode":{…}}); what cannot be read is no flag.
void job_wait_flags(Arena *, Str flags, JobWait *);
