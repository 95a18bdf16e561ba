// failure: what a visitor is told when a request failed.
#pragma once
#include "web/exchange.h"

// Fills q->answer; a streamed answer that has begun is broken off instead. `allow`: of a wrong method, else empty.
void failure_say(Req *, const Err *, Str allow);
