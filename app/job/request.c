// The rules of job requests: asking and cancelling.
#include "audit/audit.h"
#include "base/encode.h"
#include "base/str.h"
#include "job/job.h"
#include "job/own.h"
#include "job/text.h"
#include "kit/crypto.h"
#include "kit/json.h"
#include "os/random.h"
#include "web/event.h"

Str job_topic_backend(Arena *a, i64 backend)
{
    return arena_fmt(a, "backend/%lld", (long long)backend);
}

Str job_topic_request(Arena *a, i64 request)
{
    return arena_fmt(a, "job-request/%lld", (long long)request);
}

Str job_topic_workspace(Arena *a, i64 workspace)
{
    return arena_fmt(a, "workspace/%lld", (long long)workspace);
}

Str job_request_path(Arena *a, const JobRequest *r, const char *rest)
{
    return arena_fmt(a, "/%.*s/%.*s/%.*s/%lld%s", STR(r->org_slug), STR(r->project_slug),
                     STR(r->workspace_name), (long long)r->id, rest);
}

Str job_path(Arena *a, const JobRequest *r, Str identifier)
{
    return arena_fmt(a, "%.*s%.*s/", STR(job_request_path(a, r, "/")), STR(identifier));
}

// Sentences of contract 3.6.
static fallible ask_check(Arena *a, const JobAsk *ask, const JobSource *source)
{
    if (ask->workspace->is_archived)
        return fail(a, ERR_CONFLICT,
                    "You cannot create Jobs for an archived Workspace. "
                    "Contact a coordinator if you want it taken out of the archive.");
    if (!ask->actions->n)
        return fail(a, ERR_BAD_INPUT, "Please select at least one of the Actions listed above.");
    for (isize i = 0; i < ask->actions->n; i++) {
        Str name = ask->actions->v[i];
        const StudyAction *action = study_action(source->study, name);
        if (!action && !str_eq(name, S("run_all")))
            return fail(
                a, ERR_BAD_INPUT,
                "\"%.*s\" is not an action of this project.yaml; choose from the list again.",
                STR(str_printable(a, name)));
        if (action && action->database && source->codelists.n)
            return fail(a, ERR_BAD_INPUT, "%.*s The action %.*s reads the database and needs them.",
                        STR(source->codelists), STR(name));
    }
    return NULL;
}

void job_wake(Req *q, i64 request, i64 workspace, i64 backend)
{
    if (backend) req_post(q, job_topic_backend(q->a, backend));
    req_post(q, job_topic_request(q->a, request));
    req_post(q, job_topic_workspace(q->a, workspace));
    req_post(q, JOB_TOPIC_ALL);
}

static fallible note(Req *q, Db *db, const char *action, i64 request, Str details)
{
    return audit_note(db, q->a,
                      (AuditLine){.at = q->now,
                                  .actor = q->who.id,
                                  .action = str_from(action),
                                  .kind = S("job_request"),
                                  .object = arena_fmt(q->a, "%lld", (long long)request),
                                  .details = details});
}

fallible job_request_make(Req *q, Db *db, const JobAsk *ask, const JobSource *source, i64 *id)
{
    i64 changed;
    JobRequestInsert made;
    Str hash = sha256_hex(q->a, source->definition);
    TRY(ask_check(q->a, ask, source));
    Str actions = json_list_text(q->a, ask->actions);
    Str identifier = base32_encode(q->a, random_bytes(q->a, 10));
    TRY(job_definition_put(db, q->a, hash, source->definition, &changed));
    TRY(job_request_insert(db, q->a, identifier, ask->workspace->id, ask->backend, q->who.id,
                           q->now, source->sha, actions, ask->force_run, ask->will_notify,
                           !source->codelists.n, hash, &made));
    *id = made.id;
    TRY(job_text_put(db, q->a, *id, &changed));
    job_wake(q, *id, ask->workspace->id, ask->backend);
    return note(q, db, "job_request.create", *id,
                arena_fmt(q->a, "{\"identifier\":\"%.*s\",\"sha\":\"%.*s\",\"actions\":%.*s}",
                          STR(identifier), STR(source->sha), STR(actions)));
}

fallible job_request_refresh(Db *db, Arena *a, Time now, i64 id)
{
    JobRequest r;
    JobRequestFacts j;
    i64 changed;
    TRY(job_request_get(db, a, id, &r));
    TRY(job_request_facts(db, a, id, &j));
    JobFacts facts = {j.jobs,   j.pending,    j.running,      j.succeeded,
                      j.failed, j.started_at, j.completed_at, r.cancelled_at != 0};
    JobState s = job_state_derive(&facts, now);
    // the moment it ended is kept, however often the runner repeats its report
    if (!s.is_active && !facts.completed_at && r.completed_at) s.completed_at = r.completed_at;
    return job_request_state_set(db, a, id, s.status, s.is_active, j.jobs, j.succeeded, j.failed,
                                 s.started_at, s.completed_at, &changed);
}

// --- cancelling

bool job_request_may_cancel(const Req *q, const JobRequest *r)
{
    if (!q->who.id) return false;
    Scope there = {.org = r->org, .project = r->project, .workspace = r->workspace};
    return q->who.id == r->creator || req_may_in(q, PERM_JOB_CANCEL, there);
}

void job_cancelled_add(Arena *a, const JobList *jobs, StrList *cancelled)
{
    for (isize i = 0; i < jobs->n; i++)
        if (!job_status_is_final(jobs->v[i].status) && !str_list_has(cancelled, jobs->v[i].action))
            str_list_add(a, cancelled, jobs->v[i].action);
}

fallible job_request_stop(Req *q, Db *db, const JobRequest *r)
{
    JobList jobs;
    StrList cancelled = {0};
    i64 changed;
    if (!r->is_active || r->cancelled_at) return NULL;
    TRY(job_of_request(db, q->a, r->id, &jobs));
    job_actions_read(q->a, r->cancelled_actions, &cancelled);
    job_cancelled_add(q->a, &jobs, &cancelled);
    Str actions = json_list_text(q->a, &cancelled);
    TRY(job_request_cancel(db, q->a, r->id, actions, q->now, q->who.id, &changed));
    TRY(job_request_refresh(db, q->a, q->now, r->id));
    job_wake(q, r->id, r->workspace, r->backend);
    return note(q, db, "job_request.cancel", r->id,
                arena_fmt(q->a, "{\"actions\":%.*s}", STR(actions)));
}

fallible job_stop(Req *q, Db *db, const JobRequest *r, const Job *job)
{
    StrList cancelled = {0};
    i64 changed;
    job_actions_read(q->a, r->cancelled_actions, &cancelled);
    if (job_status_is_final(job->status) || str_list_has(&cancelled, job->action)) return NULL;
    str_list_add(q->a, &cancelled, job->action);
    TRY(job_request_cancelled_set(db, q->a, r->id, json_list_text(q->a, &cancelled), &changed));
    job_wake(q, r->id, r->workspace, r->backend);
    Buf details = {.a = q->a};
    JsonOut w = json_begin(&details, JSON_COMPACT);
    json_str(json_key(json_obj(&w), S("action")), job->action);
    json_end(json_str(json_key(&w, S("job")), job->identifier));
    return note(q, db, "job.cancel", r->id, buf_str(&details));
}
