// standing: what people may do at the airlock follows the server, also while they are signed in.
//
// Everybody who has a session is asked for again every few minutes (releases/authorise). Who lost the role or the
// backend loses it here within that time. When the server cannot be asked, its last answer holds until the session
// ends, at most VISIT_LASTS_HOURS later, and every page says so.
#pragma once
#include "review/worker.h"

typedef Worker Standing; // worker_stop ends it
fallible standing_start(Arena *, const AirlockLink *, struct DbPool *, struct Events *, const Log *,
                        Standing **out);
// One round: asks for everybody who is due. The number of people who could not be asked for is in *unasked.
fallible standing_refresh(const AirlockLink *, Http *, struct DbPool *, Arena *, Time now,
                          isize *unasked);
// For the airlock's Gate: says when what is known of the visitor is old.
fallible standing_banner(Req *, Str *out);
