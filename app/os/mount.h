// mount: pieces of file system taken from one place, made safe while nobody can reach them, and put in another.
#pragma once
#include "base/base.h"

typedef enum MountAccess {
    MOUNT_READ_ONLY = 1, // and nosuid, nodev
    MOUNT_WRITABLE,      // and nosuid, nodev
    MOUNT_DEVICE,        // one device file: writable, nosuid, noexec
} MountAccess;

// A detached copy of the tree at `path`, everything mounted below included; *fd is the caller's.
fallible mount_take(Arena *, const char *path, MountAccess, int *fd);
// Makes what a mount needs to sit on: the empty folder or file `at` below `root`, with the folders on the way. What is
// there already stays. No link is ever followed, so that nothing can be made elsewhere.
typedef enum MountSeat { MOUNT_SEAT_FOLDER = 1, MOUNT_SEAT_FILE } MountSeat;
fallible mount_seat(Arena *, int root, Str at, MountSeat);
// Puts a detached tree at `at`, found below the folder `root` without following any link.
fallible mount_put(Arena *, int tree, int root, const char *at);
// An empty file system in memory at `at`: nosuid, nodev; root of it belongs to the caller, mode 0755 or as given.
fallible mount_memory(Arena *, const char *at, i64 bytes, i64 files, int mode);
// /proc of this pid namespace: processes only, and only those that the reader may look at.
fallible mount_proc(Arena *, const char *at);
// Makes the file system mounted at `at` (not what is below) read-only, nosuid, nodev.
fallible mount_close(Arena *, const char *at);
