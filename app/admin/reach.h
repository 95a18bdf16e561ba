// reach: how others reach a role, kept in its folder, so that a command beside it can write invitations.
#pragma once
#include "web/gate.h"

fallible reach_keep(Arena *, Str data, ServerReach);
fallible reach_load(Arena *, Str data,
                    ServerReach *out); // NOT_FOUND as long as the role has never run
