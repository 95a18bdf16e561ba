// clock: what time it is. Only main loops and commands ask; everything below them takes a Time.
#pragma once
#include "base/time.h"

Time clock_now(void);
i64 clock_monotonic(
    void); // microseconds since some start; never jumps, for measuring and time limits
