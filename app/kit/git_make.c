// A repository from files in memory.
#include "kit/git_mirror.h" // first: libgit2 has a field with a banned name

#include "base/str.h"
#include "kit/git_make.h"

typedef struct GitMaking {
    Arena *a;
    git_repository *repo;
    git_index *index;
} GitMaking;

static fallible made(GitMaking *m, int code, const char *what)
{
    return code < 0
               ? repo_failure(m->a, ERR_IO, "GitError", "cannot make the repository (%s)", what)
               : NULL;
}

static fallible file_add(GitMaking *m, const GitFile *f)
{
    git_oid id;
    TRY(made(m, git_blob_create_from_buffer(&id, m->repo, f->bytes.s, (size_t)f->bytes.n), "blob"));
    git_index_entry entry = {.mode =
                                 f->executable ? GIT_FILEMODE_BLOB_EXECUTABLE : GIT_FILEMODE_BLOB,
                             .id = id,
                             .path = cstr(m->a, f->path)};
    return made(m, git_index_add(m->index, &entry), "index");
}

static fallible commit_add(GitMaking *m, Str branch, Str message, Time when, Str *commit)
{
    git_oid tree_id, commit_id;
    git_signature by = {.name = cstr(m->a, S("Tresor")),
                        .email = cstr(m->a, S("tresor@localhost")),
                        .when = {.time = when / SECONDS(1)}};
    git_tree *found = NULL;
    TRY(made(m, git_index_write_tree_to(&tree_id, m->index, m->repo), "tree"));
    TRY(made(m, git_tree_lookup(&found, m->repo, &tree_id), "tree"));
    owned_tree tree = found;
    char *ref = cstr(m->a, arena_fmt(m->a, "refs/heads/%.*s", STR(branch)));
    TRY(made(m,
             git_commit_create(&commit_id, m->repo, ref, &by, &by, NULL, cstr(m->a, message), tree,
                               0, NULL),
             "commit"));
    TRY(made(m, git_repository_set_head(m->repo, ref), "head"));
    char hex[GIT_OID_SHA1_HEXSIZE + 1];
    git_oid_tostr(hex, sizeof hex, &commit_id);
    *commit = arena_str(m->a, hex, GIT_OID_SHA1_HEXSIZE);
    return NULL;
}

static fallible files_add(GitMaking *m, const GitFile *files, isize n)
{
    for (isize i = 0; i < n; i++)
        TRY(file_add(m, &files[i]));
    return NULL;
}

fallible git_make(Arena *a, Str folder, Str branch, const GitFile *files, isize n, Str message,
                  Time when, Str *commit)
{
    GitMaking m = {.a = a};
    repo_start();
    TRY(made(&m, git_repository_init(&m.repo, cstr(a, folder), 1), "folder"));
    owned_repo repo = m.repo;
    (void)repo; // given back at the end of this function
    TRY(made(&m, git_index_new(&m.index), "index"));
    Err *e = files_add(&m, files, n);
    if (!e) e = commit_add(&m, branch, message, when, commit);
    git_index_free(m.index);
    return e;
}
