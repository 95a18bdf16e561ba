// The two clocks of the machine: the one on the wall and the one that never jumps.
#include "os/clock.h"

static i64 clock_micros(clockid_t which)
{
    struct timespec t;
    must(clock_gettime(which, &t) == 0);
    return (i64)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

Time clock_now(void)
{
    return clock_micros(CLOCK_REALTIME);
}

i64 clock_monotonic(void)
{
    return clock_micros(CLOCK_MONOTONIC);
}
