// git_make: a repository from files in memory, for samples and tests; the same input gives the same commit.
#pragma once
#include "base/time.h"

typedef struct GitFile {
    Str path; // "analysis/model.R"
    Str bytes;
    bool executable;
} GitFile;
// Makes a bare repository in `folder` (which must not exist) with one commit on `branch`.
fallible git_make(Arena *, Str folder, Str branch, const GitFile *files, isize n, Str message,
                  Time when, Str *commit);
