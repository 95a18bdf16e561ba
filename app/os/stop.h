// stop: how a role learns that it shall end: SIGTERM or SIGINT as something that can be waited for.
#pragma once
#include "base/base.h"

// Call before any thread is started: the signals are blocked everywhere and arrive at the descriptor instead; writing
// to a peer that has gone no longer kills the process. Wait with os/watch.h.
fallible stop_open(Arena *, int *fd);
// SIGHUP in the same way, for "read again what has changed"; *fd is -1 where a terminal stands behind us, whose end
// shall end us too.
fallible hangup_open(Arena *, int *fd);
void hangup_clear(int fd); // after it was heard
