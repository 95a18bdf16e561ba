// Walking a workspace by descriptors; after a job it is hostile ground: deep, strange, and full of links.
#include "box/handover.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "os/own.h"

enum { DEEPEST = 64 };
#define OWN_USER_FIRST 0x70000000
#define OWN_USERS      0x400000 // as many as there are process ids at most (PID_MAX_LIMIT)

i64 box_own_user(pid_t supervisor)
{
    return OWN_USER_FIRST + supervisor % OWN_USERS;
}

static bool is_ours(uid_t user)
{
    return user == geteuid() || (user >= OWN_USER_FIRST && user < OWN_USER_FIRST + OWN_USERS);
}

static void tree_give(int folder, uid_t user, gid_t group, int depth)
{
    owned_dir d = fdopendir(openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    for (struct dirent *e; d && (e = readdir(d));) {
        struct stat s;
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")) continue;
        if (fstatat(folder, e->d_name, &s, AT_SYMLINK_NOFOLLOW) < 0 || !is_ours(s.st_uid)) continue;
        bool is_folder = S_ISDIR(s.st_mode);
        // Another name of this file may belong to a shared store of checked-out code.
        if (!is_folder && s.st_nlink > 1) continue;
        if (is_folder && depth < DEEPEST) {
            owned_fd below = openat(folder, e->d_name,
                                    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
            if (below >= 0) tree_give(below, user, group, depth + 1);
        }
        // The file may be gone by now or unwilling; then it keeps its owner and the job sees it read-only.
        if (fchownat(folder, e->d_name, user, group, AT_SYMLINK_NOFOLLOW) < 0) continue;
    }
}

fallible box_handover(Arena *a, int folder, i64 to_user, i64 to_group)
{
    tree_give(folder, (uid_t)to_user, (gid_t)to_group, 0);
    if (fchown(folder, (uid_t)to_user, (gid_t)to_group) < 0)
        return fail(a, ERR_IO, "cannot hand over the workspace: %s", strerror(errno));
    return NULL;
}
