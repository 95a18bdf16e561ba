// Trees, held by descriptors: whoever swaps a folder for a link while we work gains nothing.
#include <fcntl.h>
#include <sys/stat.h>

#include "base/str.h"
#include "os/file_failure.h"
#include "os/folder.h"
#include "os/own.h"
#include "os/random.h"

enum { FOLDER_LEVELS = 64 };

fallible folder_make(Arena *a, Str path, int mode)
{
    char *p = cstr(a, path);
    for (isize i = 1; i <= path.n; i++) {
        if (i < path.n && p[i] != '/') continue;
        p[i] = 0;
        struct stat st;
        if (mkdir(p, (mode_t)mode) && errno != EEXIST && (stat(p, &st) || !S_ISDIR(st.st_mode)))
            return file_failure(a, errno, "make the folder", str_take(path, i));
        if (i < path.n) p[i] = '/';
    }
    if (!file_is_folder(a, path))
        return fail(a, ERR_CONFLICT, "%.*s is there already and is not a folder", STR(path));
    return NULL;
}

fallible folder_sync(Arena *a, Str path)
{
    owned_fd fd = -1;
    TRY(folder_open(a, path, &fd));
    if (fsync(fd)) return file_failure(a, errno, "sync", path);
    return NULL;
}

fallible folder_temporary(Arena *a, Str parent, Str *path)
{
    Str random = random_hex(a, 8);
    Str name = path_join(a, parent, arena_fmt(a, ".draft-%.*s", STR(random)));
    if (mkdir(cstr(a, name), 0700)) return file_failure(a, errno, "make the folder", name);
    *path = name;
    return NULL;
}

fallible folder_open(Arena *a, Str path, int *fd)
{
    int got = open(cstr(a, path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (got < 0) return file_failure(a, errno, "open the folder", path);
    *fd = got;
    return NULL;
}

// The names in an open folder, sorted; the descriptor stays the caller's.
static fallible names_of(Arena *a, int fd, StrList *out)
{
    owned_fd mine = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (mine < 0) return file_failure(a, errno, "list", S("a folder"));
    owned_dir d = fdopendir(mine);
    if (!d) return file_failure(a, errno, "list", S("a folder"));
    (void)take_fd(&mine);
    for (struct dirent *e; errno = 0, (e = readdir(d));) {
        Str name = str_from(e->d_name);
        if (!str_eq(name, S(".")) && !str_eq(name, S("..")))
            str_list_add(a, out, str_copy(a, name));
    }
    if (errno) return file_failure(a, errno, "list", S("a folder"));
    str_list_sort(out);
    return NULL;
}

fallible folder_names(Arena *a, Str path, StrList *out)
{
    owned_fd fd = -1;
    TRY(folder_open(a, path, &fd));
    return names_of(a, fd, out);
}

static fallible remove_inside(Arena *a, int fd, int level)
{
    if (level > 1024) return fail(a, ERR_TOO_LARGE, "the folders are too deep to be removed");
    StrList names = {0};
    TRY(names_of(a, fd, &names));
    for (isize i = 0; i < names.n; i++) {
        char *name = cstr(a, names.v[i]);
        if (!unlinkat(fd, name, 0) || errno == ENOENT) continue;
        if (errno != EISDIR && errno != EPERM && errno != EACCES)
            return file_failure(a, errno, "remove", names.v[i]);
        owned_fd below = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (below < 0 && errno == EACCES && !fchmodat(fd, name, 0700, 0))
            below = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (below < 0) return file_failure(a, errno, "remove", names.v[i]);
        // A tree that was made read-only must be writable to lose its names.
        if (fchmod(below, 0700)) return file_failure(a, errno, "remove", names.v[i]);
        TRY(remove_inside(a, below, level + 1));
        if (unlinkat(fd, name, AT_REMOVEDIR) && errno != ENOENT)
            return file_failure(a, errno, "remove", names.v[i]);
    }
    return NULL;
}

fallible folder_remove(Arena *a, Str path)
{
    char *p = cstr(a, path);
    owned_fd fd = open(p, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) return NULL;
    if (fd < 0) return file_failure(a, errno, "remove the folder", path);
    if (fchmod(fd, 0700)) return file_failure(a, errno, "remove the folder", path);
    TRY(err_under(a, remove_inside(a, fd, 0), "removing %.*s", STR(path)));
    if (rmdir(p) && errno != ENOENT) return file_failure(a, errno, "remove the folder", path);
    return NULL;
}

typedef struct Walk {
    Arena *a;
    FolderWalk what;
    isize most, cap;
    FolderList *out;
} Walk;

static fallible walk_add(Walk *w, Str path, FileFacts facts)
{
    FolderList *l = w->out;
    if (l->n == w->most)
        return fail(w->a, ERR_TOO_LARGE, "more than %lld entries in one tree", (long long)w->most);
    if (l->n == w->cap) {
        w->cap = w->cap ? w->cap * 2 : 64;
        FolderEntry *v = make(w->a, FolderEntry, w->cap);
        if (l->n) memcpy(v, l->v, (size_t)l->n * sizeof *v);
        l->v = v;
    }
    l->v[l->n++] = (FolderEntry){path, facts};
    if (facts.kind == FILE_REGULAR) l->bytes += facts.size;
    return NULL;
}

static fallible facts_at(Arena *a, int fd, const char *name, FileFacts *out)
{
    owned_fd at = openat(fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (at < 0) return file_failure(a, errno, "look at", str_from(name));
    return file_facts_fd(a, at, out);
}

static fallible walk_below(Walk *w, int fd, Str above, int level)
{
    if (level > FOLDER_LEVELS)
        return fail(w->a, ERR_TOO_LARGE, "folders more than %d deep", FOLDER_LEVELS);
    StrList names = {0};
    TRY(names_of(w->a, fd, &names));
    for (isize i = 0; i < names.n; i++) {
        FileFacts facts;
        Str path = path_join(w->a, above, names.v[i]);
        char *name = cstr(w->a, names.v[i]);
        Err *e = facts_at(w->a, fd, name, &facts);
        if (e && e->kind == ERR_NOT_FOUND) continue;
        if (e) return e;
        bool listed =
            facts.kind == FILE_REGULAR || (w->what == FOLDER_ALL && facts.kind != FILE_OTHER);
        if (!str_is_utf8(names.v[i])) {
            w->out->skipped++;
            continue;
        }
        if (listed) TRY(walk_add(w, path, facts));
        if (!listed && facts.kind != FILE_FOLDER) w->out->skipped++;
        if (facts.kind != FILE_FOLDER) continue;
        owned_fd below = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (below < 0 && errno == ENOENT) continue;
        if (below < 0) return file_failure(w->a, errno, "open", path);
        TRY(walk_below(w, below, path, level + 1));
    }
    return NULL;
}

static int entry_order(const void *x, const void *y)
{
    const FolderEntry *l = x, *r = y;
    return str_cmp(l->path, r->path);
}

fallible folder_walk_fd(Arena *a, int root, FolderWalk what, isize most, FolderList *out)
{
    *out = (FolderList){0};
    Walk w = {.a = a, .what = what, .most = most, .out = out};
    TRY(walk_below(&w, root, S(""), 0));
    if (out->n) qsort(out->v, (size_t)out->n, sizeof *out->v, entry_order);
    return NULL;
}

fallible folder_walk(Arena *a, Str root, FolderWalk what, isize most, FolderList *out)
{
    owned_fd fd = -1;
    TRY(folder_open(a, root, &fd));
    return err_under(a, folder_walk_fd(a, fd, what, most, out), "walking %.*s", STR(root));
}
