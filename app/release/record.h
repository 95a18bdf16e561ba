// record: what is kept of why a release was let out, as the airlock said it; and what the site's log says of it.
#pragma once
#include "release/release.h"

// The record as one JSON text, the same every time: who asked, who decided, the policy, findings and decisions per
// file. Its SHA-256 stands in the log, and the text in the release's archive.
Str record_text(Arena *, const ReleaseGet *);

// Entries of the log, inside the transaction that makes them true.
fallible record_log_release(Db *, Arena *, Time now, const ReleaseGet *);
fallible record_log_deletion(Db *, Arena *, Time now, const ReleaseGet *, Str by, Str reason,
                             const ReleaseFile *);
fallible record_log_withdrawal(Db *, Arena *, Time now, const ReleaseGet *, Str by, Str reason);
