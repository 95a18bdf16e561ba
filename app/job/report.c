// A runner tells how the jobs of a request stand.
#include "base/log.h"
#include "base/str.h"
#include "job/notify.h"
#include "job/own.h"
#include "job/text.h"
#include "kit/json.h"
#include "mail/mail.h"
#include "web/event.h"
#include "web/gate.h"

// Failures that no user can repair: the operators are told (contract 2.4).
static bool is_alarming(Arena *a, const JobReport *j)
{
    static const char *const texts[] = {"internal error", "something went wrong with the database",
                                        "ran out of memory"};
    Str message = str_lower(a, j->status_message);
    for (isize i = 0; i < COUNT(texts); i++)
        if (str_eq(j->status, S("failed")) && str_has(message, str_from(texts[i]))) return true;
    return false;
}

// Once for a job: when it fails, not each time the runner repeats it.
static fallible report_alert(Req *q, Db *db, const JobRequest *r, const JobReport *j)
{
    JobStatusBefore before;
    bool found, queued;
    JobOperators operators;
    if (!is_alarming(q->a, j)) return NULL;
    TRY(job_status_before(db, q->a, j->identifier, &before, &found));
    if (found && job_status_is_final(before.status)) return NULL;
    log_line(q->server->log, q->now, LOG_ERROR, "job", "job %.*s (%.*s) at %.*s failed: %.*s",
             STR(j->identifier), STR(j->action), STR(r->backend_slug),
             STR(job_first_line(q->a, j->status_message)));
    TRY(job_operators(db, q->a, &operators));
    Str subject = arena_fmt(q->a, "failed: [os %.*s] %.*s needs an operator",
                            STR(r->workspace_name), STR(j->action));
    Str body = arena_fmt(
        q->a,
        "At %.*s the job %.*s failed in a way that its owner cannot repair:\n\n%.*s\n\n%.*s%.*s\n",
        STR(r->backend_name), STR(j->identifier), STR(str_printable(q->a, j->status_message)),
        STR(q->server->origin), STR(job_path(q->a, r, j->identifier)));
    req_post(q, MAIL_TOPIC);
    for (isize i = 0; i < operators.n; i++)
        TRY(mail_put(db, q->a, q->now, operators.v[i].id, subject, body, &queued));
    return NULL;
}

static fallible report_put(Db *db, Arena *a, const JobRequest *r, const JobReport *j, i64 *changed)
{
    return job_put(db, a, j->identifier, r->id, r->workspace, r->backend, j->action, j->status,
                   j->status_code, j->status_message, j->run_command, j->requires_db, j->created_at,
                   j->updated_at, j->started_at, j->completed_at, j->trace_context, j->metrics,
                   j->protections, changed);
}

// Somebody cancelled the whole request before the runner had made these jobs; it is told of them now.
static fallible late_jobs_cancel(Db *db, Arena *a, const JobRequest *r)
{
    JobList jobs;
    StrList cancelled = {0};
    i64 changed;
    TRY(job_of_request(db, a, r->id, &jobs));
    job_actions_read(a, r->cancelled_actions, &cancelled);
    isize before = cancelled.n;
    job_cancelled_add(a, &jobs, &cancelled);
    if (cancelled.n == before) return NULL;
    return job_request_cancelled_set(db, a, r->id, json_list_text(a, &cancelled), &changed);
}

fallible job_request_take_report(Req *q, Db *db, const JobRequest *r, const JobReport *jobs,
                                 isize n)
{
    StrList kept = {0};
    i64 changes = 0, dropped, changed;
    for (isize i = 0; i < n; i++) {
        TRY(report_alert(q, db, r, &jobs[i]));
        TRY(report_put(db, q->a, r, &jobs[i], &changed));
        changes += changed;
        str_list_add(q->a, &kept, jobs[i].identifier);
    }
    TRY(job_drop_missing(db, q->a, r->id, json_list_text(q->a, &kept), &dropped));
    if (!changes && !dropped) return NULL;
    TRY(job_newest_take(db, q->a, r->id, &changed));
    if (dropped) TRY(job_newest_repair(db, q->a, r->workspace, &changed));
    if (r->cancelled_at) TRY(late_jobs_cancel(db, q->a, r));
    TRY(job_request_refresh(db, q->a, q->now, r->id));
    JobRequest now;
    TRY(job_request_get(db, q->a, r->id, &now));
    if (now.jobs != r->jobs || dropped) TRY(job_text_put(db, q->a, r->id, &changed));
    // a runner that told of jobs which were cancelled meanwhile is asked to come again at once
    bool retell = r->cancelled_at && now.is_active;
    job_wake(q, r->id, r->workspace, retell ? r->backend : 0);
    bool ended = r->is_active && !now.is_active;
    return ended && now.will_notify ? job_notify_ended(q, db, &now) : NULL;
}
