// The page of one request: its state, plan, jobs and configuration; cancelling it.
#include "base/str.h"
#include "job/pages.h"
#include "job/rows.h"
#include "job/text.h"
#include "web/event.h"
#include "web/frame.h"
#include "web/piece.h"

enum {
    JOBS_SHOWN = 200,
    DEFINITION_SHOWN = 10000,   // longer ones have brought browsers down
    DEFINITION_LINKED = 1 << 20 // longer ones are not read for links
};

fallible job_request_of(Req *q, JobRequest *out)
{
    i64 id;
    if (!str_i64(req_param(q, "request"), &id))
        return fail(q->a, ERR_NOT_FOUND, "There is no such job request.");
    TRY(job_request_get(q->db, q->a, id, out));
    bool here = str_eq(out->workspace_name, req_param(q, "workspace")) &&
                str_eq(out->project_slug, req_param(q, "project")) &&
                str_eq(out->org_slug, req_param(q, "org"));
    return here ? NULL
                : fail(q->a, ERR_NOT_FOUND, "There is no such job request in this workspace.");
}

// What is failed or running is looked for first.
static int urgency(const Job *j)
{
    if (str_eq(j->status, S("failed"))) return 0;
    if (str_eq(j->status, S("running"))) return 1;
    return str_eq(j->status, S("pending")) ? 2 : 3;
}

static int by_urgency(const void *x, const void *y)
{
    const Job *l = x, *r = y;
    int d = urgency(l) - urgency(r);
    return d ? d : (l->id > r->id) - (l->id < r->id);
}

// The picture: the jobs of this request and the needs between them, which all rules read alike.
static Dag picture(Req *q, const JobRequest *r, const JobList *jobs, const Study *study)
{
    Map place = {0};
    isize needs_n = 0, needs_cap = 0;
    DagAction *v = make(q->a, DagAction, jobs->n);
    for (isize i = 0; i < jobs->n; i++) {
        const Job *j = &jobs->v[i];
        v[i] = (DagAction){j->action, job_word(j->status, j->status_code, j->status_message),
                           job_path(q->a, r, j->identifier)};
        *map_at(q->a, &place, j->action) = &v[i];
    }
    for (isize i = 0; i < study->n; i++)
        needs_cap += study->actions[i].needs_n;
    DagNeed *needs = make(q->a, DagNeed, needs_cap);
    for (isize i = 0; i < study->n; i++) {
        const StudyAction *action = &study->actions[i];
        const DagAction *after = map_get(&place, action->name);
        for (isize k = 0; after && k < action->needs_n; k++) {
            const DagAction *before = map_get(&place, action->needs[k].action);
            if (before) needs[needs_n++] = (DagNeed){before - v, after - v};
        }
    }
    return dag_layout(q->a, v, jobs->n, needs, needs_n, DAG_COLUMN_MAX);
}

static Timeline times(Req *q, const JobRequest *r, const JobList *jobs)
{
    TimelineJob *v = make(q->a, TimelineJob, jobs->n + 1);
    for (isize i = 0; i < jobs->n; i++) {
        const Job *j = &jobs->v[i];
        v[i] = (TimelineJob){j->action, job_word(j->status, j->status_code, j->status_message),
                             job_path(q->a, r, j->identifier), j->started_at, j->completed_at};
    }
    return timeline_layout(q->a, v, jobs->n, q->now);
}

// What changes while jobs run.
static fallible live_read(Req *q, const JobRequest *r, JobRequestPage *p, JobList *jobs)
{
    JobErrorOf error;
    JobRuntime runtime;
    JobRequestDefinition definition;
    p->r = r;
    p->now = q->now;
    p->jobs = jobs;
    p->is_full = req_query(q, "all").n > 0;
    TRY(job_of_request(q->db, q->a, r->id, jobs));
    TRY(job_request_why(q->db, q->a, q->now, r, &p->why));
    TRY(job_error_of(q->db, q->a, r->id, &error));
    TRY(job_runtime(q->db, q->a, r->id, &runtime));
    TRY(job_request_definition(q->db, q->a, r->id, &definition));
    p->error = error.message;
    p->runtime = runtime.micros;
    p->definition = definition.text;
    if (jobs->n > 1 && !p->error.n)
        p->dag = picture(q, r, jobs, study_check(q->a, p->definition, STUDY_RULES_2023_12));
    p->timeline = times(q, r, jobs);
    if (jobs->n) qsort(jobs->v, (size_t)jobs->n, sizeof *jobs->v, by_urgency);
    p->shown = p->is_full || jobs->n < JOBS_SHOWN ? jobs->n : JOBS_SHOWN;
    return NULL;
}

static void definition_cut(JobRequestPage *p)
{
    p->definition_cut = p->definition.n > DEFINITION_SHOWN;
    isize n = p->definition_cut ? DEFINITION_SHOWN : p->definition.n;
    while (n > 0 && n < p->definition.n && ((u8)p->definition.s[n] & 0xC0) == 0x80)
        n--;
    p->definition = str_take(p->definition, n);
}

fallible job_request_get_page(Req *q)
{
    JobRequest r;
    JobList jobs;
    JobRequestPage p = {0};
    TRY(job_request_of(q, &r));
    TRY(live_read(q, &r, &p, &jobs));
    const Study *study = p.definition.n <= DEFINITION_LINKED
                             ? study_check(q->a, p.definition, STUDY_RULES_2023_12)
                             : NULL;
    definition_cut(&p);
    p.pipeline = script_text(q->a, p.definition, study, r.repo, r.sha);
    job_actions_read(q->a, r.requested_actions, &p.actions);
    job_actions_read(q->a, r.cancelled_actions, &p.cancelled);
    p.may_cancel = job_request_may_cancel(q, &r);
    p.may_run = req_may_in(q, PERM_JOB_RUN, (Scope){r.org, r.project, r.workspace, 0});
    p.csrf = csrf_field(q);
    frame_head(q, arena_fmt(q->a, "Job request %lld", (long long)r.id));
    job_request_page(&q->answer.body, &p);
    frame_foot(q);
    return NULL;
}

static fallible request_render(Req *q)
{
    JobRequest r;
    JobList jobs;
    JobRequestPage p = {0};
    TRY(job_request_of(q, &r));
    TRY(live_read(q, &r, &p, &jobs));
    job_request_live(&q->answer.body, &p);
    return NULL;
}

fallible job_request_stream(Req *q, fallible (*render)(Req *))
{
    i64 id = 0;
    if (!str_i64(req_param(q, "request"), &id))
        return fail(q->a, ERR_NOT_FOUND, "There is no such job request.");
    return event_stream(q, job_topic_request(q->a, id), render);
}

fallible job_request_get_live(Req *q)
{
    return job_request_stream(q, request_render);
}

fallible job_request_get_text(Req *q)
{
    JobRequest r;
    JobRequestDefinition text;
    TRY(job_request_of(q, &r));
    TRY(job_request_definition(q->db, q->a, r.id, &text));
    q->answer.mime = S("text/plain; charset=utf-8");
    q->answer.sandboxed = true;
    buf_put(&q->answer.body, text.text);
    return NULL;
}

fallible job_request_post_cancel(Req *q)
{
    JobRequest r;
    TRY(job_request_of(q, &r));
    if (!job_request_may_cancel(q, &r))
        return fail(q->a, ERR_NOT_FOUND, "There is no such page, or none that you may see.");
    bool late = !r.is_active || r.cancelled_at;
    TRY(job_request_stop(q, q->db, &r));
    if (late) q->noted = true; // nothing changed, so there is nothing to note
    answer_flash(q, late ? FLASH_WARNING : FLASH_DONE,
                 late ? "Nothing was cancelled: the request had ended or was cancelled before"
                      : "The request is cancelled");
    return answer_redirect(q, job_request_path(q->a, &r, "/"));
}

// The old short address.
fallible job_request_moved(Req *q)
{
    i64 id;
    JobRequest r;
    if (!str_i64(req_param(q, "request"), &id))
        return fail(q->a, ERR_NOT_FOUND, "There is no such job request.");
    TRY(job_request_get(q->db, q->a, id, &r));
    return answer_redirect(q, job_request_path(q->a, &r, "/"));
}
