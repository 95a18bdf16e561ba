// Reading what has been fetched: files, histories, tree names. No network.
#include "kit/git_mirror.h" // first: libgit2 has a field with a banned name

#include "os/file.h"

fallible repo_mirror_open(const GitCache *c, Arena *a, Str url, git_repository **out)
{
    repo_start();
    if (!git_repository_open_bare(out, cstr(a, repo_mirror_path(a, c, url)))) return NULL;
    Err *e = fail(a, ERR_NOT_FOUND, "nothing has been fetched from %.*s yet", STR(url));
    e->code = S("GitError");
    return e;
}

fallible repo_commit_open(const GitCache *c, Arena *a, Str url, Str commit, git_repository **repo,
                          git_commit **out)
{
    git_oid id;
    TRY(repo_mirror_open(c, a, url, repo));
    if (repo_id_is_whole(commit) && !git_oid_fromstrp(&id, cstr(a, commit)) &&
        !git_commit_lookup(out, *repo, &id))
        return NULL;
    Err *e = fail(a, ERR_NOT_FOUND, "the commit %.*s has not been fetched from %.*s",
                  STR(str_printable(a, commit)), STR(url));
    e->code = S("GitError");
    return e;
}

// A symbolic link's blob is the text of its target, not what a person means by the file.
static bool is_plain_file(const git_tree_entry *entry)
{
    return git_tree_entry_type(entry) == GIT_OBJECT_BLOB &&
           git_tree_entry_filemode(entry) != GIT_FILEMODE_LINK;
}

fallible repo_file_read(const GitCache *c, Arena *a, Str url, Str commit, Str path, i64 cap,
                        Str *out)
{
    owned_repo repo = NULL;
    owned_commit at = NULL;
    owned_tree tree = NULL;
    owned_blob blob = NULL;
    git_tree_entry *entry = NULL;
    TRY(repo_commit_open(c, a, url, commit, &repo, &at));
    if (git_commit_tree(&tree, at))
        return repo_failure(a, ERR_IO, "GitError", "cannot read the commit's tree");
    bool found = path_is_plain(path) && !git_tree_entry_bypath(&entry, tree, cstr(a, path));
    bool plain = found && is_plain_file(entry);
    bool read = plain && !git_blob_lookup(&blob, repo, git_tree_entry_id(entry));
    git_tree_entry_free(entry);
    if (plain && !read) return repo_failure(a, ERR_IO, "GitError", "cannot read %.*s", STR(path));
    if (!plain) {
        Err *e = fail(a, ERR_NOT_FOUND, "File '%.*s' not found in %.*s",
                      STR(str_printable(a, path)), STR(url));
        e->code = S("GitFileNotFoundError");
        return e;
    }
    i64 n = (i64)git_blob_rawsize(blob);
    if (n > cap)
        return fail(a, ERR_TOO_LARGE, "%.*s has %lld bytes, more than the %lld allowed", STR(path),
                    (long long)n, (long long)cap);
    *out = arena_str(a, git_blob_rawcontent(blob), (isize)n);
    return NULL;
}

fallible repo_folder_files(const GitCache *c, Arena *a, Str url, Str commit, Str folder,
                           StrList *names)
{
    owned_repo repo = NULL;
    owned_commit at = NULL;
    owned_tree top = NULL;
    owned_tree tree = NULL;
    git_tree_entry *entry = NULL;
    *names = (StrList){0};
    TRY(repo_commit_open(c, a, url, commit, &repo, &at));
    if (git_commit_tree(&top, at))
        return repo_failure(a, ERR_IO, "GitError", "cannot read the commit's tree");
    bool found = path_is_plain(folder) && !git_tree_entry_bypath(&entry, top, cstr(a, folder)) &&
                 git_tree_entry_type(entry) == GIT_OBJECT_TREE;
    bool read = found && !git_tree_lookup(&tree, repo, git_tree_entry_id(entry));
    git_tree_entry_free(entry);
    if (!found) return NULL;
    if (!read) return repo_failure(a, ERR_IO, "GitError", "cannot read %.*s", STR(folder));
    for (size_t i = 0; i < git_tree_entrycount(tree); i++) {
        const git_tree_entry *file = git_tree_entry_byindex(tree, i);
        if (is_plain_file(file))
            str_list_add(a, names, str_copy(a, str_from(git_tree_entry_name(file))));
    }
    return NULL;
}

static Str id_text(Arena *a, const git_oid *id)
{
    char hex[GIT_OID_SHA1_HEXSIZE + 1];
    git_oid_tostr(hex, sizeof hex, id);
    return str_copy(a, str_from(hex));
}

fallible repo_tree_id(const GitCache *c, Arena *a, Str url, Str commit, Str *tree)
{
    owned_repo repo = NULL;
    owned_commit at = NULL;
    TRY(repo_commit_open(c, a, url, commit, &repo, &at));
    *tree = id_text(a, git_commit_tree_id(at));
    return NULL;
}

static GitCommit commit_facts(Arena *a, git_commit *c)
{
    const git_signature *by = git_commit_author(c);
    return (GitCommit){
        .id = id_text(a, git_commit_id(c)),
        .tree = id_text(a, git_commit_tree_id(c)),
        .subject = str_printable(a, str_from(git_commit_summary(c))),
        .author = by ? str_printable(a, str_from(by->name)) : (Str){0},
        .email = by ? str_printable(a, str_from(by->email)) : (Str){0},
        .when = by ? (Time)by->when.time * 1000000 : 0,
    };
}

static void walk_end(git_revwalk **w)
{
    git_revwalk_free(*w);
}

fallible repo_commits(const GitCache *c, Arena *a, Str url, Str from, isize most, GitCommit **out,
                      isize *n)
{
    owned_repo repo = NULL;
    owned_commit start = NULL;
    __attribute__((cleanup(walk_end))) git_revwalk *walk = NULL;
    git_oid id;
    TRY(repo_commit_open(c, a, url, from, &repo, &start));
    *out = make(a, GitCommit, most + 1);
    *n = 0;
    if (git_revwalk_new(&walk, repo) || git_revwalk_push(walk, git_commit_id(start)))
        return repo_failure(a, ERR_IO, "GitError", "cannot follow the history of %.*s", STR(from));
    while (*n < most && !git_revwalk_next(&id, walk)) {
        owned_commit at = NULL;
        if (git_commit_lookup(&at, repo, &id))
            return repo_failure(a, ERR_IO, "GitError", "cannot read a commit");
        (*out)[(*n)++] = commit_facts(a, at);
    }
    return NULL;
}
