// disk: what a job may write to its workspace. Part of the room; others use box.h.
//
// Few machines have quotas, and none can be relied on; so the supervisor looks at the disk now and then (one system
// call), and counts the workspace only when the disk lost as much as the job may write.
#pragma once
#include "base/base.h"

enum { BOX_DISK_LOOK_MICROS = 1000000 };

typedef struct BoxDisk {
    int folder; // the workspace; -1 when there is nothing to watch
    i64 bytes_max, files_max;
    i64 bytes_left_at, files_left_at; // free on the disk below which the workspace is counted
} BoxDisk;
// `workspace` empty: nothing to watch. What is in it already counts.
fallible box_disk_begin(Arena *, Str workspace, i64 bytes_max, i64 files_max, BoxDisk *);
bool box_disk_is_over(BoxDisk *);
void box_disk_end(BoxDisk *);
