// What was done, by whom and when: the run, its jobs, the checks, the sign-off, the manifests, what was taken back.
#include "crate/graph.h"

#include "base/encode.h"
#include "base/str.h"

static const Str completed = {"http://schema.org/CompletedActionStatus", 39};
static const Str run_id = {"#run", 4}, manifest_id = {"#manifests", 10};

static Str of_release(Graph *g, const char *what, const CrateRelease *r)
{
    return arena_fmt(g->a, "#%s-%.*s", what, STR(r->id));
}
static Str review_id(Graph *g, const CrateRelease *r, isize n)
{
    return arena_fmt(g->a, "#review-%.*s-%td", STR(r->id), n + 1);
}
static Str deletion_id(Graph *g, const CrateFile *f)
{
    return arena_fmt(g->a, "#deletion-%.*s", STR(percent_encode(g->a, f->path)));
}

static Str author_of(const CrateRelease *r)
{
    return r->author.username.n ? r->author.username : r->uploaded_by.username;
}

Str crate_author(const Crate *c)
{
    const CrateRelease *newest = &c->releases[0];
    for (isize i = 1; i < c->releases_n; i++)
        if (c->releases[i].completed > newest->completed) newest = &c->releases[i];
    return author_of(newest);
}

static const CrateRelease *release_of(const Crate *c, const CrateFile *f)
{
    for (isize i = 0; i < c->releases_n; i++)
        if (str_eq(c->releases[i].id, f->release)) return &c->releases[i];
    return &c->releases[0];
}

// What a check was about: the crate, and the record that names the files.
static void subject_link(Graph *g, const CrateRelease *r)
{
    StrList ids = {0};
    str_list_add(g->a, &ids, S("./"));
    if (r->record.n) str_list_add(g->a, &ids, record_path(g->a, r->id));
    fact_links(g, "object", &ids);
}

static void assess_begin(Graph *g, Str id, const char *type, const char *kind, Str name)
{
    entity_begin(g, id, type);
    fact_link(g, "additionalType", arena_fmt(g->a, "https://w3id.org/shp#%s", kind));
    fact(g, "name", name);
    fact(g, "actionStatus", completed);
}

static void run(Graph *g)
{
    const Crate *c = g->crate;
    Time from = 0, to = 0;
    for (isize i = 0; i < g->survey->jobs_n; i++) {
        const CrateFile *f = &g->survey->jobs[i];
        if (f->started && (!from || f->started < from)) from = f->started;
        if (f->finished > to) to = f->finished;
    }
    entity_begin(g, run_id, "CreateAction");
    fact(g, "name", arena_fmt(g->a, "Run of the study in workspace %.*s", STR(c->workspace)));
    fact(g, "description", S("The actions whose outputs are in this archive"));
    fact_link(g, "instrument", c->workflow.n ? S("workflow/project.yaml") : S("#study"));
    fact_link(g, "agent", person_id(g->a, crate_author(c)));
    fact_time(g, "startTime", from);
    fact_time(g, "endTime", to ? to : c->when);
    fact(g, "actionStatus", completed);
    fact_files(g, "result");
    entity_end(g);
}

// Looked for job by job, which is for archives of a size that people look at.
static void job_results(Graph *g, Str job)
{
    enum { FILES_MOST = 2000 };
    StrList results = {0};
    Arena *a = g->a;
    if (g->survey->files > FILES_MOST) return;
    for (FileWalk w = file_walk(g); file_next(&w);)
        if (str_eq(w.file->job, job)) str_list_add(a, &results, crate_path_id(a, w.file->path));
    fact_links(g, "result", &results);
}

static void job(Graph *g, const CrateFile *of)
{
    const Crate *c = g->crate;
    Str job = of->job;
    Str commit = of->commit.n ? arena_fmt(g->a, "#commit-%.*s", STR(of->commit)) : (Str){0};
    entity_begin(g, job_id(g->a, job), "CreateAction");
    fact(g, "name", arena_fmt(g->a, "Action %.*s", STR(of->action.n ? of->action : job)));
    fact(g, "identifier", job);
    fact(g, "description", of->run);
    fact_link(g, "instrument", of->image.n ? image_id(g->a, of->image) : S("#tresor"));
    fact_link(g, "agent",
              person_id(g->a, of->ran_by.n ? of->ran_by : author_of(release_of(c, of))));
    fact_link(g, "object", commit);
    fact_time(g, "startTime", of->started);
    fact_time(g, "endTime", of->finished);
    fact(g, "actionStatus", completed);
    job_results(g, job);
    entity_end(g);
}

static void jobs(Graph *g)
{
    StrList commits = {0};
    for (isize i = 0; i < g->survey->jobs_n; i++) {
        Str commit = g->survey->jobs[i].commit;
        job(g, &g->survey->jobs[i]);
        if (!commit.n || str_list_has(&commits, commit)) continue;
        str_list_add(g->a, &commits, commit);
        entity_begin(g, arena_fmt(g->a, "#commit-%.*s", STR(commit)), "PropertyValue");
        fact(g, "name", S("commit"));
        fact(g, "value", commit);
        fact(g, "description",
             arena_fmt(g->a, "The version of the study's code in %.*s", STR(g->crate->repo)));
        entity_end(g);
    }
}

static void review(Graph *g, const CrateRelease *r, isize n)
{
    const CrateReview *v = &r->reviews[n];
    Str who = v->checker.name.n ? v->checker.name : v->checker.username;
    assess_begin(g, review_id(g, r, n), "AssessAction", "DisclosureCheck",
                 arena_fmt(g->a, "%.*s checked the outputs before they left", STR(who)));
    fact(g, "description", v->statement);
    fact_link(g, "agent", person_id(g->a, v->checker.username));
    fact_link(g, "instrument", policy_id(g->a, r));
    fact_time(g, "endTime", v->finished ? v->finished : r->created);
    subject_link(g, r);
    entity_end(g);
}

static void sign_off(Graph *g, const CrateRelease *r)
{
    Str by = r->decided_by.username.n ? r->decided_by.username : r->uploaded_by.username;
    assess_begin(
        g, of_release(g, "signoff", r), "AssessAction", "SignOff",
        r->request ? arena_fmt(g->a, "Request %lld was approved and let out", (long long)r->request)
                   : S("The request was approved and let out"));
    fact_link(g, "agent", person_id(g->a, by));
    fact_link(g, "instrument", policy_id(g->a, r));
    fact_time(g, "startTime", r->submitted);
    fact_time(g, "endTime", r->decided ? r->decided : r->created);
    subject_link(g, r);
    entity_end(g);
}

static void arrival(Graph *g, const CrateRelease *r)
{
    assess_begin(g, of_release(g, "arrival", r), "AssessAction", "CheckValue",
                 arena_fmt(g->a, "The SHA-256 of every file was compared when it arrived from %.*s",
                           STR(r->site)));
    fact_link(g, "agent", S("#tresor"));
    fact_time(g, "startTime", r->created);
    fact_time(g, "endTime", r->completed);
    subject_link(g, r);
    entity_end(g);
}

static void withdrawal(Graph *g, const CrateRelease *r)
{
    if (!r->withdrawn_at) return;
    entity_begin(g, of_release(g, "withdrawal", r), "DeleteAction");
    fact(g, "name", S("The release was withdrawn"));
    fact(g, "description", r->withdraw_reason);
    fact_link(g, "agent", person_id(g->a, r->withdrawn_by));
    fact_time(g, "endTime", r->withdrawn_at);
    fact(g, "actionStatus", completed);
    fact_link(g, "object", r->record.n ? record_path(g->a, r->id) : S("./"));
    entity_end(g);
}

static void deletion(Graph *g, const CrateFile *f)
{
    entity_begin(g, deletion_id(g, f), "DeleteAction");
    fact(g, "name", arena_fmt(g->a, "%.*s was taken back", STR(f->path)));
    fact(g, "description", f->delete_reason);
    fact_link(g, "agent", person_id(g->a, f->deleted_by));
    fact_time(g, "endTime", f->deleted_at);
    fact(g, "actionStatus", completed);
    fact_link(g, "object", crate_path_id(g->a, f->path));
    entity_end(g);
}

static void manifests(Graph *g)
{
    assess_begin(g, manifest_id, "UpdateAction", "GenerateCheckValue",
                 S("The manifests of this archive were made and signed"));
    fact(g, "description", S("So that any change of this archive is noticed"));
    fact_link(g, "agent", S("#organisation"));
    fact_link(g, "instrument", S("#tresor"));
    fact_link(g, "object", S("./"));
    fact_link(g, "result", S("./"));
    fact_time(g, "endTime", g->crate->when);
    entity_end(g);
}

void graph_actions(Graph *g)
{
    const Crate *c = g->crate;
    run(g);
    jobs(g);
    for (isize i = 0; i < c->releases_n; i++) {
        const CrateRelease *r = &c->releases[i];
        for (isize k = 0; k < r->reviews_n; k++)
            review(g, r, k);
        sign_off(g, r);
        arrival(g, r);
        withdrawal(g, r);
    }
    for (isize i = 0; i < g->survey->gone_n; i++)
        deletion(g, &g->survey->gone[i]);
    manifests(g);
}

void graph_action_ids(Graph *g, StrList *out)
{
    const Crate *c = g->crate;
    str_list_add(g->a, out, run_id);
    for (isize i = 0; i < g->survey->jobs_n; i++)
        str_list_add(g->a, out, job_id(g->a, g->survey->jobs[i].job));
    for (isize i = 0; i < c->releases_n; i++) {
        const CrateRelease *r = &c->releases[i];
        for (isize k = 0; k < r->reviews_n; k++)
            str_list_add(g->a, out, review_id(g, r, k));
        str_list_add(g->a, out, of_release(g, "signoff", r));
        str_list_add(g->a, out, of_release(g, "arrival", r));
        if (r->withdrawn_at) str_list_add(g->a, out, of_release(g, "withdrawal", r));
    }
    for (isize i = 0; i < g->survey->gone_n; i++)
        str_list_add(g->a, out, deletion_id(g, &g->survey->gone[i]));
    str_list_add(g->a, out, manifest_id);
}
