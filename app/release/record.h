// record: what is kept of why a release was let out, as the airlock said it; and what the site's log says of it.
#pragma once
#include "base/map.h"
#include "crate/crate.h"
#include "kit/json.h"
#include "release/release.h"

// The record as one JSON text, the same every time: who asked, who decided, the policy, findings and decisions per
// file. Its SHA-256 stands in the log, and the text in the release's archive.
Str record_text(Arena *, Str release, const ReleaseWords *);

// What the record says, as far as it says it: old releases and other airlocks leave things out.
fallible record_read(Arena *, const ReleaseGet *, const ReleaseWords *, CrateRelease *out);
// The record's own words about each file, by name; and what they say of one.
typedef struct RecordFiles {
    Map by_name; // to the JSON of the file's metadata
} RecordFiles;
fallible record_files(Arena *, const ReleaseWords *, RecordFiles *out);
void record_file_read(Arena *, const RecordFiles *, Str name, CrateFile *out);

// Entries of the log, inside the transaction that makes them true.
fallible record_log_release(Db *, Arena *, Time now, const ReleaseGet *);
fallible record_log_deletion(Db *, Arena *, Time now, const ReleaseGet *, Str by, Str reason,
                             const ReleaseFile *);
fallible record_log_withdrawal(Db *, Arena *, Time now, const ReleaseGet *, Str by, Str reason);
