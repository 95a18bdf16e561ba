// cgroup: groups of processes with a limit on memory or processor time, by whichever version the machine has.
#pragma once
#include "base/str.h"

typedef enum CgroupVersion { CGROUP_NONE, CGROUP_V1, CGROUP_V2 } CgroupVersion;

// Where this process may make groups for a controller ("memory", "cpu", "pids"): a folder of /sys/fs/cgroup.
// Only looks. CGROUP_NONE with a sentence in *why when it may not.
CgroupVersion cgroup_find(Arena *, Str controller, Str *folder, Str *why);
// Version 2 only: moves the processes of this program out of the group that they were started in to a leaf of it, and
// hands the controllers down, so that groups can be made beside the leaf. Repeatable. Where that is not permitted, or
// other programs share the group, nothing is changed for them and cgroup_find says what is missing.
void cgroup_delegate(Arena *);

fallible cgroup_make(Arena *, Str folder); // there already is no failure
// A file of the group to limit it by or to read; ERR_NOT_FOUND when this kernel has none of that name.
fallible cgroup_open(Arena *, Str folder, Str file, bool writable, int *fd);
fallible cgroup_set(Arena *, int fd, Str text);
i64 cgroup_get(int fd,
               Str key); // the number after `key` (or the first); 0 when unknown or fd is -1
// A descriptor through which one process at a time joins by itself: it writes "0".
fallible cgroup_door(Arena *, CgroupVersion, Str folder, int *fd);
fallible cgroup_enter(Arena *, int door);
void cgroup_remove_empty(Arena *,
                         Str folder); // one that has members stays, and they are left alone
// Kills whatever is left in the group and removes it. None there is no failure; ERR_BUSY when something will not die.
fallible cgroup_remove(Arena *, Str folder);
