// code: which addresses code may come from, and how it gets here.
#include "runner/code.h"

#include "kit/git.h"
#include "os/file.h"

enum { FILE_BYTES_MOST = 16 << 20 };

static GitCache cache_of(Arena *a, const RunnerSettings *set)
{
    GitCache cache = {.folder = path_join(a, set->site, S("repos")),
                      .trust = set->repository_trust,
                      .files_allowed = set->local_repositories,
                      .patience = set->patience};
    for (isize i = 0; i < set->repositories.n; i++) {
        Str from = set->repositories.v[i];
        if (str_starts(from, S("file://")) || str_starts(from, S("/"))) cache.files_allowed = true;
    }
    return cache;
}

static Err *refused(Err *e)
{
    e->code = S("GithubValidationError");
    return e;
}

// "https://host/org" allows itself and what lies below it, not "https://host/organisation".
static bool is_below(Str url, Str prefix)
{
    Str base = str_ends(prefix, S("/")) ? str_take(prefix, prefix.n - 1) : prefix;
    return str_starts(url, base) && (url.n == base.n || url.s[base.n] == '/');
}

fallible code_check_address(Arena *a, const RunnerSettings *set, Str url)
{
    GitCache cache = cache_of(a, set);
    if (str_has(url, S("/../")) || str_ends(url, S("/..")))
        return refused(
            fail(a, ERR_BAD_INPUT, "Repository URLs must not contain \"..\": %.*s", STR(url)));
    for (isize i = 0; i < set->repositories.n; i++)
        if (is_below(url, set->repositories.v[i])) {
            Err *e = repo_url_check(a, &cache, url);
            return e ? refused(e) : NULL;
        }
    if (set->repositories.n)
        return refused(fail(a, ERR_FORBIDDEN, "Repository URLs must start with one of: %.*s",
                            STR(str_join(a, set->repositories.v, set->repositories.n, S(", ")))));
    bool local = set->local_repositories && str_starts(url, S("file://"));
    if (!local && !str_starts(url, S("https://")))
        return refused(
            fail(a, ERR_FORBIDDEN,
                 "Repository URLs must start with https:// unless this site's setting `repository` "
                 "allows another address"));
    Err *e = repo_url_check(a, &cache, url);
    return e ? refused(e) : NULL;
}

fallible code_fetch(Arena *a, const RunnerSettings *set, Str url, Str branch, Str commit, Str token)
{
    GitCache cache = cache_of(a, set);
    GitSource source = {.url = url, .token = token.n ? token : set->repository_token};
    if (!branch.n) return refused(fail(a, ERR_BAD_INPUT, "A branch is missing from the request"));
    if (!repo_id_is_whole(commit))
        return refused(
            fail(a, ERR_BAD_INPUT, "A commit is 40 hex digits, not \"%.*s\"", STR(commit)));
    TRY(repo_fetch(&cache, a, &source, branch, commit));
    bool on = false;
    TRY(repo_commit_is_on(&cache, a, &source, branch, commit, &on));
    if (on) return NULL;
    return refused(fail(a, ERR_BAD_INPUT, "Could not find commit on branch '%.*s': %.*s",
                        STR(branch), STR(commit)));
}

fallible code_file(Arena *a, const RunnerSettings *set, Str url, Str commit, Str path, Str *text,
                   bool *found)
{
    GitCache cache = cache_of(a, set);
    Err *e = repo_file_read(&cache, a, url, commit, path, FILE_BYTES_MOST, text);
    *found = !e;
    return e && e->kind == ERR_NOT_FOUND ? NULL : e;
}

fallible code_tree(Arena *a, const RunnerSettings *set, Str url, Str commit, Str *folder)
{
    GitCache cache = cache_of(a, set);
    GitTree tree;
    TRY(repo_checkout(&cache, a, url, commit, &tree));
    *folder = tree.folder;
    return NULL;
}
