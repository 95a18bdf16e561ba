// rights: giving up, for good, what a process could do beyond an ordinary user.
#pragma once
#include "base/base.h"

typedef enum RightsGroups { RIGHTS_DROP_GROUPS = 1, RIGHTS_KEEP_GROUPS } RightsGroups;
// Becomes this user and group, and of other groups none. Privileges survive until rights_drop.
fallible rights_become(Arena *, i64 user, i64 group, RightsGroups others);
// From here on no program that is executed gains a capability; those of this process stay.
fallible rights_bound(Arena *);
// After rights_bound. No capability now, none by executing anything, none to be raised later; no-new-privileges; nobody may trace or dump.
fallible rights_drop(Arena *);

typedef struct RightsLimit {
    int what;  // RLIMIT_...
    i64 value; // soft and hard; a hard limit that is already lower stays
} RightsLimit;
fallible rights_limit(Arena *, const RightsLimit *, isize n);
