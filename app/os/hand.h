// hand: a nod to another process over a unix socket, with descriptors in the hand or without.
#pragma once
#include "base/base.h"

enum { HAND_MAX = 64 };

// One byte, and up to HAND_MAX descriptors; those below 0 are left out.
fallible hand_give(Arena *, int socket, const int *fds, int n);
// Waits for it. *n is how many came, all close-on-exec and the caller's. ERR_IO when the other side has gone.
fallible hand_take(Arena *, int socket, int *fds, int *n);
