// Control groups through their files; every file is tiny and every write is one limit.
#include "os/cgroup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "os/file.h"
#include "os/own.h"

enum {
    MAGIC_V1 = 0x27e0eb,
    MAGIC_V2 = 0x63677270,
    FILE_CAP = 4096,          // of the files with one answer
    MEMBERS_CAP = 256 * 1024, // of the list of processes
    LEAVE_TRIES = 2000, // of a millisecond each: a killed process may be finishing a long write
};
static const Str our_leaf = S("/tresor-runner");

// This process's path in a hierarchy: the line "N:CONTROLLERS:/path", or "0::/path" for version 2 (controller empty).
static Str own_path(Arena *a, Str controller)
{
    Str text, line, part;
    if (file_read(a, S("/proc/self/cgroup"), FILE_CAP, &text)) return S("");
    while (str_next(&text, '\n', &line)) {
        Str number, names, path;
        if (!str_cut(line, ':', &number, &path) || !str_cut(path, ':', &names, &path)) continue;
        if (!controller.n && !names.n) return path;
        while (controller.n && str_next(&names, ',', &part))
            if (str_eq(part, controller)) return path;
    }
    return S("");
}

static bool is_mount_of(Arena *a, Str path, long magic)
{
    struct statfs s;
    return statfs(cstr(a, path), &s) == 0 && (long)s.f_type == magic;
}

// Inside a container the path may not exist below the mount; then the mount's own top is our group.
static Str group_folder(Arena *a, Str mount, Str path)
{
    Str folder = arena_fmt(a, "%.*s%.*s", STR(mount), STR(path));
    if (str_ends(folder, S("/"))) folder.n--;
    return access(cstr(a, folder), F_OK) == 0 ? folder : mount;
}

static bool word_in_file(Arena *a, Str folder, Str file, Str word)
{
    Str text, piece;
    if (file_read(a, path_join(a, folder, file), FILE_CAP, &text)) return false;
    text = str_trim(text);
    while (str_next(&text, ' ', &piece))
        if (str_eq(piece, word)) return true;
    return false;
}

static Str v2_mount(Arena *a)
{
    if (is_mount_of(a, S("/sys/fs/cgroup"), MAGIC_V2)) return S("/sys/fs/cgroup");
    if (is_mount_of(a, S("/sys/fs/cgroup/unified"), MAGIC_V2)) return S("/sys/fs/cgroup/unified");
    return S("");
}

static Str v2_folder(Arena *a, Str mount)
{
    Str path = own_path(a, S(""));
    if (str_ends(path, our_leaf)) path.n -= our_leaf.n;
    return group_folder(a, mount, path);
}

CgroupVersion cgroup_find(Arena *a, Str controller, Str *folder, Str *why)
{
    *folder = S("");
    Str v1 = arena_fmt(a, "/sys/fs/cgroup/%.*s", STR(controller));
    if (is_mount_of(a, v1, MAGIC_V1)) {
        *folder = group_folder(a, v1, own_path(a, controller));
        if (access(cstr(a, *folder), W_OK) == 0) return CGROUP_V1;
        *why = arena_fmt(a, "%.*s belongs to another user", STR(*folder));
        return CGROUP_NONE;
    }
    Str v2 = v2_mount(a);
    if (!v2.n) {
        *why = S("no control groups are mounted below /sys/fs/cgroup");
        return CGROUP_NONE;
    }
    *folder = v2_folder(a, v2);
    if (!word_in_file(a, *folder, S("cgroup.subtree_control"), controller))
        *why = arena_fmt(a, "controller %.*s is not handed down in %.*s: use Delegate=yes",
                         STR(controller), STR(*folder));
    else if (access(cstr(a, *folder), W_OK) < 0)
        *why = arena_fmt(a, "%.*s belongs to another user: use Delegate=yes", STR(*folder));
    else
        return CGROUP_V2;
    return CGROUP_NONE;
}

static Str program_of(Arena *a, Str pid)
{
    Str program;
    return file_link_read(a, arena_fmt(a, "/proc/%.*s/exe", STR(pid)), &program) ? S("") : program;
}

fallible cgroup_open(Arena *a, Str folder, Str file, bool writable, int *fd)
{
    Str path = path_join(a, folder, file);
    *fd = open(cstr(a, path), (writable ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
    if (*fd >= 0) return NULL;
    return fail(a, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot open %.*s: %s", STR(path),
                strerror(errno));
}

fallible cgroup_set(Arena *a, int fd, Str text)
{
    if (write(fd, text.s, (size_t)text.n) == text.n) return NULL;
    return fail(a, ERR_IO, "cannot limit the control group to %.*s: %s", STR(text),
                strerror(errno));
}

static fallible set_in(Arena *a, Str folder, Str file, Str text)
{
    owned_fd fd = -1;
    TRY(cgroup_open(a, folder, file, true, &fd));
    return cgroup_set(a, fd, text);
}

// `up` starts server, runner and airlock in one group; all of them must leave before it may hand anything down.
static fallible family_move(Arena *a, Str folder, Str leaf)
{
    Str members, pid, us = program_of(a, S("self"));
    TRY(cgroup_make(a, leaf));
    TRY(file_read(a, path_join(a, folder, S("cgroup.procs")), MEMBERS_CAP, &members));
    while (str_next(&members, '\n', &pid))
        if (pid.n && us.n && str_eq(program_of(a, pid), us))
            TRY(set_in(a, leaf, S("cgroup.procs"), pid));
    return NULL;
}

static fallible controllers_hand_down(Arena *a, Str folder)
{
    static const Str wanted[] = {S("memory"), S("cpu"), S("pids")};
    for (isize i = 0; i < COUNT(wanted); i++)
        if (word_in_file(a, folder, S("cgroup.controllers"), wanted[i]))
            TRY(set_in(a, folder, S("cgroup.subtree_control"),
                       arena_fmt(a, "+%.*s", STR(wanted[i]))));
    return NULL;
}

void cgroup_delegate(Arena *a)
{
    Str mount = v2_mount(a), folder = mount.n ? v2_folder(a, mount) : S("");
    if (!folder.n || access(cstr(a, folder), W_OK) < 0) return;
    // A group that hands controllers down may not hold processes itself, except at the very top.
    Str leaf = arena_fmt(a, "%.*s%.*s", STR(folder), STR(our_leaf));
    if (!str_eq(folder, mount) && family_move(a, folder, leaf)) return;
    if (controllers_hand_down(a, folder))
        return; // what was not handed down, cgroup_find does not find
}

fallible cgroup_make(Arena *a, Str folder)
{
    if (mkdir(cstr(a, folder), 0755) < 0 && errno != EEXIST)
        return fail(a, ERR_IO, "cannot make control group %.*s: %s", STR(folder), strerror(errno));
    return NULL;
}

i64 cgroup_get(int fd, Str key)
{
    char bytes[FILE_CAP];
    Str line, name, number;
    i64 value = 0;
    ssize_t n = fd < 0 ? 0 : pread(fd, bytes, sizeof bytes, 0);
    Str text = {bytes, n < 0 ? 0 : n};
    while (str_next(&text, '\n', &line)) {
        if (!key.n && str_i64(str_trim(line), &value)) return value;
        if (str_cut(line, ' ', &name, &number) && str_eq(name, key)) str_i64(number, &value);
    }
    return value;
}

fallible cgroup_door(Arena *a, CgroupVersion by, Str folder, int *fd)
{
    // Version 1 "tasks" moves the writer alone without stopping every fork on the machine, as "cgroup.procs" would.
    return cgroup_open(a, folder, by == CGROUP_V1 ? S("tasks") : S("cgroup.procs"), true, fd);
}

fallible cgroup_enter(Arena *a, int door)
{
    if (write(door, "0", 1) != 1)
        return fail(a, ERR_IO, "cannot enter the control group: %s", strerror(errno));
    return NULL;
}

void cgroup_remove_empty(Arena *a, Str folder)
{
    (void)!rmdir(cstr(a, folder));
}

static void kill_members(Arena *a, Str folder)
{
    Str text, line;
    i64 pid;
    if (!set_in(a, folder, S("cgroup.kill"), S("1"))) return; // version 2, Linux 5.14
    if (file_read(a, path_join(a, folder, S("cgroup.procs")), MEMBERS_CAP, &text)) return;
    while (str_next(&text, '\n', &line))
        if (str_i64(line, &pid) && pid > 1) kill((pid_t)pid, SIGKILL);
}

fallible cgroup_remove(Arena *a, Str folder)
{
    const char *path = cstr(a, folder);
    for (int i = 0; i < LEAVE_TRIES; i++) {
        if (rmdir(path) == 0 || errno == ENOENT) return NULL;
        if (errno != EBUSY) break;
        Arena scratch = {0};
        kill_members(&scratch, folder);
        arena_free(&scratch);
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    return fail(a, errno == EBUSY ? ERR_BUSY : ERR_IO, "cannot remove control group %s: %s", path,
                strerror(errno));
}
