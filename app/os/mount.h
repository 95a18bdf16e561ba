// mount: pieces of file system taken from one place, made safe while nobody can reach them, and put in another.
#pragma once
#include "base/str.h"

typedef enum MountAccess {
    MOUNT_READ_ONLY = 1, // and nosuid, nodev
    MOUNT_WRITABLE,      // and nosuid, nodev
    MOUNT_DEVICE,        // one device file: writable, nosuid, noexec
} MountAccess;

// A detached copy of the tree at `path`, everything mounted below included; *fd is the caller's.
fallible mount_take(Arena *, const char *path, MountAccess, int *fd);
// Where things are put: below `root`, nearly always beside the one that was put before. Begin with {root, -1}.
typedef struct MountBase {
    int root;
    int folder; // where the latest was put, or -1; mount_base_close
    Str at;     // that folder, below the root
} MountBase;
void mount_base_close(MountBase *); // the root stays open
// The folder of `at` (its folders are made where they are missing) for things that are called *name there. *folder
// stays the base's. No link is ever followed, so that nothing can be made elsewhere.
fallible mount_folder(Arena *, MountBase *, Str at, int *folder, const char **name);
// Makes what a mount needs to sit on, an empty folder or file; what is there already stays.
typedef enum MountSeat { MOUNT_SEAT_FOLDER = 1, MOUNT_SEAT_FILE } MountSeat;
fallible mount_seat(Arena *, MountBase *, Str at, MountSeat);
// The same, and puts a detached tree there.
fallible mount_put(Arena *, MountBase *, Str at, MountSeat, int tree);
// An empty file system in memory at `at`: nosuid, nodev; root of it belongs to the caller, mode 0755 or as given.
fallible mount_memory(Arena *, const char *at, i64 bytes, i64 files, int mode);
fallible mount_resize(Arena *, const char *at, i64 bytes, i64 files);
// /proc of this pid namespace, detached: processes only, and only those that the reader may look at. *fd is the
// caller's.
fallible mount_proc_take(Arena *, int *fd);
// Makes the file system mounted at `at` (not what is below) read-only, nosuid, nodev.
fallible mount_close(Arena *, const char *at);
