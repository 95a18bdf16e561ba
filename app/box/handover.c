// Walking a workspace by descriptors; after a job it is hostile ground: deep, strange, and full of links.
#include "box/handover.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "os/own.h"

enum { DEEPEST = 64 };

static void tree_give(int folder, i64 from, uid_t user, gid_t group, int depth)
{
    owned_dir d = fdopendir(dup(folder));
    for (struct dirent *e; d && (e = readdir(d));) {
        struct stat s;
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")) continue;
        if (fstatat(folder, e->d_name, &s, AT_SYMLINK_NOFOLLOW) < 0 || (i64)s.st_uid != from)
            continue;
        bool is_folder = S_ISDIR(s.st_mode);
        // Another name of this file may belong to a shared store of checked-out code.
        if (!is_folder && s.st_nlink > 1) continue;
        if (is_folder && depth < DEEPEST) {
            owned_fd below = openat(folder, e->d_name,
                                    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
            if (below >= 0) tree_give(below, from, user, group, depth + 1);
        }
        // The file may be gone by now or unwilling; then it keeps its owner and the job sees it read-only.
        if (fchownat(folder, e->d_name, user, group, AT_SYMLINK_NOFOLLOW) < 0) continue;
    }
}

fallible box_handover(Arena *a, Str path, i64 from_user, i64 to_user, i64 to_group)
{
    owned_fd folder = open(cstr(a, path), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0)
        return fail(a, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot open workspace %.*s: %s",
                    STR(path), strerror(errno));
    tree_give(folder, from_user, (uid_t)to_user, (gid_t)to_group, 0);
    if (fchown(folder, (uid_t)to_user, (gid_t)to_group) < 0)
        return fail(a, ERR_IO, "cannot hand over workspace %.*s: %s", STR(path), strerror(errno));
    return NULL;
}
