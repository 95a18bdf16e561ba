// Talking to remotes: which addresses are spoken to, what their branches are, bringing commits into the mirror.
#include "kit/git_mirror.h" // first: libgit2 has a field with a banned name

#include <pthread.h>

#include "kit/crypto.h"
#include "os/folder.h"
#include "os/own.h"

static pthread_once_t git_once = PTHREAD_ONCE_INIT;

static void repo_start_once(void)
{
    must(git_libgit2_init() > 0);
    // Configuration of the machine or of a person must not change what is fetched or how.
    for (int level = GIT_CONFIG_LEVEL_PROGRAMDATA; level <= GIT_CONFIG_LEVEL_GLOBAL; level++)
        must(git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "") == 0);
    must(git_libgit2_opts(GIT_OPT_SET_HOMEDIR, "") == 0);
    // Local repositories belong to the study's authors, mirrors to us; nothing of either is executed.
    must(git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0) == 0);
    must(git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1) == 0);
}

void repo_start(void)
{
    pthread_once(&git_once, repo_start_once);
}

Err *repo_failure(Arena *a, ErrKind kind, const char *code, const char *fmt, ...)
{
    const git_error *last = git_error_last(); // before anything else can replace it
    Str why = last && last->klass != GIT_ERROR_NONE ? str_printable(a, str_from(last->message))
                                                    : (Str){0};
    va_list ap;
    va_start(ap, fmt);
    Str say = arena_vfmt(a, fmt, ap);
    va_end(ap);
    Err *e = fail(a, kind, "%.*s%s%.*s%s", STR(say), why.n ? " (" : "", STR(why), why.n ? ")" : "");
    e->code = str_from(code);
    return e;
}

bool repo_id_is_whole(Str commit)
{
    for (isize i = 0; i < commit.n; i++)
        if (!((commit.s[i] >= '0' && commit.s[i] <= '9') ||
              (commit.s[i] >= 'a' && commit.s[i] <= 'f')))
            return false;
    return commit.n == 40;
}

fallible repo_url_check(Arena *a, const GitCache *c, Str url)
{
    bool web = str_starts(url, S("https://")) || str_starts(url, S("http://"));
    Str path = str_starts(url, S("file://")) ? str_skip(url, 7) : url;
    bool file = !web && str_starts(path, S("/"));
    Err *e = NULL;
    for (isize i = 0; i < url.n && !e; i++)
        if ((u8)url.s[i] <= ' ' || url.s[i] == 0x7F || url.s[i] == '\\')
            e = fail(
                a, ERR_BAD_INPUT,
                "the address of a repository cannot hold blanks, backslashes or control bytes");
    Str host = web ? str_skip(url, str_find(url, S("://")) + 3) : (Str){0};
    isize end = str_find_byte(host, '/');
    if (!e && !web && !file)
        e = fail(a, ERR_BAD_INPUT, "the address of a repository starts with https://, not %.*s",
                 STR(str_printable(a, str_take(url, 20))));
    if (!e && url.n > 1024) e = fail(a, ERR_BAD_INPUT, "the address of the repository is too long");
    if (!e && web && str_has(str_take(host, end < 0 ? host.n : end), S("@")))
        e = fail(a, ERR_BAD_INPUT,
                 "the address of a repository must not hold a user or a password: give the token "
                 "by itself");
    if (!e && web &&
        (end < 1 || end == host.n - 1 || str_has(url, S("?")) || str_has(url, S("#")) ||
         !http_origin(a, url).n))
        e = fail(a, ERR_BAD_INPUT,
                 "the address of a repository looks like https://host/owner/name");
    if (!e && file && !c->files_allowed)
        e = fail(a, ERR_BAD_INPUT, "repositories on this machine's disk are not allowed here");
    if (!e && file && (str_has(path, S("/../")) || str_ends(path, S("/.."))))
        e = fail(a, ERR_BAD_INPUT, "the path of a repository must not hold ..");
    if (e) e->code = S("GitError");
    return e;
}

static Str base_of(Str url)
{
    while (url.n > 1 && url.s[url.n - 1] == '/')
        url.n--;
    return url;
}

Str repo_mirror_path(Arena *a, const GitCache *c, Str url)
{
    Str base = base_of(url);
    if (str_ends(base, S(".git"))) base.n -= 4;
    Str name = str_take(sha256_hex(a, base), 40);
    return path_join(a, path_join(a, c->folder, S("mirrors")), arena_fmt(a, "%.*s.git", STR(name)));
}

static fallible branch_check(Arena *a, Str branch)
{
    int valid = 0;
    repo_start();
    if (branch.n && branch.n < 256 && !git_branch_name_is_valid(&valid, cstr(a, branch)) && valid)
        return NULL;
    Err *e = fail(a, ERR_BAD_INPUT, "%.*s is not the name of a branch",
                  STR(str_printable(a, str_take(branch, 80))));
    e->code = S("GitUnknownRefError");
    return e;
}

// A program that was killed while it fetched leaves the locks of single references; whoever holds the mirror's own
// lock knows that nobody needs them any more.
static fallible stale_locks_remove(Arena *a, Str mirror)
{
    StrList top = {0};
    FolderList refs;
    TRY(folder_names(a, mirror, &top));
    for (isize i = 0; i < top.n; i++)
        if (str_ends(top.v[i], S(".lock"))) TRY(file_remove(a, path_join(a, mirror, top.v[i])));
    Str folder = path_join(a, mirror, S("refs"));
    TRY(folder_walk(a, folder, FOLDER_FILES, 1000000, &refs));
    for (isize i = 0; i < refs.n; i++)
        if (str_ends(refs.v[i].path, S(".lock")))
            TRY(file_remove(a, path_join(a, folder, refs.v[i].path)));
    return NULL;
}

// Opens the mirror, made when missing; the caller holds its lock. Made beside and renamed: there is never half a one.
static fallible mirror_make(GitTalk *t, git_repository **out)
{
    Str path = repo_mirror_path(t->a, t->cache, t->source->url);
    Str draft = arena_fmt(t->a, "%.*s.making", STR(path));
    if (!git_repository_open_bare(out, cstr(t->a, path))) return stale_locks_remove(t->a, path);
    git_repository_init_options o;
    git_repository_init_options_init(&o, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
    o.flags = GIT_REPOSITORY_INIT_BARE | GIT_REPOSITORY_INIT_MKPATH;
    TRY(folder_remove(t->a, draft));
    TRY(folder_remove(t->a, path));
    owned_repo made = NULL;
    if (git_repository_init_ext(&made, cstr(t->a, draft), &o))
        return repo_failure(t->a, ERR_IO, "GitError", "cannot make a mirror in %.*s", STR(draft));
    TRY(file_rename(t->a, draft, path));
    if (git_repository_open_bare(out, cstr(t->a, path)))
        return repo_failure(t->a, ERR_IO, "GitError", "cannot open the mirror %.*s", STR(path));
    return NULL;
}

static fallible talk_start(GitTalk *t)
{
    repo_start();
    TRY(repo_url_check(t->a, t->cache, t->source->url));
    TRY(folder_make(t->a, t->cache->folder, 0700));
    t->base = base_of(t->source->url);
    return http_open(t->a, &t->cache->trust, &t->http);
}

// Why a conversation failed: what our transport knows beats what libgit2 made of it. What may go away by itself
// is ERR_BUSY, so that callers know when to try again.
static Err *talk_failure(GitTalk *t)
{
    Err *f = t->failed, *e;
    Str url = t->source->url;
    if (!f) {
        e = repo_failure(t->a, ERR_IO, "GitRepoNotReachableError",
                         "Could not read the repository %.*s", STR(url));
    } else {
        bool later = f->kind == ERR_BUSY ||
                     (f->kind == ERR_IO && f->code.n && !str_eq(f->code, S("HttpUntrusted")));
        bool secret =
            f->kind == ERR_SIGNED_OUT || f->kind == ERR_FORBIDDEN || f->kind == ERR_NOT_FOUND;
        e = fail(
            t->a, later ? ERR_BUSY : f->kind, "%s %.*s: %.*s%s",
            later ? "Network error when reading the repository" : "Could not read the repository",
            STR(url), STR(f->say), secret ? " (does it exist, and may this token read it?)" : "");
        e->code = S("GitRepoNotReachableError");
    }
    return e;
}

static git_remote_callbacks talk_callbacks(GitTalk *t)
{
    git_remote_callbacks cb;
    git_remote_init_callbacks(&cb, GIT_REMOTE_CALLBACKS_VERSION);
    cb.transport = repo_transport_choose;
    cb.payload = t;
    return cb;
}

// The branches and tags that the remote shows, as libgit2 owns them until the remote goes.
static fallible remote_list(GitTalk *t, git_remote **remote, const git_remote_head ***heads,
                            size_t *n)
{
    git_remote_callbacks cb = talk_callbacks(t);
    if (git_remote_create_detached(remote, cstr(t->a, t->base)))
        return repo_failure(t->a, ERR_BAD_INPUT, "GitError", "Could not use the address %.*s",
                            STR(t->source->url));
    if (git_remote_connect(*remote, GIT_DIRECTION_FETCH, &cb, NULL, NULL) ||
        git_remote_ls(heads, n, *remote))
        return talk_failure(t);
    return NULL;
}

static int ref_order(const void *x, const void *y)
{
    const GitRef *l = x, *r = y;
    return str_cmp(l->name, r->name);
}

// What the remote shows below `start`, without that beginning, in its order.
static fallible refs_below(const GitCache *c, Arena *a, const GitSource *s, Str start, GitRef **out,
                           isize *n)
{
    owned_talk t = {.a = a, .cache = c, .source = s};
    TRY(talk_start(&t));
    owned_remote remote = NULL;
    const git_remote_head **heads;
    size_t heads_n = 0;
    TRY(remote_list(&t, &remote, &heads, &heads_n));
    *out = make(a, GitRef, (isize)heads_n + 1);
    *n = 0;
    for (size_t i = 0; i < heads_n; i++) {
        Str name = str_from(heads[i]->name);
        char hex[GIT_OID_SHA1_HEXSIZE + 1];
        if (!str_starts(name, start)) continue;
        git_oid_tostr(hex, sizeof hex, &heads[i]->oid);
        (*out)[(*n)++] = (GitRef){str_copy(a, str_skip(name, start.n)), str_copy(a, str_from(hex))};
    }
    return NULL;
}

fallible repo_branches(const GitCache *c, Arena *a, const GitSource *s, GitRef **out, isize *n)
{
    TRY(refs_below(c, a, s, S("refs/heads/"), out, n));
    if (*n) qsort(*out, (size_t)*n, sizeof **out, ref_order);
    return NULL;
}

// An annotated tag is an object of its own; the remote shows what it stands for as "NAME^{}", right behind it.
fallible repo_tags(const GitCache *c, Arena *a, const GitSource *s, GitRef **out, isize *n)
{
    const Str peeled = S("^{}");
    GitRef *all;
    isize all_n, kept = 0;
    TRY(refs_below(c, a, s, S("refs/tags/"), &all, &all_n));
    for (isize i = 0; i < all_n; i++) {
        Str name = all[i].name;
        if (!str_ends(name, peeled))
            all[kept++] = all[i];
        else if (kept && str_eq(all[kept - 1].name, str_take(name, name.n - peeled.n)))
            all[kept - 1].commit = all[i].commit;
    }
    if (kept) qsort(all, (size_t)kept, sizeof *all, ref_order);
    *out = all;
    *n = kept;
    return NULL;
}

fallible repo_branch_head(const GitCache *c, Arena *a, const GitSource *s, Str branch, Str *commit)
{
    GitRef *refs;
    isize n;
    TRY(branch_check(a, branch));
    TRY(repo_branches(c, a, s, &refs, &n));
    for (isize i = 0; i < n; i++) {
        if (!str_eq(refs[i].name, branch)) continue;
        *commit = refs[i].commit;
        return NULL;
    }
    Err *e = fail(a, ERR_NOT_FOUND, "Error resolving ref '%.*s' from %.*s: there is no such branch",
                  STR(branch), STR(s->url));
    e->code = S("GitUnknownRefError");
    return e;
}

static fallible refspec_fetch(GitTalk *t, git_repository *repo, Str refspec)
{
    owned_remote remote = NULL;
    git_fetch_options o;
    git_fetch_options_init(&o, GIT_FETCH_OPTIONS_VERSION);
    o.callbacks = talk_callbacks(t);
    o.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
    o.update_fetchhead = 0;
    o.follow_redirects = GIT_REMOTE_REDIRECT_NONE;
    char *spec = cstr(t->a, refspec);
    git_strarray specs = {&spec, 1};
    t->failed = NULL;
    // Anonymous, so that the address is not written into the mirror's configuration.
    if (git_remote_create_anonymous(&remote, repo, cstr(t->a, t->base)) ||
        git_remote_fetch(remote, &specs, &o, NULL))
        return talk_failure(t);
    return NULL;
}

static bool mirror_has(git_repository *repo, Arena *a, Str commit)
{
    git_oid id;
    owned_commit c = NULL;
    return !git_oid_fromstrp(&id, cstr(a, commit)) && !git_commit_lookup(&c, repo, &id);
}

static Str branch_spec(Arena *a, Str branch)
{
    return arena_fmt(a, "+refs/heads/%.*s:refs/heads/%.*s", STR(branch), STR(branch));
}

// One fetch at a time per mirror, over all processes.
static fallible mirror_lock(GitTalk *t, int *fd)
{
    Str path = repo_mirror_path(t->a, t->cache, t->source->url);
    TRY(folder_make(t->a, path_folder(path), 0700));
    return file_lock(t->a, arena_fmt(t->a, "%.*s.lock", STR(path)), FILE_LOCK_WAIT, fd);
}

static fallible commit_fetch(GitTalk *t, git_repository *repo, Str branch, Str commit)
{
    Arena *a = t->a;
    if (mirror_has(repo, a, commit)) return NULL;
    Err *e = NULL;
    if (branch.n) e = refspec_fetch(t, repo, branch_spec(a, branch));
    if (!e && mirror_has(repo, a, commit)) return NULL;
    if (!t->failed) // a network that failed once is not asked twice more
        e = refspec_fetch(t, repo, S("+refs/heads/*:refs/heads/*"));
    if (!e && mirror_has(repo, a, commit)) return NULL;
    if (!t->failed)
        e = refspec_fetch(t, repo,
                          arena_fmt(a, "+%.*s:refs/tresor/%.*s", STR(commit), STR(commit)));
    if (!e && mirror_has(repo, a, commit)) return NULL;
    if (e && t->failed && e->kind != ERR_BUSY) return e;
    Err *said = t->failed;
    e = said ? fail(a, ERR_BUSY,
                    "Network error when fetching commit %.*s from %.*s: %.*s (This may work if you "
                    "try again later)",
                    STR(commit), STR(t->source->url), STR(said->say))
             : repo_failure(a, ERR_NOT_FOUND, "GitError", "Error fetching commit %.*s from %.*s",
                            STR(commit), STR(t->source->url));
    e->code = S("GitError");
    return e;
}

fallible repo_fetch(const GitCache *c, Arena *a, const GitSource *s, Str branch, Str commit)
{
    owned_talk t = {.a = a, .cache = c, .source = s};
    owned_fd lock = -1;
    owned_repo repo = NULL;
    if (!repo_id_is_whole(commit)) {
        Err *e = fail(a, ERR_BAD_INPUT, "a commit is named by its 40 hexadecimal letters");
        e->code = S("GitError");
        return e;
    }
    if (branch.n) TRY(branch_check(a, branch));
    TRY(talk_start(&t));
    TRY(mirror_lock(&t, &lock));
    TRY(mirror_make(&t, &repo));
    return commit_fetch(&t, repo, branch, commit);
}

fallible repo_commit_is_on(const GitCache *c, Arena *a, const GitSource *s, Str branch, Str commit,
                           bool *yes)
{
    owned_talk t = {.a = a, .cache = c, .source = s};
    owned_fd lock = -1;
    owned_repo repo = NULL;
    Str head;
    git_oid head_id, id;
    *yes = false;
    if (!repo_id_is_whole(commit)) return NULL;
    TRY(repo_branch_head(c, a, s, branch, &head));
    *yes = str_eq(head, commit);
    if (*yes) return NULL;
    TRY(talk_start(&t));
    TRY(mirror_lock(&t, &lock));
    TRY(mirror_make(&t, &repo));
    if (!mirror_has(repo, a, head)) TRY(refspec_fetch(&t, repo, branch_spec(a, branch)));
    if (!mirror_has(repo, a, commit)) return NULL;
    if (git_oid_fromstrp(&head_id, cstr(a, head)) || git_oid_fromstrp(&id, cstr(a, commit)))
        return repo_failure(a, ERR_BUG, "GitError", "a commit has a strange name");
    int found = git_graph_descendant_of(repo, &head_id, &id);
    if (found < 0)
        return repo_failure(a, ERR_IO, "GitError", "cannot follow the history of %.*s",
                            STR(branch));
    *yes = found == 1;
    return NULL;
}
