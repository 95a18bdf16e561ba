// Mounting by the descriptor-based calls of Linux 5.12, so that no path can be exchanged between two steps.
#include "os/mount.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/str.h"
#include "os/own.h"

// Numbers of linux/mount.h and linux/openat2.h, which not every C library carries.
enum {
    TREE_CLONE = 1,
    TREE_RECURSIVE = 0x8000, // AT_RECURSIVE
    EMPTY_PATH = 0x1000,     // AT_EMPTY_PATH
    MOVE_FROM_EMPTY = 0x04,
    MOVE_TO_EMPTY = 0x40,
    ATTR_RDONLY = 1,
    ATTR_NOSUID = 2,
    ATTR_NODEV = 4,
    ATTR_NOEXEC = 8,
    RESOLVE_NO_LINKS = 0x04 | 0x02, // no symbolic links, no magic links
    RESOLVE_INSIDE = 0x08,          // RESOLVE_BENEATH
};
#ifndef SYS_open_tree
#define SYS_open_tree 428
#endif
#ifndef SYS_move_mount
#define SYS_move_mount 429
#endif
#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif

static int set_attributes(int fd, const char *path, unsigned flags, u64 set)
{
    struct {
        u64 set, clear, propagation, userns;
    } attr = {.set = set, .propagation = MS_PRIVATE};
    return (int)syscall(SYS_mount_setattr, fd, path, flags, &attr, sizeof attr);
}

fallible mount_take(Arena *a, const char *path, MountAccess access, int *fd)
{
    static const u64 attributes[] = {[MOUNT_READ_ONLY] = ATTR_RDONLY | ATTR_NOSUID | ATTR_NODEV,
                                     [MOUNT_WRITABLE] = ATTR_NOSUID | ATTR_NODEV,
                                     [MOUNT_DEVICE] = ATTR_NOSUID | ATTR_NOEXEC};
    owned_fd tree =
        (int)syscall(SYS_open_tree, AT_FDCWD, path, TREE_CLONE | O_CLOEXEC | TREE_RECURSIVE);
    if (tree < 0) return fail(a, ERR_IO, "cannot take %s into the box: %s", path, strerror(errno));
    if (set_attributes(tree, "", EMPTY_PATH | TREE_RECURSIVE, attributes[access]) < 0)
        return fail(a, ERR_IO, "cannot protect %s in the box: %s", path, strerror(errno));
    *fd = take_fd(&tree);
    return NULL;
}

static int open_part(int folder, const char *name, u64 flags, u64 mode)
{
    struct stat s;
    owned_fd fd = openat(folder, name, (int)flags | O_NOFOLLOW | O_CLOEXEC, (mode_t)mode);
    if (fd < 0 || (fstat(fd, &s) == 0 && !S_ISLNK(s.st_mode))) return take_fd(&fd);
    errno = ELOOP; // with O_PATH a link itself is opened
    return -1;
}

// Where something around us hides openat2 (systemd's RestrictSUIDSGID does): one part after the other.
static int open_by_parts(int root, const char *at, u64 flags, u64 mode)
{
    owned_fd folder = -1;
    int here = root;
    for (const char *end; (end = strchr(at, '/')); at = end + 1) {
        char part[NAME_MAX + 1];
        snprintf(part, sizeof part, "%.*s", (int)(end - at), at);
        int next = strcmp(part, "..") ? open_part(here, part, O_PATH | O_DIRECTORY, 0) : -1;
        own_close_fd(&folder);
        if (next < 0) return -1;
        here = folder = next;
    }
    return open_part(here, at, flags, mode);
}

// Opens below `root` without following any link; -1 and errno.
static int open_inside(int root, const char *at, u64 flags, u64 mode)
{
    struct {
        u64 flags, mode, resolve;
    } how = {flags | O_CLOEXEC, mode, RESOLVE_NO_LINKS | RESOLVE_INSIDE};
    int fd = (int)syscall(SYS_openat2, root, at, &how, sizeof how);
    return fd < 0 && errno == ENOSYS ? open_by_parts(root, at, flags, mode) : fd;
}

static bool seat_make(int folder, const char *name, MountSeat seat)
{
    if (seat == MOUNT_SEAT_FOLDER) return mkdirat(folder, name, 0755) == 0 || errno == EEXIST;
    owned_fd fd = open_inside(folder, name, O_CREAT | O_EXCL | O_WRONLY, 0644);
    return fd >= 0 || errno == EEXIST;
}

// The same with the folders on the way, one after the other.
static fallible seat_make_deep(Arena *a, int root, Str at, MountSeat seat)
{
    Str rest = at, head;
    owned_fd folder = -1;
    int here = root;
    while (str_cut(rest, '/', &head, &rest)) {
        const char *name = cstr(a, head);
        owned_fd next = -1;
        if (seat_make(here, name, MOUNT_SEAT_FOLDER))
            next = open_inside(here, name, O_PATH | O_DIRECTORY, 0);
        if (next < 0)
            return fail(a, ERR_IO, "cannot make /%.*s in the box: %s is in the way (%s)", STR(at),
                        name, strerror(errno));
        own_close_fd(&folder);
        here = folder = take_fd(&next);
    }
    if (!seat_make(here, cstr(a, head), seat))
        return fail(a, ERR_IO, "cannot make /%.*s in the box: %s", STR(at), strerror(errno));
    return NULL;
}

fallible mount_seat(Arena *a, int root, Str at, MountSeat seat)
{
    // Nearly always the folder is there; a folder itself can only be made this way where no link can be on the way.
    bool direct = seat == MOUNT_SEAT_FILE || str_find_byte(at, '/') < 0;
    if (direct && seat_make(root, cstr(a, at), seat)) return NULL;
    return seat_make_deep(a, root, at, seat);
}

fallible mount_put(Arena *a, int tree, int root, const char *at)
{
    owned_fd target = open_inside(root, at, O_PATH, 0);
    if (target < 0) return fail(a, ERR_IO, "cannot find /%s in the box: %s", at, strerror(errno));
    if (syscall(SYS_move_mount, tree, "", target, "", MOVE_FROM_EMPTY | MOVE_TO_EMPTY) < 0)
        return fail(a, ERR_IO, "cannot put /%s into the box: %s", at, strerror(errno));
    return NULL;
}

fallible mount_memory(Arena *a, const char *at, i64 bytes, i64 files, int mode)
{
    char options[96];
    snprintf(options, sizeof options, "size=%lld,nr_inodes=%lld,mode=%04o", (long long)bytes,
             (long long)files, (unsigned)mode);
    if (mount("tmpfs", at, "tmpfs", MS_NOSUID | MS_NODEV, options) < 0)
        return fail(a, ERR_IO, "cannot make memory folder %s: %s", at, strerror(errno));
    return NULL;
}

fallible mount_proc(Arena *a, const char *at)
{
    if (mount("proc", at, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
              "subset=pid,hidepid=invisible") == 0)
        return NULL;
    const char *hint = errno == EPERM
                           ? ": something covers a part of this machine's /proc, such as "
                             "a container or ProtectKernelLogs= in a unit"
                           : "";
    return fail(a, ERR_IO, "cannot make a private /proc: %s%s", strerror(errno), hint);
}

fallible mount_close(Arena *a, const char *at)
{
    if (set_attributes(AT_FDCWD, at, 0, ATTR_RDONLY | ATTR_NOSUID | ATTR_NODEV) < 0)
        return fail(a, ERR_IO, "cannot make %s read-only: %s", at, strerror(errno));
    return NULL;
}
