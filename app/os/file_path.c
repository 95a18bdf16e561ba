// Paths: joining, cutting, judging them, and opening below a root from which nothing leads out.
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/str.h"
#include "os/file.h"
#include "os/file_failure.h"
#include "os/own.h"

Str path_join(Arena *a, Str folder, Str name)
{
    if (!folder.n) return str_copy(a, name);
    bool slash = folder.s[folder.n - 1] == '/';
    return arena_fmt(a, "%.*s%s%.*s", STR(folder), slash ? "" : "/", STR(name));
}

Str path_folder(Str path)
{
    isize at = str_rfind_byte(path, '/');
    return at < 0 ? S(".") : at == 0 ? S("/") : str_take(path, at);
}

Str path_name(Str path)
{
    return str_skip(path, str_rfind_byte(path, '/') + 1);
}

bool path_is_plain(Str path)
{
    if (!path.n || path.n > 1024 || path.s[path.n - 1] == '/' || !str_is_utf8(path)) return false;
    for (isize i = 0; i < path.n; i++)
        if ((u8)path.s[i] < 0x20 || path.s[i] == 0x7F || path.s[i] == '\\') return false;
    Str part;
    while (str_next(&path, '/', &part))
        if (!part.n || str_eq(part, S(".")) || str_eq(part, S(".."))) return false;
    return true;
}

// For kernels or sandboxes without openat2: one part after the other, none of them a link.
static int open_by_parts(Arena *a, int root, Str path, int flags)
{
    owned_fd at = openat(root, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    Str part;
    while (at >= 0 && str_next(&path, '/', &part)) {
        struct stat st;
        char *name = cstr(a, part);
        int how = path.n ? O_PATH | O_DIRECTORY : flags;
        int next = openat(at, name, how | O_NOFOLLOW | O_CLOEXEC), why = errno;
        // a link in the middle is "not a folder" to the kernel, but an attempt to leave to us
        if (next < 0 && why == ENOTDIR && !fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) &&
            S_ISLNK(st.st_mode))
            why = ELOOP;
        close(take_fd(&at));
        at = next;
        errno = why;
    }
    return take_fd(&at);
}

static int open_beneath(Arena *a, int root, Str path, int flags)
{
    struct open_how how = {.flags = (__u64)(u32)flags | O_CLOEXEC,
                           .resolve =
                               RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
    long fd = syscall(SYS_openat2, root, cstr(a, path), &how, sizeof how);
    if (fd < 0 && (errno == ENOSYS || errno == EPERM)) return open_by_parts(a, root, path, flags);
    return (int)fd;
}

fallible file_open_beneath(Arena *a, int root, Str path, int *fd)
{
    if (!path_is_plain(path))
        return fail(a, ERR_FORBIDDEN, "%.*s is not the name of a file here",
                    STR(str_printable(a, path)));
    // Without O_NONBLOCK a pipe placed there would hold us for ever.
    owned_fd got = open_beneath(a, root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (got < 0) return file_failure(a, errno, "open", path);
    struct stat st;
    if (fstat(got, &st)) return file_failure(a, errno, "look at", path);
    if (!S_ISREG(st.st_mode)) return fail(a, ERR_FORBIDDEN, "%.*s is not a file", STR(path));
    *fd = take_fd(&got);
    return NULL;
}

fallible folder_open_beneath(Arena *a, int root, Str path, int *fd)
{
    if (!path.n) path = S(".");
    if (!str_eq(path, S(".")) && !path_is_plain(path))
        return fail(a, ERR_FORBIDDEN, "%.*s is not the name of a folder here",
                    STR(str_printable(a, path)));
    int got = open_beneath(a, root, path, O_RDONLY | O_DIRECTORY);
    if (got < 0) return file_failure(a, errno, "open", path);
    *fd = got;
    return NULL;
}
