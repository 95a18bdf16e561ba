// handover: a workspace changes its owner: to the box's own user before the job, back to the runner after it.
#pragma once
#include "base/base.h"

// Every file and folder below `path` that belongs to `from`; links are not followed, files with several names and
// what lies deeper than 64 folders stay as they are.
fallible box_handover(Arena *, Str path, i64 from_user, i64 to_user, i64 to_group);
