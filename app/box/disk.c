// Counting a workspace that is being written, by somebody who may want it to be uncountable.
#include "box/disk.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "os/own.h"

enum { DEEPEST = 64, BLOCK = 512 };

typedef struct Sum {
    i64 bytes, files, bytes_max, files_max;
} Sum;

// False as soon as it is over, or so deep that it was made to hide something.
static bool tree_count(int folder, Sum *sum, int depth)
{
    owned_dir d = fdopendir(dup(folder));
    for (struct dirent *e; d && (e = readdir(d));) {
        struct stat s;
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")) continue;
        if (fstatat(folder, e->d_name, &s, AT_SYMLINK_NOFOLLOW) < 0) continue;
        sum->bytes += (i64)s.st_blocks * BLOCK, sum->files++;
        if (sum->bytes > sum->bytes_max || sum->files > sum->files_max) return false;
        if (!S_ISDIR(s.st_mode)) continue;
        if (depth == DEEPEST) return false;
        owned_fd below = openat(folder, e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (below >= 0 && !tree_count(below, sum, depth + 1)) return false;
    }
    return true;
}

static bool disk_left(const BoxDisk *d, i64 *bytes, i64 *files)
{
    struct statvfs s;
    if (fstatvfs(d->folder, &s) < 0) return false;
    *bytes = (i64)s.f_bfree * (i64)s.f_frsize, *files = (i64)s.f_ffree;
    return true;
}

// Counted now; the next time when the disk has lost what is still allowed.
static bool count_now(BoxDisk *d, i64 bytes_left, i64 files_left)
{
    Sum sum = {.bytes_max = d->bytes_max, .files_max = d->files_max};
    owned_fd folder = openat(d->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0 || !tree_count(folder, &sum, 0)) return false;
    d->bytes_left_at = bytes_left - (d->bytes_max - sum.bytes);
    d->files_left_at = files_left - (d->files_max - sum.files);
    return true;
}

fallible box_disk_begin(Arena *a, Str workspace, i64 bytes_max, i64 files_max, BoxDisk *d)
{
    *d = (BoxDisk){.folder = -1, .bytes_max = bytes_max, .files_max = files_max};
    if (!workspace.n) return NULL;
    i64 bytes, files;
    d->folder = open(cstr(a, workspace), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (d->folder < 0 || !disk_left(d, &bytes, &files))
        return fail(a, ERR_IO, "cannot look at workspace %.*s: %s", STR(workspace),
                    strerror(errno));
    if (!count_now(d, bytes, files))
        return fail(a, ERR_TOO_LARGE,
                    "workspace %.*s holds more than its %lld MB or %lld files already",
                    STR(workspace), (long long)(bytes_max >> 20), (long long)files_max);
    return NULL;
}

bool box_disk_is_over(BoxDisk *d)
{
    i64 bytes, files;
    if (d->folder < 0 || !disk_left(d, &bytes, &files)) return false;
    if (bytes >= d->bytes_left_at && files >= d->files_left_at) return false;
    return !count_now(d, bytes, files);
}

void box_disk_end(BoxDisk *d)
{
    own_close_fd(&d->folder);
}
