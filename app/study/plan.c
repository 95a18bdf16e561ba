// Depth first through the needs, without recursion, in the order in which the original made its jobs.
#include "study/plan.h"
#include "study/command.h"

static const char *const state_names[] = {"", "pending", "running", "succeeded", "failed"};

Str plan_state_name(PlanState state)
{
    return str_from(state_names[state]);
}

bool plan_state_named(Str name, PlanState *out)
{
    for (int i = PLAN_PENDING; i <= PLAN_FAILED; i++)
        if (str_eq(name, str_from(state_names[i]))) {
            *out = (PlanState)i;
            return true;
        }
    return false;
}

void plan_latest(Arena *a, PlanRequest *request, Str action, PlanState state)
{
    PlanState *kept = make(a, PlanState, 1);
    *kept = state;
    *map_at(a, &request->latest, action) = kept;
}

typedef struct Visit {
    const StudyAction *action;
    isize next; // of its needs
} Visit;

typedef struct Planner {
    Arena *a;
    const Study *study;
    const PlanRequest *request;
    bool *named;      // by action: asked for by its own name
    bool *made;       // by action: has a job in the plan
    PlanState *state; // by action: of its newest job, one of this plan included
    Plan plan;
    Visit *path;
    isize depth;
} Planner;

static Plan one_job(Arena *a, Str name, PlanState state, Str message)
{
    Plan plan = {make(a, PlanJob, 1), 1, state == PLAN_FAILED};
    plan.jobs[0] = (PlanJob){.name = name, .state = state, .message = message};
    return plan;
}

static Plan refuse(Arena *a, const char *kind, Str why)
{
    return one_job(a, S("__error__"), PLAN_FAILED, arena_fmt(a, "%s: %.*s", kind, STR(why)));
}

static bool is_waiting(PlanState state)
{
    return state == PLAN_PENDING || state == PLAN_RUNNING;
}

static bool must_run(const Planner *p, const StudyAction *action)
{
    PlanState state = p->state[action->index];
    if (is_waiting(state)) return false;
    return state != PLAN_SUCCEEDED || p->named[action->index] || p->request->force;
}

static fallible add_job(Planner *p, const StudyAction *action)
{
    PlanJob *job = &p->plan.jobs[p->plan.n++];
    *job = (PlanJob){
        .name = action->name, .action = action, .state = PLAN_PENDING, .message = S("Created")};
    job->waits = make(p->a, PlanWait, action->needs_n);
    for (isize i = 0; i < action->needs_n; i++) {
        const StudyAction *need = study_action(p->study, action->needs[i].action);
        str_list_add(p->a, &job->inputs_from, need->name);
        if (is_waiting(p->state[need->index]))
            job->waits[job->waits_n++] = (PlanWait){need->name, !p->made[need->index]};
    }
    p->made[action->index] = true;
    p->state[action->index] = PLAN_PENDING;
    job->reusable = !command_is_builtin(action->image);
    job->database = study_needs_database(&action->words);
    return command_of_action(p->a, p->study, action, p->request->dummy, &job->words);
}

static fallible add_with_needs(Planner *p, const StudyAction *action)
{
    if (!must_run(p, action)) return NULL;
    p->path[p->depth++] = (Visit){action, 0};
    while (p->depth) {
        Visit *v = &p->path[p->depth - 1];
        if (v->next == v->action->needs_n) {
            p->depth--;
            TRY(add_job(p, v->action));
            continue;
        }
        const StudyAction *need = study_action(p->study, v->action->needs[v->next++].action);
        if (must_run(p, need)) p->path[p->depth++] = (Visit){need, 0};
    }
    return NULL;
}

static bool is_workspace_name(Str name)
{
    for (isize i = 0; i < name.n; i++) {
        char c = name.s[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && c != '-' && c != '_') return false;
    }
    return true;
}

// Everything about a request that can be wrong before its needs are followed. False: *out says what.
static bool is_acceptable(Arena *a, const Study *study, const PlanRequest *request, Plan *out)
{
    const StrList *asked = &request->actions;
    if (!asked->n)
        *out = refuse(a, "JobRequestError", S("At least one action must be supplied"));
    else if (!request->workspace.n)
        *out = refuse(a, "JobRequestError", S("Workspace name cannot be blank"));
    else if (!is_workspace_name(request->workspace))
        *out = refuse(a, "JobRequestError",
                      S("Invalid workspace name (allowed are alphanumeric, dash and underscore)"));
    else if (study->problems.n)
        *out = refuse(a, "ProjectValidationError",
                      arena_fmt(a, "Invalid project: %.*s", STR(study->problems.v[0].message)));
    else
        for (isize i = 0; i < asked->n; i++)
            if (!str_eq(asked->v[i], S("run_all")) && !study_action(study, asked->v[i])) {
                *out = refuse(
                    a, "UnknownActionError",
                    arena_fmt(a, "Action '%.*s' not found in project.yaml", STR(asked->v[i])));
                return false;
            }
    return !out->n;
}

static void planner_begin(Planner *p)
{
    isize n = p->study->n;
    p->named = make(p->a, bool, n + 1);
    p->made = make(p->a, bool, n + 1);
    p->state = make(p->a, PlanState, n + 1);
    p->plan.jobs = make(p->a, PlanJob, n + 1);
    p->path = make(p->a, Visit, n + 1);
    for (isize i = 0; i < n; i++) {
        const PlanState *latest = map_get(&p->request->latest, p->study->actions[i].name);
        if (latest) p->state[i] = *latest;
    }
}

static fallible add_all(Planner *p)
{
    const StrList *asked = &p->request->actions;
    bool all = str_list_has(asked, S("run_all"));
    for (isize i = 0; i < asked->n; i++) {
        const StudyAction *action = study_action(p->study, asked->v[i]);
        if (action) p->named[action->index] = true;
    }
    for (isize i = 0; all && i < p->study->n; i++)
        if (!str_eq(p->study->actions[i].name, S("run_all")))
            TRY(add_with_needs(p, &p->study->actions[i]));
    for (isize i = 0; !all && i < asked->n; i++)
        TRY(add_with_needs(p, study_action(p->study, asked->v[i])));
    return NULL;
}

Plan plan_make(Arena *a, const Study *study, const PlanRequest *request)
{
    Plan refused = {0};
    if (!is_acceptable(a, study, request, &refused)) return refused;
    Planner p = {.a = a, .study = study, .request = request};
    planner_begin(&p);
    Err *e = add_all(&p);
    if (e) return refuse(a, "JobRequestError", e->say);
    if (!p.plan.n)
        return one_job(a, request->actions.v[0], PLAN_SUCCEEDED, S("All actions have already run"));
    for (isize i = 0; i < p.plan.n && !request->codelists_ok; i++)
        if (p.plan.jobs[i].database)
            return refuse(a, "JobRequestError",
                          arena_fmt(a, "Codelists are out of date (required by action %.*s)",
                                    STR(p.plan.jobs[i].name)));
    return p.plan;
}
