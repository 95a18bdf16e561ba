// handover: whose a workspace is: before the job it goes to the box's own user, after it back to the runner.
#pragma once
#include <sys/types.h>

#include "base/base.h"

// As root each box has a user and group id of its own: that of its supervisor's process id, in a range of numbers that
// neither people nor container engines use. So no two living boxes share one.
i64 box_own_user(pid_t supervisor);
// The folder, and every file and folder below it, that belongs to the caller or to a box, also to one that was cut off before it
// gave back; links are not followed, files with several names and what lies deeper than 64 folders stay as they are.
fallible box_handover(Arena *, int folder, i64 to_user, i64 to_group);
