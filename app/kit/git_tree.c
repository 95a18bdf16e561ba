// A tree becomes a folder beside its final place and is renamed into it, so that it is there whole or not at all.
#include "kit/git_mirror.h" // first: libgit2 has a field with a banned name

#include <fcntl.h>
#include <sys/stat.h>

#include "os/folder.h"
#include "os/own.h"

enum { TREE_FILES_MAX = 200000, TREE_LEVELS_MAX = 64 };
static const i64 TREE_BYTES_MAX = (i64)16 << 30;

typedef struct Layout {
    Arena *a;
    git_repository *repo;
    StrList submodules;
    isize files;
    i64 bytes;
} Layout;

static fallible layout_file(Layout *l, int folder, Str path, const char *name,
                            const git_tree_entry *entry)
{
    owned_blob blob = NULL;
    git_filemode_t mode = git_tree_entry_filemode(entry);
    if (git_blob_lookup(&blob, l->repo, git_tree_entry_id(entry)))
        return repo_failure(l->a, ERR_IO, "GitError", "cannot read %.*s", STR(path));
    Str bytes = {git_blob_rawcontent(blob), (isize)git_blob_rawsize(blob)};
    l->bytes += bytes.n;
    if (++l->files > TREE_FILES_MAX || l->bytes > TREE_BYTES_MAX)
        return fail(l->a, ERR_TOO_LARGE,
                    "the repository's tree is too large: at most %d files and %lld bytes",
                    TREE_FILES_MAX, (long long)TREE_BYTES_MAX);
    if (mode == GIT_FILEMODE_LINK) {
        Str target = arena_str(l->a, bytes.s, bytes.n);
        if (!target.n || memchr(target.s, 0, (size_t)target.n) || symlinkat(target.s, folder, name))
            return fail(l->a, ERR_IO, "cannot make the link %.*s", STR(path));
        return NULL;
    }
    owned_fd fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) return fail(l->a, ERR_IO, "cannot write %.*s: %s", STR(path), strerror(errno));
    TRY(err_under(l->a, file_write_fd(l->a, fd, bytes), "%.*s", STR(path)));
    if (fchmod(fd, mode == GIT_FILEMODE_BLOB_EXECUTABLE ? 0555 : 0444))
        return fail(l->a, ERR_IO, "cannot set the mode of %.*s", STR(path));
    return NULL;
}

// git itself refuses to make such entries; a server may still send them.
static bool name_is_plain(Str name)
{
    return path_is_plain(name) && str_find_byte(name, '/') < 0 && !str_eq_nocase(name, S(".git"));
}

static fallible layout_tree(Layout *l, int folder, Str above, const git_oid *id, int level)
{
    owned_tree tree = NULL;
    if (level > TREE_LEVELS_MAX)
        return fail(l->a, ERR_TOO_LARGE, "folders more than %d deep", TREE_LEVELS_MAX);
    if (git_tree_lookup(&tree, l->repo, id))
        return repo_failure(l->a, ERR_IO, "GitError", "cannot read a tree");
    size_t n = git_tree_entrycount(tree);
    for (size_t i = 0; i < n; i++) {
        const git_tree_entry *entry = git_tree_entry_byindex(tree, i);
        const char *name = git_tree_entry_name(entry);
        Str path = path_join(l->a, above, str_from(name));
        if (!name_is_plain(str_from(name)))
            return fail(l->a, ERR_BAD_INPUT,
                        "the repository holds a file whose name cannot be used: %.*s",
                        STR(str_printable(l->a, path)));
        git_object_t type = git_tree_entry_type(entry);
        if (type == GIT_OBJECT_COMMIT) {
            str_list_add(l->a, &l->submodules, path);
        } else if (type == GIT_OBJECT_BLOB) {
            TRY(layout_file(l, folder, path, name, entry));
        } else {
            if (mkdirat(folder, name, 0700))
                return fail(l->a, ERR_IO, "cannot make %.*s: %s", STR(path), strerror(errno));
            owned_fd below = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
            if (below < 0)
                return fail(l->a, ERR_IO, "cannot open %.*s: %s", STR(path), strerror(errno));
            TRY(layout_tree(l, below, path, git_tree_entry_id(entry), level + 1));
            if (fchmod(below, 0555))
                return fail(l->a, ERR_IO, "cannot set the mode of %.*s", STR(path));
        }
    }
    return NULL;
}

// Which submodules were left out stands in a file beside the tree, absent when there are none.
static Str note_path(Arena *a, Str folder)
{
    return arena_fmt(a, "%.*s.submodules", STR(folder));
}

static fallible layout_keep(Layout *l, Str draft, Str folder)
{
    Buf note = {.a = l->a};
    for (isize i = 0; i < l->submodules.n; i++)
        buf_fmt(&note, "%.*s\n", STR(l->submodules.v[i]));
    if (note.n) TRY(file_write(l->a, note_path(l->a, folder), buf_str(&note), 0444));
    owned_fd fd = -1;
    TRY(folder_open(l->a, draft, &fd));
    // All files of the draft at once; a tree that has its name is never laid out again, so it must be on the disk.
    if (syncfs(fd) || fchmod(fd, 0555))
        return fail(l->a, ERR_IO, "cannot sync %.*s: %s", STR(draft), strerror(errno));
    Err *e = file_rename(l->a, draft, folder);
    if (e && e->kind == ERR_CONFLICT && file_is_folder(l->a, folder))
        return folder_remove(l->a, draft); // two at once
    return e;
}

static fallible layout_make(Layout *l, const git_oid *tree, Str folder)
{
    Str draft;
    owned_fd fd = -1;
    TRY(folder_make(l->a, path_folder(folder), 0755));
    TRY(folder_temporary(l->a, path_folder(folder), &draft));
    Err *e = folder_open(l->a, draft, &fd);
    if (!e) e = layout_tree(l, fd, S(""), tree, 0);
    if (!e) e = layout_keep(l, draft, folder);
    if (!e) return NULL;
    Err *left = folder_remove(l->a, draft);
    (void)left; // the first failure is the one that matters
    return e;
}

// A commit's tree never changes, so the first checkout notes it and the next ones need not open the mirror at all.
static Str known_path(Arena *a, const GitCache *c, Str url, Str commit)
{
    Str known = path_join(a, repo_mirror_path(a, c, url), S("tresor"));
    return path_join(a, known, commit);
}

static bool known_tree(Arena *a, const GitCache *c, Str url, Str commit, Str *tree)
{
    Err *e =
        repo_id_is_whole(commit) ? file_read(a, known_path(a, c, url, commit), 64, tree) : NULL;
    return !e && repo_id_is_whole(*tree); // whatever cannot be read is looked up again
}

static Str tree_folder(Arena *a, const GitCache *c, Str tree)
{
    return path_join(a, path_join(a, c->folder, S("trees")), tree);
}

static fallible tree_make(const GitCache *c, Arena *a, Str url, Str commit, Str *id)
{
    owned_repo repo = NULL;
    owned_commit at = NULL;
    char hex[GIT_OID_SHA1_HEXSIZE + 1];
    TRY(repo_commit_open(c, a, url, commit, &repo, &at));
    const git_oid *tree = git_commit_tree_id(at);
    git_oid_tostr(hex, sizeof hex, tree);
    *id = str_copy(a, str_from(hex));
    if (!file_is_folder(a, tree_folder(a, c, *id))) {
        Layout l = {.a = a, .repo = repo};
        TRY(err_under(a, layout_make(&l, tree, tree_folder(a, c, *id)), "checking out %.*s",
                      STR(commit)));
    }
    Str known = known_path(a, c, url, commit);
    TRY(folder_make(a, path_folder(known), 0700));
    return file_write(a, known, *id, 0600);
}

fallible repo_checkout(const GitCache *c, Arena *a, Str url, Str commit, GitTree *out)
{
    *out = (GitTree){0};
    bool known =
        known_tree(a, c, url, commit, &out->id) && file_is_folder(a, tree_folder(a, c, out->id));
    if (!known) TRY(tree_make(c, a, url, commit, &out->id));
    out->folder = tree_folder(a, c, out->id);
    Str note = {0}, line;
    Err *e = file_read(a, note_path(a, out->folder), 1 << 20, &note);
    if (e && e->kind != ERR_NOT_FOUND) return e;
    while (str_next(&note, '\n', &line))
        if (line.n) str_list_add(a, &out->submodules, line);
    return NULL;
}
