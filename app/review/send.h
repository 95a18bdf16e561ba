// send: the only way out of a site: approved files go to the server by the release API, and nothing else.
#pragma once
#include "base/log.h"
#include "review/visitor.h"

// A thread that sends what is approved and waits for more; it survives cuts and restarts, because every step that the
// server has acknowledged is on disk before the next one.
typedef struct Sender Sender;
fallible sender_start(Arena *, const AirlockLink *, struct DbPool *, struct Events *, const Log *,
                      Sender **out);
void sender_stop(Sender *); // waits until the thread has ended; call events_stop first
