// rights: giving up, for good, what a process could do beyond an ordinary user.
#pragma once
#include "base/base.h"

// Becomes this user and group, with no other groups. Privileges survive until rights_drop.
fallible rights_become(Arena *, i64 user, i64 group);
// No capability now, none by executing anything, none to be raised later; no-new-privileges; nobody may trace or dump.
fallible rights_drop(Arena *);

typedef struct RightsLimit {
    int what;  // RLIMIT_...
    i64 value; // soft and hard; a hard limit that is already lower stays
} RightsLimit;
fallible rights_limit(Arena *, const RightsLimit *, isize n);
