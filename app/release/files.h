// files: walks over released files by name, any number of them in little memory.
#pragma once
#include "release/release.h"

// Which files; the first that is set says it.
typedef struct FilesOf {
    Str release;   // all of one release, or
    i64 snapshot;  // those of a snapshot, or
    i64 workspace; // the newest version of each file that left a workspace
} FilesOf;

typedef struct FilesWalk {
    Db *db;
    FilesOf of;
    Arena own; // of the present page
    ReleaseFileList page;
    isize at;
    bool begun;
} FilesWalk;
#define owned_walk __attribute__((cleanup(files_walk_end))) FilesWalk
//     owned_walk w = files_walk(db, of);
//     for (const ReleaseFile *f;;) { TRY(files_next(&w, a, &f)); if (!f) break; … }
FilesWalk files_walk(Db *, FilesOf);
void files_walk_end(FilesWalk *);
// The next file, valid until the next call; NULL after the last. Failures are in `a`.
fallible files_next(FilesWalk *, Arena *a, const ReleaseFile **out);

// At most `most` of them as a list, for pages.
fallible files_list(Db *, Arena *, FilesOf, isize most, ReleaseFileList *out);
