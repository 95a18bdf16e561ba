// record: what is kept of one run of a job for ever: logs.txt and metadata.json.
#pragma once
#include "output/output.h"

typedef struct OutputNote {
    Str path, text; // a file, and why level 4 does not get it
} OutputNote;

typedef struct OutputRecord {
    Str job, request, action, workspace, commit, image, database;
    i64 exit_code;
    Str message;
    Time created, completed;
    OutputList outputs;
    const OutputNote *excluded;
    isize n_excluded;
    StrList others; // files that were made but that no pattern claims
    Str box; // JSON: the plan of the sandbox and how it ended, values of the environment left out
} OutputRecord;

// What follows the job's own prints in logs.txt.
Str record_trailer(Arena *, const OutputRecord *);
Str record_metadata(Arena *, const OutputRecord *); // metadata.json
// Writes both files into `folder`, which is made; the prints come from `log` (an open file, or -1 for none).
fallible record_keep(Arena *, Str folder, int log, const OutputRecord *, StrList *written);
// Copies logs.txt of `folder` to metadata/ACTION.log of a store.
fallible record_show(Arena *, Str folder, Str store, Str action, StrList *written);
