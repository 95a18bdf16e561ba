// The project.yaml of a branch, and what there is beside it, as the repository has it now.
#include "base/str.h"
#include "job/job.h"
#include "kit/git.h"
#include "os/file.h"
#include "study/codelists.h"
#include "web/gate.h"

enum {
    DEFINITION_MAX = 8 * 1024 * 1024, // the largest ever seen had 3.9 MB
    CODELIST_MAX = 64 * 1024 * 1024
};

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

static bool is_csv(Str name)
{
    return str_ends(name, S(".csv"));
}

static fallible codelist_read(const Req *q, const GitCache *git, Str url, Str sha, Str name,
                              Str *out)
{
    return repo_file_read(git, q->a, url, sha, path_join(q->a, S("codelists"), name), CODELIST_MAX,
                          out);
}

// What the repository itself tells of its codelists; a study without any has nothing to be out of date.
static fallible codelists_look(const Req *q, const GitCache *git, Str url, Str sha, Str *fault)
{
    StrList names;
    Str text;
    Codelists c = {0};
    TRY(repo_folder_files(git, q->a, url, sha, S("codelists"), &names));
    c.has_wanted = str_list_has(&names, S("codelists.txt"));
    c.has_record = str_list_has(&names, S("codelists.json"));
    if (!c.has_wanted) return NULL;
    TRY(codelist_read(q, git, url, sha, S("codelists.txt"), &c.wanted));
    if (c.has_record) TRY(codelist_read(q, git, url, sha, S("codelists.json"), &c.record));
    c.files = make(q->a, CodelistFile, names.n);
    for (isize i = 0; i < names.n; i++) {
        if (!is_csv(names.v[i])) continue;
        TRY(codelist_read(q, git, url, sha, names.v[i], &text));
        c.files[c.n++] = (CodelistFile){names.v[i], codelist_hash(q->a, text)};
    }
    *fault = codelists_fault(q->a, &c);
    return NULL;
}

// A commit that somebody chose: of this branch, not of a stranger's pull request that the repository also shows.
static fallible commit_choose(Req *q, const GitCache *git, const GitSource *from,
                              const WorkspaceGet *w, Str commit)
{
    bool on = false;
    TRY(branch_failure(q->a, repo_commit_is_on(git, q->a, from, w->branch, commit, &on), w));
    if (on) return NULL;
    return fail(
        q->a, ERR_BAD_INPUT,
        "Could not find commit on branch '%.*s': %.*s. Choose one from the list of commits.",
        STR(w->branch), STR(str_printable(q->a, str_take(commit, 40))));
}

fallible job_source_read(Req *q, const WorkspaceGet *w, Str commit, JobSource *out)
{
    GitCache git = cache_of(q);
    StudyRules rules = STUDY_RULES_2023_12;
    GitSource from = {.url = w->repo};
    *out = (JobSource){.sha = commit};
    TRY(workspace_token(q->a, q->server->key, w, &from.token));
    if (commit.n)
        TRY(commit_choose(q, &git, &from, w, commit));
    else
        TRY(branch_failure(q->a, repo_branch_head(&git, q->a, &from, w->branch, &out->sha), w));
    TRY(branch_failure(q->a, repo_fetch(&git, q->a, &from, w->branch, out->sha), w));
    TRY(file_failure(q->a, repo_file_read(&git, q->a, w->repo, out->sha, S("project.yaml"),
                                          DEFINITION_MAX, &out->definition)));
    TRY(codelists_look(q, &git, w->repo, out->sha, &out->codelists));
    study_rules_named(q->server->rules, &rules);
    out->study = study_check(q->a, out->definition, rules);
    return NULL;
}

fallible job_source_commits(Req *q, const WorkspaceGet *w, Str after, isize most, JobCommits *out)
{
    GitCache git = cache_of(q);
    GitSource from = {.url = w->repo};
    *out = (JobCommits){0};
    TRY(workspace_token(q->a, q->server->key, w, &from.token));
    TRY(branch_failure(q->a, repo_branch_head(&git, q->a, &from, w->branch, &out->head), w));
    TRY(branch_failure(q->a, repo_fetch(&git, q->a, &from, w->branch, out->head), w));
    if (after.n) TRY(commit_choose(q, &git, &from, w, after));
    isize skip = after.n ? 1 : 0;
    TRY(repo_commits(&git, q->a, w->repo, after.n ? after : out->head, most + skip + 1, &out->v,
                     &out->n));
    out->v += skip;
    out->n -= skip;
    out->more = out->n > most;
    if (out->more) out->n = most;
    return NULL;
}
