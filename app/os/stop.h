// stop: how a role learns that it shall end: SIGTERM or SIGINT as something that can be waited for.
#pragma once
#include "base/base.h"

// Call before any thread is started: the signals are blocked everywhere and arrive at the descriptor instead; writing
// to a peer that has gone no longer kills the process. Wait with os/watch.h.
fallible stop_open(Arena *, int *fd);
