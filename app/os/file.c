// Single files: every durable write goes to a draft beside its goal, is synced and then renamed.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/str.h"
#include "os/file_failure.h"
#include "os/folder.h"
#include "os/own.h"
#include "os/random.h"

Err *file_failure(Arena *a, int e, const char *doing, Str path)
{
    ErrKind kind = e == ENOENT || e == ENOTDIR       ? ERR_NOT_FOUND
                   : e == ENOSPC || e == EDQUOT      ? ERR_BUSY
                   : e == ELOOP || e == EXDEV        ? ERR_FORBIDDEN
                   : e == EEXIST || e == ENOTEMPTY   ? ERR_CONFLICT
                   : e == ENAMETOOLONG || e == EFBIG ? ERR_TOO_LARGE
                                                     : ERR_IO;
    return fail(a, kind, "cannot %s %.*s: %s", doing, STR(path), strerror(e));
}

static FileFacts facts_from_stat(const struct stat *st)
{
    FileKind kind = S_ISREG(st->st_mode)   ? FILE_REGULAR
                    : S_ISDIR(st->st_mode) ? FILE_FOLDER
                    : S_ISLNK(st->st_mode) ? FILE_LINK
                                           : FILE_OTHER;
    return (FileFacts){.kind = kind,
                       .size = st->st_size,
                       .modified = (i64)st->st_mtim.tv_sec * 1000000 + st->st_mtim.tv_nsec / 1000,
                       .mode = st->st_mode & 07777,
                       .owner = st->st_uid,
                       .links = (u32)st->st_nlink,
                       .device = st->st_dev,
                       .inode = st->st_ino};
}

fallible file_facts(Arena *a, Str path, FileFacts *out)
{
    struct stat st;
    if (lstat(cstr(a, path), &st)) return file_failure(a, errno, "look at", path);
    *out = facts_from_stat(&st);
    return NULL;
}

fallible file_facts_fd(Arena *a, int fd, FileFacts *out)
{
    struct stat st;
    if (fstat(fd, &st)) return file_failure(a, errno, "look at", S("an open file"));
    *out = facts_from_stat(&st);
    return NULL;
}

bool file_exists(Arena *a, Str path)
{
    struct stat st;
    return lstat(cstr(a, path), &st) == 0;
}

bool file_is_folder(Arena *a, Str path)
{
    struct stat st;
    return stat(cstr(a, path), &st) == 0 && S_ISDIR(st.st_mode);
}

fallible file_open(Arena *a, Str path, int *fd)
{
    int got = open(cstr(a, path), O_RDONLY | O_CLOEXEC);
    if (got < 0) return file_failure(a, errno, "open", path);
    *fd = got;
    return NULL;
}

fallible file_read_fd(Arena *a, int fd, i64 cap, Str *out)
{
    struct stat st;
    if (fstat(fd, &st)) return file_failure(a, errno, "look at", S("an open file"));
    if (st.st_size > cap)
        return fail(a, ERR_TOO_LARGE, "%lld bytes are more than the %lld allowed",
                    (long long)st.st_size, (long long)cap);
    // Sizes of pipes and /proc files are not known before; one byte more tells the end from the cap.
    i64 guess = st.st_size > 0 ? st.st_size : 65536;
    isize room = (isize)(guess < cap ? guess : cap) + 1, n = 0;
    char *p = make(a, char, room);
    for (;;) {
        ssize_t got = read(fd, p + n, (size_t)(room - n));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return file_failure(a, errno, "read", S("an open file"));
        n += got;
        if (n > cap)
            return fail(a, ERR_TOO_LARGE, "more than the %lld bytes allowed", (long long)cap);
        if (!got) break;
        if (n < room) continue;
        room = room * 2 < cap + 1 ? room * 2 : (isize)cap + 1;
        char *more = make(a, char, room);
        memcpy(more, p, (size_t)n);
        p = more;
    }
    *out = (Str){p, n};
    return NULL;
}

fallible file_read(Arena *a, Str path, i64 cap, Str *out)
{
    owned_fd fd = -1;
    TRY(file_open(a, path, &fd));
    return err_under(a, file_read_fd(a, fd, cap, out), "reading %.*s", STR(path));
}

fallible file_write_fd(Arena *a, int fd, Str bytes)
{
    while (bytes.n) {
        ssize_t put = write(fd, bytes.s, (size_t)bytes.n);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return file_failure(a, errno, "write", S("an open file"));
        bytes = str_skip(bytes, put);
    }
    return NULL;
}

fallible file_draft(Arena *a, Str path, int mode, FileDraft *out)
{
    Str folder = path_folder(path), random = random_hex(a, 8);
    Str temporary = path_join(a, folder, arena_fmt(a, ".draft-%.*s", STR(random)));
    int fd = open(cstr(a, temporary), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return file_failure(a, errno, "write beside", path);
    *out = (FileDraft){.fd = fd, .path = path, .temporary = temporary, .mode = mode};
    return NULL;
}

fallible file_draft_keep(Arena *a, FileDraft *d)
{
    if (fchmod(d->fd, (mode_t)d->mode)) return file_failure(a, errno, "set the mode of", d->path);
    if (fsync(d->fd)) return file_failure(a, errno, "sync", d->path);
    if (rename(cstr(a, d->temporary), cstr(a, d->path)))
        return file_failure(a, errno, "replace", d->path);
    close(d->fd);
    d->fd = -1;
    return folder_sync(a, path_folder(d->path));
}

void file_draft_drop(Arena *a, FileDraft *d)
{
    if (d->fd < 0 || !d->temporary.n) return;
    unlink(cstr(a, d->temporary));
    close(d->fd);
    d->fd = -1;
}

fallible file_write(Arena *a, Str path, Str bytes, int mode)
{
    FileDraft d;
    TRY(file_draft(a, path, mode, &d));
    Err *e = file_write_fd(a, d.fd, bytes);
    if (!e) e = file_draft_keep(a, &d);
    file_draft_drop(a, &d);
    return err_under(a, e, "writing %.*s", STR(path));
}

// The kernel copies (or shares) what it can; the rest goes through a buffer.
static fallible bytes_copy(Arena *a, int from, int to, i64 *bytes)
{
    off_t at = 0, put = 0;
    while (copy_file_range(from, &at, to, &put, 1 << 30, 0) > 0)
        ;
    enum { PIECE = 128 * 1024 };
    char *piece = make(a, char, PIECE);
    for (;;) {
        ssize_t got = pread(from, piece, PIECE, at);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return file_failure(a, errno, "read", S("an open file"));
        if (!got) break;
        if (lseek(to, at, SEEK_SET) < 0) return file_failure(a, errno, "write", S("a copy"));
        TRY(file_write_fd(a, to, (Str){piece, got}));
        at += got;
    }
    *bytes = at;
    return NULL;
}

fallible file_copy_fd(Arena *a, int from, Str to, int mode, i64 *bytes)
{
    FileDraft d;
    i64 n = 0;
    TRY(file_draft(a, to, mode, &d));
    Err *e = bytes_copy(a, from, d.fd, &n);
    if (!e) e = file_draft_keep(a, &d);
    file_draft_drop(a, &d);
    if (bytes) *bytes = n;
    return err_under(a, e, "copying to %.*s", STR(to));
}

fallible file_copy(Arena *a, Str from, Str to, int mode)
{
    owned_fd fd = -1;
    TRY(file_open(a, from, &fd));
    return file_copy_fd(a, fd, to, mode, NULL);
}

fallible file_rename(Arena *a, Str from, Str to)
{
    if (rename(cstr(a, from), cstr(a, to))) return file_failure(a, errno, "rename", from);
    TRY(folder_sync(a, path_folder(to)));
    if (str_eq(path_folder(from), path_folder(to))) return NULL;
    return folder_sync(a, path_folder(from));
}

fallible file_remove(Arena *a, Str path)
{
    if (unlink(cstr(a, path)) && errno != ENOENT) return file_failure(a, errno, "remove", path);
    return NULL;
}

fallible file_lock(Arena *a, Str path, FileLock how, int *fd)
{
    owned_fd got = open(cstr(a, path), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (got < 0) return file_failure(a, errno, "open the lock", path);
    int op = how == FILE_LOCK_NOW ? LOCK_EX | LOCK_NB : LOCK_EX;
    while (flock(got, op)) {
        if (errno == EINTR) continue;
        if (errno == EWOULDBLOCK)
            return fail(a, ERR_BUSY, "%.*s is held by another process; stop that one first",
                        STR(path));
        return file_failure(a, errno, "lock", path);
    }
    *fd = take_fd(&got);
    return NULL;
}

fallible file_self(Arena *a, Str *path)
{
    return file_link_read(a, S("/proc/self/exe"), path);
}

fallible file_link_read(Arena *a, Str path, Str *target)
{
    char text[4096];
    ssize_t n = readlink(cstr(a, path), text, sizeof text);
    if (n < 0) return file_failure(a, errno, "read the link", path);
    if (n == sizeof text) return fail(a, ERR_TOO_LARGE, "the link %.*s is too long", STR(path));
    *target = arena_str(a, text, n);
    return NULL;
}

fallible file_space(Arena *a, Str path, FileSpace *out)
{
    struct statvfs v;
    if (statvfs(cstr(a, path), &v)) return file_failure(a, errno, "measure the disk of", path);
    *out = (FileSpace){.free = (i64)(v.f_bavail * v.f_frsize),
                       .total = (i64)(v.f_blocks * v.f_frsize)};
    return NULL;
}
