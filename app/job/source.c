// The project.yaml of a branch as its repository has it now.
#include "base/str.h"
#include "job/job.h"
#include "kit/git.h"
#include "os/file.h"
#include "web/gate.h"

enum { DEFINITION_MAX = 8 * 1024 * 1024 }; // the largest ever seen had 3.9 MB

// What git says, in the words of the person who owns the branch (contract 3.6).
static Err *branch_failure(Arena *a, Err *e, const WorkspaceGet *w)
{
    if (e && str_eq(e->code, S("GitUnknownRefError")))
        return fail(a, ERR_BAD_INPUT, "Missing branch: '%.*s'", STR(w->branch));
    if (!e || e->kind == ERR_BUG) return e;
    return err_under(a, e, "The repository %.*s could not be read", STR(w->repo));
}

static Err *file_failure(Arena *a, Err *e)
{
    if (e && e->kind == ERR_NOT_FOUND) return fail(a, ERR_BAD_INPUT, "Could not find project.yaml");
    return e;
}

static GitCache cache_of(const Req *q)
{
    const Server *s = q->server;
    return (GitCache){.folder = path_join(q->a, s->data, S("repos")),
                      .trust = {.ca_file = s->repo_ca},
                      .files_allowed = s->local_repos};
}

fallible job_source_read(Req *q, const WorkspaceGet *w, JobSource *out)
{
    GitCache git = cache_of(q);
    StudyRules rules = STUDY_RULES_2023_12;
    GitSource from = {.url = w->repo};
    *out = (JobSource){0};
    TRY(workspace_token(q->a, q->server->key, w, &from.token));
    TRY(branch_failure(q->a, repo_branch_head(&git, q->a, &from, w->branch, &out->sha), w));
    TRY(branch_failure(q->a, repo_fetch(&git, q->a, &from, w->branch, out->sha), w));
    TRY(file_failure(q->a, repo_file_read(&git, q->a, w->repo, out->sha, S("project.yaml"),
                                          DEFINITION_MAX, &out->definition)));
    study_rules_named(q->server->rules, &rules);
    out->study = study_check(q->a, out->definition, rules);
    return NULL;
}
