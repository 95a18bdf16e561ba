// copy: trees and single files, copied by the kernel.
#include "os/copy.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "os/file_failure.h"
#include "os/own.h"

static fallible bytes_copy(Arena *a, int from, int to, Str path)
{
    for (;;) {
        ssize_t n = copy_file_range(from, NULL, to, NULL, (size_t)1 << 30, 0);
        if (n == 0) return NULL;
        if (n < 0 && (errno == EXDEV || errno == EINVAL || errno == EOPNOTSUPP || errno == ENOSYS))
            break;
        if (n < 0 && errno != EINTR) return file_failure(a, errno, "copy to", path);
    }
    // Between two kinds of disk the kernel refuses: read and write. Nothing was copied so far.
    char piece[65536];
    for (;;) {
        ssize_t n = read(from, piece, sizeof piece);
        if (n == 0) return NULL;
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return file_failure(a, errno, "read for", path);
        TRY(file_write_fd(a, to, (Str){piece, n}));
    }
}

static fallible file_place(Arena *a, int from, Str to, u32 mode)
{
    char *name = cstr(a, to);
    if (unlink(name) && errno != ENOENT) return file_failure(a, errno, "replace", to);
    owned_fd out =
        open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode & 0111 ? 0755 : 0644);
    if (out < 0) return file_failure(a, errno, "write", to);
    return bytes_copy(a, from, out, to);
}

static fallible entry_copy(Arena *a, int root, const FolderEntry *e, Str from, Str to)
{
    if (e->facts.kind == FILE_FOLDER) return folder_make(a, to, 0755);
    if (e->facts.kind == FILE_LINK) {
        Str target;
        TRY(file_link_read(a, from, &target));
        TRY(file_remove(a, to));
        return symlink(cstr(a, target), cstr(a, to)) ? file_failure(a, errno, "link", to) : NULL;
    }
    if (e->facts.kind != FILE_REGULAR) return NULL;
    owned_fd in = -1;
    TRY(file_open_beneath(a, root, e->path, &in));
    return file_place(a, in, to, e->facts.mode);
}

fallible folder_copy(Arena *a, Str from, Str to, isize most)
{
    FolderList list;
    TRY(folder_walk(a, from, FOLDER_ALL, most, &list));
    owned_fd root = -1;
    TRY(folder_open(a, from, &root));
    TRY(folder_make(a, to, 0755));
    for (isize i = 0; i < list.n; i++) {
        const FolderEntry *e = &list.v[i];
        TRY(entry_copy(a, root, e, path_join(a, from, e->path), path_join(a, to, e->path)));
    }
    return NULL;
}

// Makes the folders of a plain path below root, one by one, so that a link among them is seen.
static fallible parents_make(Arena *a, Str root, Str path)
{
    Str rest = path_folder(path), part, at = root;
    if (str_eq(rest, S("."))) return NULL;
    while (str_next(&rest, '/', &part)) {
        at = path_join(a, at, part);
        FileFacts facts;
        Err *e = file_facts(a, at, &facts);
        if (e && e->kind != ERR_NOT_FOUND) return e;
        if (e)
            TRY(folder_make(a, at, 0755));
        else if (facts.kind != FILE_FOLDER)
            return fail(a, ERR_FORBIDDEN, "%.*s cannot be placed: %.*s is not a folder", STR(path),
                        STR(part));
    }
    return NULL;
}

fallible file_copy_beneath(Arena *a, Str from, Str root, Str path)
{
    must(path_is_plain(path));
    owned_fd in = -1;
    TRY(file_open(a, from, &in));
    TRY(parents_make(a, root, path));
    return file_place(a, in, path_join(a, root, path), 0644);
}

// --- loosely

fallible loose_open(Arena *a, Str path, int mode, LooseFile *f)
{
    f->path = path;
    f->part = arena_fmt(a, "%.*s/.part-%.*s", STR(path_folder(path)), STR(path_name(path)));
    f->fd = open(cstr(a, f->part), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode);
    return f->fd < 0 ? file_failure(a, errno, "write", path) : NULL;
}

fallible loose_close(Arena *a, LooseFile *f, Err *written)
{
    own_close_fd(&f->fd);
    if (!written && !rename(cstr(a, f->part), cstr(a, f->path))) return NULL;
    Err *e = written ? written : file_failure(a, errno, "replace", f->path);
    unlink(cstr(a, f->part));
    return e;
}

fallible file_write_loose(Arena *a, Str path, Str bytes, int mode)
{
    LooseFile f;
    TRY(loose_open(a, path, mode, &f));
    return loose_close(a, &f, file_write_fd(a, f.fd, bytes));
}

fallible file_copy_loose(Arena *a, int from, Str to, int mode)
{
    LooseFile f;
    if (lseek(from, 0, SEEK_SET) < 0) return file_failure(a, errno, "read for", to);
    TRY(loose_open(a, to, mode, &f));
    return loose_close(a, &f, bytes_copy(a, from, f.fd, to));
}

static fallible path_sync(Arena *a, Str path)
{
    owned_fd fd = open(cstr(a, path), O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fsync(fd)) return file_failure(a, errno, "sync", path);
    return NULL;
}

fallible files_sync(Arena *a, const StrList *paths)
{
    StrList folders = {0};
    for (isize i = 0; i < paths->n; i++) {
        TRY(path_sync(a, paths->v[i]));
        Str folder = path_folder(paths->v[i]);
        bool last = folders.n && str_eq(folders.v[folders.n - 1], folder);
        if (!last && !str_list_has(&folders, folder)) str_list_add(a, &folders, folder);
    }
    for (isize i = 0; i < folders.n; i++)
        TRY(path_sync(a, folders.v[i]));
    return NULL;
}

fallible boot_name(Arena *a, Str *out)
{
    TRY(file_read(a, S("/proc/sys/kernel/random/boot_id"), 100, out));
    *out = str_trim(*out);
    return NULL;
}
