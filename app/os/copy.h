// copy: trees and many files copied quickly; nothing is synced file by file, one call at the end makes them durable.
#pragma once
#include "os/folder.h"

// Copies everything below `from` into `to` (made when missing). Links are copied as links, devices and sockets are
// left out, executable bits are kept. What stands in the way is replaced. Shares blocks where the disk can.
fallible folder_copy(Arena *, Str from, Str to, isize most);
// Copies one regular file to `path` below `root`. Parents are made; a link among them is ERR_FORBIDDEN, one in the
// file's own place is replaced. Nobody else may be writing below `root`.
fallible file_copy_beneath(Arena *, Str from, Str root, Str path);

// The promises of file_write in os/file.h, except that power loss may take it back until files_sync: for many files
// whose end is awaited together. The death of this process takes nothing back.
typedef struct LooseFile {
    int fd; // write here
    Str path, part;
} LooseFile;
fallible loose_open(Arena *, Str path, int mode, LooseFile *out);
// Gives it its name, or, when `written` is a failure, removes it and hands the failure on.
fallible loose_close(Arena *, LooseFile *, Err *written);
fallible file_write_loose(Arena *, Str path, Str bytes, int mode);
fallible file_copy_loose(Arena *, int from, Str to, int mode);
// These files, and their names in their folders, survive power loss.
fallible files_sync(Arena *, const StrList *paths);
// Changes with every start of the machine: what was written loosely under another one may be damaged.
fallible boot_name(Arena *, Str *out);
