// request: a request checked, its project read, its jobs planned and stored.
#include "runner/request.h"

#include "kit/json.h"
#include "os/random.h"
#include "runner/code.h"
#include "runner/definition.h"
#include "runner/reusable.h"
#include "study/command.h"
#include "study/plan.h"

typedef struct Draft {
    Office *office;
    Db *db;
    Arena *a;
    const WireRequest *request;
    Time now;
    Str trace;
    RunnerJobList latest;
    ReusableFound reusable;
    RunnerJob *jobs; // to be stored; only what runner_job_add takes is set
    isize n;
} Draft;

static Err *as(Err *e, Str code)
{
    e->code = code;
    return e;
}

// --- jobs

static RunnerJob *job_draft(Draft *d, Str action, RunCode code, Str message)
{
    RunnerJob *j = &d->jobs[d->n++];
    *j = (RunnerJob){
        .id = wire_job_id(d->a, d->request->id, action),
        .request = d->request->id,
        .workspace = d->request->workspace,
        .action = action,
        .state = run_state_name(run_codes[code].state),
        .code = run_codes[code].word,
        .message = message,
        .repo_url = d->request->repo,
        .commit_sha = d->request->sha,
        .code_url = d->request->repo,
        .code_commit = d->request->sha,
        .branch = d->request->branch,
        .database_name = d->request->database,
        .words = S("[]"),
        .needs = S("[]"),
        .waits = S("[]"),
        .spec = S("{}"),
        .trace = d->trace,
    };
    return j;
}

static Str spec_text(Arena *a, const StudyAction *action)
{
    Buf b = {.a = a};
    JsonOut w = json_begin(&b, JSON_COMPACT);
    json_obj(&w);
    for (isize i = 0; i < action->outputs_n; i++) {
        const StudyOutput *o = &action->outputs[i];
        bool first = !i || action->outputs[i - 1].level != o->level;
        if (first && i) json_end(&w);
        if (first) json_obj(json_key(&w, study_level_name(o->level)));
        json_str(json_key(&w, o->name), o->pattern);
    }
    if (action->outputs_n) json_end(&w);
    json_end(&w);
    return buf_str(&b);
}

static Str waits_text(Draft *d, const PlanJob *job)
{
    StrList ids = {0};
    for (isize i = 0; i < job->waits_n; i++) {
        Str id = wire_job_id(d->a, d->request->id, job->waits[i].action);
        for (isize k = 0; job->waits[i].old && k < d->latest.n; k++)
            if (str_eq(d->latest.v[k].action, job->waits[i].action)) id = d->latest.v[k].id;
        str_list_add(d->a, &ids, id);
    }
    return json_list_text(d->a, &ids);
}

static fallible database_check(Draft *d)
{
    const RunnerSettings *set = d->office->set;
    if (set->dummy_data || runner_pair(&set->databases, d->request->database)) return NULL;
    return as(fail(d->a, ERR_BAD_INPUT,
                   "Database name '%.*s' is not currently defined for backend '%.*s'",
                   STR(d->request->database), STR(set->backend)),
              S("JobRequestError"));
}

// What is executed, and whose code it is: an image of this site runs the study's, a reusable action its own.
static fallible command_draft(Draft *d, const PlanJob *p, RunnerJob *j)
{
    const RunnerSettings *set = d->office->set;
    StrList words = p->words;
    Str image = words.n ? words.v[0] : S(""), name, tag;
    str_cut(image, ':', &name, &tag);
    if (p->reusable && !runner_pair(&set->images, name) && !runner_pair(&set->images, image)) {
        const Reusable *r;
        TRY(reusable_find(d->a, set, p->name, image, &d->reusable, &r));
        TRY(reusable_words(d->a, r, p->name, &p->words, &words));
        j->code_url = r->url;
        j->code_commit = r->commit;
    }
    j->words = json_list_text(d->a, &words);
    j->run_command = command_join(d->a, &words);
    return NULL;
}

static RunCode planned_code(const PlanJob *job)
{
    if (job->state == PLAN_SUCCEEDED) return RUN_SUCCEEDED_CODE;
    return job->state == PLAN_FAILED ? RUN_INTERNAL_ERROR : RUN_CREATED;
}

static fallible planned_draft(Draft *d, const Plan *plan)
{
    d->jobs = make(d->a, RunnerJob, plan->n);
    for (isize i = 0; i < plan->n; i++) {
        const PlanJob *p = &plan->jobs[i];
        RunCode code = planned_code(p);
        RunnerJob *j =
            job_draft(d, p->name, code, p->message.n ? p->message : run_codes[code].message);
        if (!p->action) continue;
        if (p->database) TRY(database_check(d));
        TRY(command_draft(d, p, j));
        j->needs = json_list_text(d->a, &p->inputs_from);
        j->waits = waits_text(d, p);
        j->spec = spec_text(d->a, p->action);
        j->requires_db = p->database;
    }
    return NULL;
}

// --- the project

static Err *project_refused(Arena *a, const Study *study)
{
    enum { SHOWN = 10 };
    Buf b = {.a = a};
    for (isize i = 0; i < study->problems.n && i < SHOWN; i++) {
        const StudyProblem *p = &study->problems.v[i];
        buf_fmt(&b, "%sline %u: %.*s", i ? "\n" : "", p->line, STR(p->message));
    }
    if (study->problems.n > SHOWN) buf_fmt(&b, "\nand %td more", study->problems.n - SHOWN);
    Str text = buf_str(&b);
    bool yaml = str_starts(study->problems.v[0].code, S("YAML"));
    return as(fail(a, ERR_BAD_INPUT, "Invalid project.yaml: %.*s", STR(text)),
              yaml ? S("YAMLError") : S("ProjectValidationError"));
}

static PlanState plan_state_of(Str state)
{
    PlanState out = PLAN_NONE;
    must(plan_state_named(state, &out)); // the database holds our own words
    return out;
}

static fallible plan_draft(Draft *d)
{
    const RunnerSettings *set = d->office->set;
    const WireRequest *r = d->request;
    Str text;
    bool found;
    TRY(code_file(d->a, set, r->repo, r->sha, S("project.yaml"), &text, &found));
    if (!found)
        return as(fail(d->a, ERR_BAD_INPUT, "No project.yaml file found in %.*s", STR(r->repo)),
                  S("ProjectValidationError"));
    const Study *study = study_check(d->a, text, set->rules);
    if (study->problems.n) return project_refused(d->a, study);
    PlanRequest p = {.actions = r->actions,
                     .force = r->force,
                     .codelists_ok = r->codelists_ok,
                     .dummy = set->dummy_data,
                     .workspace = r->workspace};
    TRY(runner_jobs_latest(d->db, d->a, r->workspace, &d->latest));
    for (isize i = 0; i < d->latest.n; i++)
        plan_latest(d->a, &p, d->latest.v[i].action, plan_state_of(d->latest.v[i].state));
    Plan plan = plan_make(d->a, study, &p);
    return planned_draft(d, &plan);
}

static fallible request_check(Draft *d)
{
    const WireRequest *r = d->request;
    if (r->fault.n)
        return as(fail(d->a, ERR_BAD_INPUT, "%.*s", STR(r->fault)), S("JobRequestError"));
    TRY(code_check_address(d->a, d->office->set, r->repo));
    if (!r->actions.n)
        return as(fail(d->a, ERR_BAD_INPUT, "At least one action must be supplied"),
                  S("JobRequestError"));
    if (!r->workspace.n)
        return as(fail(d->a, ERR_BAD_INPUT, "Workspace name cannot be blank"),
                  S("JobRequestError"));
    if (!output_workspace_is_valid(r->workspace))
        return as(fail(d->a, ERR_BAD_INPUT,
                       "Invalid workspace name (allowed are alphanumeric, dash and underscore)"),
                  S("JobRequestError"));
    return code_fetch(d->a, d->office->set, r->repo, r->branch, r->sha, r->repo_token);
}

// --- storing

static fallible cancels_store(Draft *d)
{
    const StrList *actions = &d->request->cancelled;
    i64 changed, any = 0;
    for (isize i = 0; i < actions->n; i++) {
        TRY(runner_jobs_cancel(d->db, d->a, d->request->id, actions->v[i], d->now, &changed));
        any += changed;
    }
    return any ? runner_request_changed(d->db, d->a, d->request->id, &changed) : NULL;
}

static fallible draft_store(Draft *d)
{
    const WireRequest *r = d->request;
    RunnerPlace last;
    i64 changed;
    TRY(runner_request_add(d->db, d->a, r->id, r->workspace, r->original, d->now, &changed));
    TRY(runner_place(d->db, d->a, &last));
    for (isize i = 0; i < d->n; i++) {
        const RunnerJob *j = &d->jobs[i];
        bool open = str_eq(j->state, run_state_name(RUN_PENDING));
        TRY(runner_job_add(d->db, d->a, j->id, j->request, last.place + i, j->workspace, j->action,
                           j->state, j->code, j->message, j->repo_url, j->commit_sha, j->code_url,
                           j->code_commit, j->branch, j->database_name, j->requires_db,
                           j->run_command, j->words, j->needs, j->waits, j->spec, j->trace, open,
                           d->now, open ? 0 : d->now, &changed));
    }
    return cancels_store(d);
}

static void error_draft(Draft *d, const Err *e)
{
    Str name = e->code.n ? e->code : S("JobRequestError");
    bool ours = !e->code.n && (e->kind == ERR_BUG || e->kind == ERR_IO);
    Str text = ours ? S("Internal error") : e->say;
    office_say(d->office, LOG_WARNING, "request %.*s cannot be run: %.*s", STR(d->request->id),
               STR(e->say));
    d->jobs = make(d->a, RunnerJob, 1);
    d->n = 0;
    job_draft(d, S("__error__"), RUN_INTERNAL_ERROR,
              arena_fmt(d->a, "%.*s: %.*s", STR(name), STR(text)));
}

fallible request_take(Office *office, Db *db, Arena *a, const WireRequest *r, Time now)
{
    Draft d = {.office = office, .db = db, .a = a, .request = r, .now = now};
    RunnerRequest known;
    bool found;
    TRY(runner_request_by_id(db, a, r->id, &known, &found));
    if (found && !r->cancelled.n) return NULL;
    if (!found) {
        d.trace = arena_fmt(a, "{\"traceparent\":\"00-%.*s-%.*s-01\"}", STR(random_hex(a, 16)),
                            STR(random_hex(a, 8)));
        Err *e = request_check(&d);
        if (!e) e = plan_draft(&d);
        if (e) error_draft(&d, e);
    }
    TRY(db_begin(db, a));
    return db_settle(db, a, found ? cancels_store(&d) : draft_store(&d));
}
