// takeback: a file, or a whole release, is taken back: the row stays and says who, when and why; the bytes go.
#pragma once
#include "release/release.h"

// For handlers of changes: marks, notes in the trail and in the site's log; the bytes leave the disk once that is
// committed (after a crash in between: at the next start, release_sweep). CONFLICT when it was done before.
fallible takeback_file(Req *, const ReleaseGet *, const ReleaseFile *, Str reason);
fallible takeback_release(Req *, const ReleaseGet *, Str reason);
