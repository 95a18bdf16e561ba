// send: the only way out of a site: approved files go to the server by the release API, and nothing else.
#pragma once
#include "review/worker.h"

// A thread that sends what is approved and waits for more; it survives cuts and restarts, because every step that the
// server has acknowledged is on disk before the next one. worker_stop ends it; call events_stop first.
typedef Worker Sender;
fallible sender_start(Arena *, const AirlockLink *, struct DbPool *, struct Events *, const Log *,
                      Sender **out);
