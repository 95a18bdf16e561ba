// copy: whole trees copied quickly; nothing is synced file by file, one call at the end makes all of it durable.
#pragma once
#include "os/folder.h"

// Copies everything below `from` into `to` (made when missing). Links are copied as links, devices and sockets are
// left out, executable bits are kept. What stands in the way is replaced. Shares blocks where the disk can.
fallible folder_copy(Arena *, Str from, Str to, isize most);
// Copies one regular file to `path` below `root`. Parents are made; a link among them is ERR_FORBIDDEN, one in the
// file's own place is replaced. Nobody else may be writing below `root`.
fallible file_copy_beneath(Arena *, Str from, Str root, Str path);
fallible
disk_sync(Arena *,
          Str path); // everything written so far to the disk that holds `path` survives power loss
