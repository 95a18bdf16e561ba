// The run page: what the branch offers, and making a request of what was chosen.
#include "backend/backend.h"
#include "base/map.h"
#include "base/str.h"
#include "job/pages.h"
#include "job/rows.h"
#include "job/text.h"
#include "web/frame.h"
#include "web/piece.h"

enum { COMMITS_SHOWN = 10 };

// What the form brings back, or what the page proposes at first.
typedef struct RunForm {
    Str backend;
    StrList actions;
    bool force_run, will_notify;
} RunForm;

// What the database knows around a run page.
typedef struct RunPlace {
    Str commit; // that was chosen; empty: the newest
    WorkspaceGet workspace;
    bool may_pick;
    BackendGetList backends;
    JobNewestList newest;
    JobRequestList latest;
    bool has_address;
    RunForm form;
} RunPlace;

// "Choose these again": the actions of an earlier request of this workspace.
static fallible form_of_request(Req *q, const WorkspaceGet *w, RunForm *f)
{
    JobRequest r;
    bool found;
    i64 id = req_query_i64(q, "again", 0);
    if (!id) return NULL;
    TRY(job_request_maybe(q->db, q->a, id, &r, &found));
    if (!found || r.workspace != w->id) return NULL;
    job_actions_read(q->a, r.requested_actions, &f->actions);
    f->backend = r.backend_slug;
    f->force_run = r.force_run;
    return NULL;
}

static fallible place_query(Req *q, RunPlace *p)
{
    JobPersonHasAddress address;
    if (!req_may(q, PERM_JOB_RUN)) return fail(q->a, ERR_NOT_FOUND, "There is no such page.");
    p->may_pick = req_may(q, PERM_JOB_REQUEST_PICK_REF);
    TRY(workspace_of(q, &p->workspace));
    TRY(backend_of_person(q->db, q->a, q->who.id, &p->backends));
    TRY(job_newest_list(q->db, q->a, p->workspace.id, 0, &p->newest));
    TRY(job_log(q->db, q->a, S("workspace"), INT64_MAX, p->workspace.id, 0, 0, S(""), 0, S(""), 1,
                &p->latest));
    TRY(job_person_has_address(q->db, q->a, q->who.id, &address));
    p->has_address = address.has;
    if (q->method == GET) {
        p->form.will_notify = p->workspace.should_notify && p->has_address;
        return form_of_request(q, &p->workspace, &p->form);
    }
    p->form.backend = req_field(q, "backend");
    p->form.force_run = req_flag(q, "force_run_dependencies");
    p->form.will_notify = req_flag(q, "will_notify");
    req_fields(q, "actions", &p->form.actions);
    return NULL;
}

// Nobody talks to a repository with a connection in the hand.
static fallible place_read(Req *q, Str commit, RunPlace *p)
{
    *p = (RunPlace){.commit = commit};
    q->db = req_db_take(q, DB_READ_ONLY);
    Err *e = place_query(q, p);
    req_db_give(q, q->db);
    q->db = NULL;
    return e;
}

// --- drawing

typedef struct Drawing {
    Req *q;
    const RunPlace *place;
    Map last;   // action -> its JobChoice
    Map chosen; // action -> itself
    JobChoice *v;
    isize n;
} Drawing;

static void choice_add(Drawing *d, Str name, StrList *needs, bool database)
{
    JobChoice *c = &d->v[d->n++];
    str_list_sort(needs);
    *c = (JobChoice){.name = name,
                     .needs = str_join(d->q->a, needs->v, needs->n, S(", ")),
                     .needs_n = needs->n,
                     .database = database,
                     .chosen = map_get(&d->chosen, name) != NULL,
                     .last = make(d->q->a, struct JobLast, d->place->backends.n)};
    *map_at(d->q->a, &d->last, name) = c;
}

static Str backend_slug(const RunPlace *p, i64 id)
{
    for (isize i = 0; i < p->backends.n; i++)
        if (p->backends.v[i].id == id) return p->backends.v[i].slug;
    return S("");
}

// The newest state of each action, at the backends that this person may use.
static void choices_mark(Drawing *d)
{
    const JobNewestList *newest = &d->place->newest;
    for (isize i = 0; i < newest->n; i++) {
        const JobNewestListRow *row = &newest->v[i];
        JobChoice *c = map_get(&d->last, row->action);
        Str slug = backend_slug(d->place, row->backend);
        if (!c || !slug.n || c->last_n == d->place->backends.n) continue;
        c->last[c->last_n++] =
            (struct JobLast){slug, job_word(row->status, row->status_code, row->status_message)};
    }
}

static void choices_make(Drawing *d, const Study *study)
{
    const RunForm *form = &d->place->form;
    for (isize i = 0; i < form->actions.n; i++)
        *map_at(d->q->a, &d->chosen, form->actions.v[i]) = &form->actions.v[i];
    d->v = make(d->q->a, JobChoice, study->n + 1);
    StrList all = {0};
    for (isize i = 0; i < study->n; i++) {
        const StudyAction *action = &study->actions[i];
        StrList needs = {0};
        for (isize k = 0; k < action->needs_n; k++)
            str_list_add(d->q->a, &needs, action->needs[k].action);
        str_list_add(d->q->a, &all, action->name);
        choice_add(d, action->name, &needs, action->database);
    }
    if (!study_action(study, S("run_all"))) choice_add(d, S("run_all"), &all, false);
    choices_mark(d);
}

// The page with its form, or with what is wrong instead of it.
static fallible run_draw(Req *q, const RunPlace *p, const JobSource *source, const Err *failure,
                         Str problem)
{
    Drawing d = {.q = q, .place = p};
    Str path = workspace_path(q->a, &p->workspace, "/run-jobs/");
    if (p->commit.n) path = arena_fmt(q->a, "%.*s%.*s/", STR(path), STR(p->commit));
    if (!failure) choices_make(&d, source->study);
    JobRunPage page = {.workspace = &p->workspace,
                       .sha = source->sha,
                       .path = path,
                       .chosen = p->commit.n > 0,
                       .may_pick = p->may_pick,
                       .study = source->study,
                       .failure = failure ? failure->say : S(""),
                       .problem = problem,
                       .codelists = source->codelists,
                       .choices = d.v,
                       .choices_n = d.n,
                       .backends = p->backends,
                       .backend = p->form.backend.n    ? p->form.backend
                                  : p->backends.n == 1 ? p->backends.v[0].slug
                                                       : S(""),
                       .force_run = p->form.force_run,
                       .will_notify = p->form.will_notify,
                       .has_address = p->has_address,
                       .latest = p->latest.n ? &p->latest.v[0] : NULL,
                       .csrf = csrf_field(q),
                       .now = q->now};
    q->db = req_db_take(q, DB_READ_ONLY); // the frame asks who is there
    if (problem.n) q->answer.status = 400;
    frame_head(q, S("Run jobs"));
    job_run_page(&q->answer.body, &page);
    frame_foot(q);
    req_db_give(q, q->db);
    q->db = NULL;
    return NULL;
}

static fallible to_workspace(Req *q, const WorkspaceGet *w)
{
    answer_flash(q, FLASH_WARNING,
                 "You cannot create Jobs for an archived Workspace. "
                 "Contact a coordinator if you want it taken out of the archive.");
    return answer_redirect(q, workspace_path(q->a, w, "/"));
}

static fallible run_get(Req *q, Str commit)
{
    RunPlace p;
    JobSource source;
    TRY(place_read(q, commit, &p));
    if (p.workspace.is_archived) return to_workspace(q, &p.workspace);
    Err *failure = job_source_read(q, &p.workspace, commit, &source);
    if (failure && failure->kind == ERR_BUG) return failure;
    return run_draw(q, &p, &source, failure, S(""));
}

fallible job_run_get(Req *q)
{
    return run_get(q, S(""));
}

fallible job_run_get_at(Req *q)
{
    return run_get(q, req_param(q, "commit"));
}

// --- submitting

static fallible backend_choose(Req *q, const RunPlace *p, i64 *out)
{
    for (isize i = 0; i < p->backends.n; i++)
        if (str_eq(p->backends.v[i].slug, p->form.backend)) {
            *out = p->backends.v[i].id;
            return NULL;
        }
    return fail(q->a, ERR_BAD_INPUT,
                "Please choose where to run: one of the backends listed above.");
}

static fallible request_make(Req *q, Db *db, const RunPlace *p, const JobSource *source, i64 *id)
{
    JobAsk ask = {.workspace = &p->workspace,
                  .actions = &p->form.actions,
                  .force_run = p->form.force_run,
                  .will_notify = p->form.will_notify && p->has_address};
    TRY(backend_choose(q, p, &ask.backend));
    TRY(db_begin(db, q->a));
    return db_settle(db, q->a, job_request_make(q, db, &ask, source, id));
}

static fallible run_post(Req *q, Str commit)
{
    RunPlace p;
    JobSource source;
    i64 id = 0;
    TRY(place_read(q, commit, &p));
    if (p.workspace.is_archived) return to_workspace(q, &p.workspace);
    Err *failure = job_source_read(q, &p.workspace, commit, &source);
    if (failure && failure->kind == ERR_BUG) return failure;
    if (failure || source.study->problems.n) return run_draw(q, &p, &source, failure, S(""));
    Db *db = req_db_take(q, DB_READ_WRITE);
    Err *e = request_make(q, db, &p, &source, &id);
    req_db_give(q, db);
    if (e && e->kind != ERR_BAD_INPUT) return e;
    if (e) return run_draw(q, &p, &source, NULL, e->say);
    answer_flash(q, FLASH_DONE,
                 "The request is made; its jobs appear as soon as the backend takes it");
    return answer_redirect(q, workspace_path(q->a, &p.workspace, "/logs/"));
}

fallible job_run_post(Req *q)
{
    return run_post(q, S(""));
}

fallible job_run_post_at(Req *q)
{
    return run_post(q, req_param(q, "commit"));
}

// --- choosing a commit

fallible job_pick_get(Req *q)
{
    RunPlace p;
    JobPickPage page = {.now = q->now, .after = req_query(q, "after")};
    TRY(place_read(q, S(""), &p));
    if (p.workspace.is_archived) return to_workspace(q, &p.workspace);
    Err *failure = job_source_commits(q, &p.workspace, page.after, COMMITS_SHOWN, &page.commits);
    if (failure && failure->kind == ERR_BUG) return failure;
    page.workspace = &p.workspace;
    page.failure = failure ? failure->say : S("");
    q->db = req_db_take(q, DB_READ_ONLY); // the frame asks who is there
    frame_head(q, S("Choose a commit"));
    job_pick_page(&q->answer.body, &page);
    frame_foot(q);
    req_db_give(q, q->db);
    q->db = NULL;
    return NULL;
}
