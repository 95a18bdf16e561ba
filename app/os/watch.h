// watch: sleeping until a folder changes, somebody rings, or time is up; the answer to every polling loop.
#pragma once
#include "base/base.h"

// A bell: any thread rings, one thread waits. Rings between two waits are one.
fallible bell_open(Arena *, int *fd);
void bell_ring(int fd);
void bell_clear(int fd); // after it was heard

// Watches one folder for files that were written, arrived, left or disappeared (not what is below its subfolders).
fallible watch_open(Arena *, Str folder, int *fd);
void watch_clear(int fd); // forgets what has been reported so far

// Waits until one of the descriptors can be read or `micros` went by (below 0: for ever). *which is its index, or -1
// when time was up. A signal that the process handles also ends the wait with -1.
fallible wait_readable(Arena *, const int *fds, isize n, i64 micros, isize *which);
