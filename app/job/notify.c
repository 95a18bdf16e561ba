// One mail when a request has ended: how each of its jobs went and where to look.
#include "job/notify.h"

#include "base/str.h"
#include "mail/mail.h"
#include "web/event.h"
#include "web/gate.h"

static Str asked_for(Arena *a, const JobRequest *r, const JobList *jobs)
{
    if (jobs->n == 1) return jobs->v[0].action;
    i64 good = r->jobs_succeeded, all = r->jobs;
    i64 n = str_eq(r->status, S("succeeded")) ? good : all - good;
    return arena_fmt(a, "%lld of %lld actions", (long long)n, (long long)all);
}

Str job_notify_subject(Arena *a, const JobRequest *r, const JobList *jobs)
{
    return arena_fmt(a, "%.*s: [os %.*s] %.*s", STR(r->status), STR(r->workspace_name),
                     STR(asked_for(a, r, jobs)));
}

static void job_line(Buf *b, const JobRequest *r, const Job *j, Str origin)
{
    Str word = job_word(j->status, j->status_code, j->status_message);
    buf_fmt(b, "%.*s %.*s", STR(j->action), STR(word));
    if (j->completed_at && j->started_at)
        buf_fmt(b, " after %lld seconds",
                (long long)((j->completed_at - j->started_at) / SECONDS(1)));
    if (j->status_message.n)
        buf_fmt(b, " with the following message:\n    %.*s",
                STR(str_replace(b->a, str_take(str_printable(b->a, j->status_message), 2000),
                                S("\n"), S("\n    "))));
    buf_fmt(b, "\n    %.*s%.*s\n", STR(origin), STR(job_path(b->a, r, j->identifier)));
}

enum { LINES_MAX = 100 }; // a mail is read, a log is looked up

Str job_notify_body(Arena *a, const JobRequest *r, const JobList *jobs, Str origin)
{
    Buf b = {.a = a};
    buf_fmt(&b,
            "The job request %lld in workspace %.*s at %.*s has ended: %.*s.\n"
            "%lld of %lld jobs succeeded.\n\n",
            (long long)r->id, STR(r->workspace_name), STR(r->backend_name), STR(r->status),
            (long long)r->jobs_succeeded, (long long)r->jobs);
    isize told = 0;
    for (int good = 0; good < 2; good++) // what failed comes first
        for (isize i = 0; i < jobs->n && told < LINES_MAX; i++) {
            if (str_eq(jobs->v[i].status, S("succeeded")) != (good == 1)) continue;
            job_line(&b, r, &jobs->v[i], origin);
            told++;
        }
    if (jobs->n > told) buf_fmt(&b, "... and %td more\n", jobs->n - told);
    buf_fmt(&b,
            "\nYou can view the request here: %.*s%.*s\n\n"
            "You get this mail because the request was made with notifications.\n",
            STR(origin), STR(job_request_path(a, r, "/")));
    return buf_str(&b);
}

fallible job_notify_ended(Req *q, Db *db, const JobRequest *r)
{
    JobList jobs;
    bool queued;
    TRY(job_of_request(db, q->a, r->id, &jobs));
    req_post(q, MAIL_TOPIC);
    return mail_put(db, q->a, q->now, r->creator, job_notify_subject(q->a, r, &jobs),
                    job_notify_body(q->a, r, &jobs, q->server->origin), &queued);
}
