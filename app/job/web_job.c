// The page of one job, and cancelling it.
#include "base/str.h"
#include "job/pages.h"
#include "job/rows.h"
#include "job/text.h"
#include "kit/json.h"
#include "web/event.h"
#include "web/frame.h"
#include "web/piece.h"

enum { STALE_MINUTES = 30, WALLS_MAX = 64, DEFINITION_LINKED = 1 << 20 };

// Identifiers are base32 in lower case; everything that begins so sorts before `beyond`.
static fallible find_job(Req *q, Str prefix, Job *out)
{
    JobList list = {0};
    if (prefix.n)
        TRY(job_by_prefix(q->db, q->a, prefix, arena_fmt(q->a, "%.*s\x7F", STR(prefix)), &list));
    for (isize i = 0; i < list.n; i++)
        if (list.n == 1 || str_eq(list.v[i].identifier, prefix)) {
            *out = list.v[i];
            return NULL;
        }
    return fail(q->a, ERR_NOT_FOUND,
                list.n ? "Several jobs begin with these letters; give more of them."
                       : "There is no such job.");
}

fallible job_of(Req *q, const JobRequest *r, Job *out)
{
    TRY(find_job(q, req_param(q, "job"), out));
    return out->job_request == r->id
               ? NULL
               : fail(q->a, ERR_NOT_FOUND, "There is no such job in this request.");
}

static void metric_add(JobPage *p, Arena *a, const Json *metrics, const char *key, const char *name,
                       const char *unit)
{
    const Json *value = json_get(metrics, str_from(key));
    JsonKind kind = json_kind(value);
    if (kind != JSON_INT && kind != JSON_REAL) return;
    p->metrics[p->metrics_n++] =
        (JobMetric){name, arena_fmt(a, "%.0f %s", json_as_real(value, 0), unit)};
}

static void metrics_read(JobPage *p, Arena *a)
{
    const Json *m = NULL;
    if (json_parse(a, p->job->metrics, &m)) return;
    metric_add(p, a, m, "cpu_mean", "Processor, mean", "%");
    metric_add(p, a, m, "cpu_peak", "Processor, peak", "%");
    metric_add(p, a, m, "mem_mb_mean", "Memory, mean", "MB");
    metric_add(p, a, m, "mem_mb_peak", "Memory, peak", "MB");
}

// Each wall is {"name", "on", "why"}, or just its name when it is on.
static void walls_read(JobPage *p, Arena *a)
{
    const Json *list = NULL;
    if (json_parse(a, p->job->protections, &list)) return;
    JobWall *v = make(a, JobWall, WALLS_MAX);
    for (JsonWalk w = json_walk(list); json_next(&w) && p->walls_n < WALLS_MAX;) {
        bool plain = json_kind(w.value) == JSON_TEXT;
        JobWall wall = {json_get_str(w.value, S("name")), json_get_str(w.value, S("why")),
                        json_get_bool(w.value, S("on"), false)};
        if (plain) wall = (JobWall){json_as_str(w.value, S("")), S(""), true};
        if (wall.name.n) v[p->walls_n++] = wall;
    }
    p->walls = v;
}

static bool is_stale(const Job *j, Time now)
{
    return !job_status_is_final(j->status) && j->updated_at &&
           now - j->updated_at > MINUTES(STALE_MINUTES);
}

static fallible page_read(Req *q, const JobRequest *r, const Job *job, JobPage *p)
{
    StrList cancelled = {0};
    p->r = r;
    p->job = job;
    p->now = q->now;
    job_actions_read(q->a, r->cancelled_actions, &cancelled);
    p->is_cancelled = str_list_has(&cancelled, job->action);
    p->is_stale = is_stale(job, q->now);
    metrics_read(p, q->a);
    walls_read(p, q->a);
    return job_why(q->db, q->a, q->now, r, job, &p->why);
}

// A command of a reusable action names scripts of another repository; only the study's own words lead somewhere.
static fallible command_read(Req *q, JobPage *p)
{
    JobRequestDefinition definition;
    Str image, rest, own;
    TRY(job_request_definition(q->db, q->a, p->r->id, &definition));
    const Study *study = NULL;
    if (definition.text.n <= DEFINITION_LINKED)
        study = study_check(q->a, definition.text, STUDY_RULES_2023_12);
    const StudyAction *action = study ? study_action(study, p->job->action) : NULL;
    str_cut(p->job->run_command, ' ', &image, &rest);
    own = action && action->words.n ? action->words.v[0] : S("");
    if (!str_eq(own, image)) study = NULL;
    p->command = script_text(q->a, p->job->run_command, study, p->r->repo, p->r->sha);
    return NULL;
}

fallible job_get_page(Req *q)
{
    JobRequest r;
    Job job;
    JobPage p = {0};
    TRY(job_request_of(q, &r));
    TRY(job_of(q, &r, &job));
    if (!str_eq(req_param(q, "job"), job.identifier))
        return answer_redirect(q, job_path(q->a, &r, job.identifier));
    TRY(page_read(q, &r, &job, &p));
    TRY(command_read(q, &p));
    p.may_cancel = job_request_may_cancel(q, &r);
    p.csrf = csrf_field(q);
    frame_head(q, job.action);
    job_page(&q->answer.body, &p);
    frame_foot(q);
    return NULL;
}

static fallible job_render(Req *q)
{
    JobRequest r;
    Job job;
    JobPage p = {0};
    TRY(job_request_of(q, &r));
    TRY(job_of(q, &r, &job));
    TRY(page_read(q, &r, &job, &p));
    job_live(&q->answer.body, &p);
    return NULL;
}

fallible job_get_live(Req *q)
{
    return job_request_stream(q, job_render);
}

fallible job_post_cancel(Req *q)
{
    JobRequest r;
    Job job;
    TRY(job_request_of(q, &r));
    TRY(job_of(q, &r, &job));
    if (!job_request_may_cancel(q, &r))
        return fail(q->a, ERR_NOT_FOUND, "There is no such page, or none that you may see.");
    TRY(job_stop(q, q->db, &r, &job));
    bool late = !db_is_noted(q->db);
    if (late) q->noted = true; // nothing changed, so there is nothing to note
    answer_flash(q, late ? FLASH_WARNING : FLASH_DONE,
                 late ? "Nothing was cancelled: the job had ended or was cancelled before"
                      : "The job will be cancelled");
    return answer_redirect(q, job_path(q->a, &r, job.identifier));
}

fallible job_moved(Req *q)
{
    Job job;
    JobRequest r;
    TRY(find_job(q, req_param(q, "job"), &job));
    TRY(job_request_get(q->db, q->a, job.job_request, &r));
    return answer_redirect(q, job_path(q->a, &r, job.identifier));
}
