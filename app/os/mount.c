// Mounting by the descriptor-based calls of Linux 5.12, so that no path can be exchanged between two steps.
#include "os/mount.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "os/file.h"
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
    OPEN_CLOEXEC = 1,  // FSOPEN_CLOEXEC, FSMOUNT_CLOEXEC
    CONFIG_STRING = 1, // FSCONFIG_SET_STRING
    CONFIG_CREATE = 6,
    RESOLVE_NO_LINKS = 0x04 | 0x02, // no symbolic links, no magic links
    RESOLVE_INSIDE = 0x08,          // RESOLVE_BENEATH
};
#ifndef SYS_open_tree
#define SYS_open_tree 428
#endif
#ifndef SYS_move_mount
#define SYS_move_mount 429
#endif
#ifndef SYS_fsopen
#define SYS_fsopen   430
#define SYS_fsconfig 431
#define SYS_fsmount  432
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

void mount_base_close(MountBase *b)
{
    own_close_fd(&b->folder);
}

// *made: it was not there before, so nobody else can have made it a link.
static bool seat_make(int folder, const char *name, MountSeat seat, bool *made)
{
    int done = seat == MOUNT_SEAT_FOLDER ? mkdirat(folder, name, 0755)
                                         : mknodat(folder, name, S_IFREG | 0644, 0);
    *made = done == 0;
    return done == 0 || errno == EEXIST;
}

fallible mount_folder(Arena *a, MountBase *b, Str at, int *folder, const char **name)
{
    Str path = path_folder(at), rest = at, head;
    bool top = str_eq(path, S(".")), made;
    // What is put now may cover a folder of the root, but never its own folder: so only that one is kept.
    if (top) mount_base_close(b);
    if (!top && (b->folder < 0 || !str_eq(path, b->at))) {
        owned_fd here = -1;
        while (str_cut(rest, '/', &head, &rest)) {
            const char *part = cstr(a, head);
            int from = here < 0 ? b->root : here;
            owned_fd next = -1;
            if (seat_make(from, part, MOUNT_SEAT_FOLDER, &made))
                next = open_inside(from, part, O_PATH | O_DIRECTORY, 0);
            if (next < 0)
                return fail(a, ERR_IO, "cannot make /%.*s in the box: %s is in the way (%s)",
                            STR(at), part, strerror(errno));
            own_close_fd(&here);
            here = take_fd(&next);
        }
        mount_base_close(b);
        b->folder = take_fd(&here), b->at = str_copy(a, path);
    }
    *folder = top ? b->root : b->folder;
    *name = cstr(a, path_name(at));
    return NULL;
}

static fallible seat_find(Arena *a, MountBase *b, Str at, MountSeat seat, int *folder,
                          const char **name, bool *made)
{
    TRY(mount_folder(a, b, at, folder, name));
    if (seat_make(*folder, *name, seat, made)) return NULL;
    return fail(a, ERR_IO, "cannot make /%.*s in the box: %s", STR(at), strerror(errno));
}

fallible mount_seat(Arena *a, MountBase *b, Str at, MountSeat seat)
{
    int folder;
    const char *name;
    bool made;
    return seat_find(a, b, at, seat, &folder, &name, &made);
}

fallible mount_put(Arena *a, MountBase *b, Str at, MountSeat seat, int tree)
{
    int folder;
    const char *name;
    bool made;
    owned_fd target = -1;
    TRY(seat_find(a, b, at, seat, &folder, &name, &made));
    if (!made && (target = open_inside(folder, name, O_PATH, 0)) < 0)
        return fail(a, ERR_IO, "cannot find /%.*s in the box: %s", STR(at), strerror(errno));
    if (syscall(SYS_move_mount, tree, "", made ? folder : target, made ? name : "",
                MOVE_FROM_EMPTY | (made ? 0 : MOVE_TO_EMPTY)) < 0)
        return fail(a, ERR_IO, "cannot put /%.*s into the box: %s", STR(at), strerror(errno));
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

fallible mount_resize(Arena *a, const char *at, i64 bytes, i64 files)
{
    char options[96];
    snprintf(options, sizeof options, "size=%lld,nr_inodes=%lld", (long long)bytes,
             (long long)files);
    if (mount(NULL, at, NULL, MS_REMOUNT | MS_NOSUID | MS_NODEV, options) < 0)
        return fail(a, ERR_IO, "cannot resize memory folder %s: %s", at, strerror(errno));
    return NULL;
}

static int proc_mount(void)
{
    owned_fd fs = (int)syscall(SYS_fsopen, "proc", OPEN_CLOEXEC);
    if (fs < 0 || syscall(SYS_fsconfig, fs, CONFIG_STRING, "subset", "pid", 0) < 0 ||
        syscall(SYS_fsconfig, fs, CONFIG_STRING, "hidepid", "invisible", 0) < 0 ||
        syscall(SYS_fsconfig, fs, CONFIG_CREATE, NULL, NULL, 0) < 0)
        return -1;
    return (int)syscall(SYS_fsmount, fs, OPEN_CLOEXEC, ATTR_NOSUID | ATTR_NODEV | ATTR_NOEXEC);
}

fallible mount_proc_take(Arena *a, int *fd)
{
    *fd = proc_mount();
    if (*fd >= 0) return NULL;
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
