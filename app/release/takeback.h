// takeback: a file, or a whole release, is taken back: the row stays and says who, when and why; the bytes go.
#pragma once
#include "release/release.h"

typedef struct Takeback {
    Db *db;
    Arena *a;
    Time now;
    Str data;    // the server's folder
    Visitor who; // answers for it
    Str through; // "page" or "command": the trail says so, for a command is typed by an operator
    Str reason;
    StrList bytes, looks; // what takeback_forget removes: files, and hashes of which looks are kept
} Takeback;

// Inside a transaction: marks, notes in the trail and in the site's log. CONFLICT when it was done before.
fallible takeback_file(Takeback *, const ReleaseGet *, const ReleaseFile *);
fallible takeback_release(Takeback *, const ReleaseGet *);
// Once that is durable; after a crash in between they go at the next start (release_sweep).
fallible takeback_forget(Arena *, const Takeback *);
