// folder: whole trees: making, listing, walking, measuring and removing them, never through a symbolic link.
#pragma once
#include "base/str.h"
#include "os/file.h"

fallible folder_make(Arena *, Str path, int mode); // with its parents; there already is no failure
fallible folder_remove(Arena *, Str path); // with all that is in it; none there is no failure
fallible folder_sync(Arena *, Str path);   // its names survive power loss
fallible folder_temporary(Arena *, Str parent, Str *path); // a new empty folder, 0700, random name
// Opens a folder itself; follows links (the operator may have placed one), never for a path from outside.
fallible folder_open(Arena *, Str path, int *fd);

// The names in one folder, sorted by bytes, without "." and "..".
fallible folder_names(Arena *, Str path, StrList *out);

typedef struct FolderEntry {
    Str path; // relative to the root of the walk, '/' between parts
    FileFacts facts;
} FolderEntry;
typedef struct FolderList {
    FolderEntry *v;
    isize n;
    i64 bytes;     // of the regular files
    isize skipped; // links, devices, sockets and names that are not UTF-8: never listed
} FolderList;
typedef enum FolderWalk { FOLDER_FILES = 1, FOLDER_ALL } FolderWalk;
// Everything below a root, sorted by path. FILES lists regular files only; ALL lists folders and links as well.
// More than `most` entries or 64 levels is ERR_TOO_LARGE. What disappears during the walk is left out.
fallible folder_walk(Arena *, Str root, FolderWalk, isize most, FolderList *out);
fallible folder_walk_fd(Arena *, int root, FolderWalk, isize most, FolderList *out);
