// Gathers what is known about a site and its jobs, for the sentence that says why nothing happens.
#include "backend/backend.h"
#include "base/str.h"
#include "job/job.h"

static fallible wait_read(Db *db, Arena *a, const JobRequest *r, JobWait *w)
{
    BackendGet b;
    JobRequestFacts f;
    TRY(backend_by_id(db, a, r->backend, &b));
    TRY(job_request_facts(db, a, r->id, &f));
    *w = (JobWait){.backend = b.name,
                   .last_seen = b.last_seen_at,
                   .alert_after = b.alert_after,
                   .cancelled = r->cancelled_at != 0};
    w->jobs = (JobFacts){.jobs = f.jobs, .pending = f.pending, .running = f.running};
    job_wait_flags(a, b.flags, w);
    return NULL;
}

fallible job_request_why(Db *db, Arena *a, Time now, const JobRequest *r, Str *out)
{
    JobWait w;
    JobWaiting most;
    bool found;
    *out = (Str){0};
    if (!r->is_active) return NULL;
    TRY(wait_read(db, a, r, &w));
    TRY(job_waiting(db, a, r->id, &most, &found));
    w.status_code = most.status_code;
    w.status_message = most.status_message;
    *out = job_wait_why(a, &w, now);
    return NULL;
}

// The unfinished jobs of the request whose outputs this one needs; all rules read needs alike.
static fallible open_needs(Db *db, Arena *a, const JobRequest *r, const Job *job, Str *out)
{
    JobRequestDefinition definition;
    JobList jobs;
    StrList open = {0};
    TRY(job_request_definition(db, a, r->id, &definition));
    TRY(job_of_request(db, a, r->id, &jobs));
    const StudyAction *action =
        study_action(study_check(a, definition.text, STUDY_RULES_2023_12), job->action);
    for (isize i = 0; action && i < action->needs_n; i++)
        for (isize k = 0; k < jobs.n; k++)
            if (str_eq(jobs.v[k].action, action->needs[i].action) &&
                !job_status_is_final(jobs.v[k].status))
                str_list_add(a, &open, jobs.v[k].action);
    *out = str_join(a, open.v, open.n, S(", "));
    return NULL;
}

fallible job_why(Db *db, Arena *a, Time now, const JobRequest *r, const Job *job, Str *out)
{
    JobWait w;
    Str needs = {0};
    *out = (Str){0};
    if (!str_eq(job->status, S("pending"))) return NULL;
    TRY(wait_read(db, a, r, &w));
    w.status_code = job->status_code;
    w.status_message = job->status_message;
    if (str_eq(job->status_code, S("waiting_on_dependencies")) ||
        str_starts(job->status_message, S("Waiting on dependencies")))
        TRY(open_needs(db, a, r, job, &needs));
    *out = job_wait_why_one(a, &w, needs, now);
    return NULL;
}
