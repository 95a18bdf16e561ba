// distinct: how many different values a column has: exactly up to a limit, about (±2 %) beyond it.
#pragma once
#include "base/base.h"

enum { DISTINCT_REGISTERS = 4096 };
typedef struct Distinct {
    u64 *seen; // open addressing; 0 is free
    isize n, cap, most;
    bool is_about;
    u8 *registers; // HyperLogLog, once it is about
} Distinct;
// Exact up to `most` values.
void distinct_begin(Arena *, Distinct *, isize most);
void distinct_add(Arena *, Distinct *, Str value);
i64 distinct_count(const Distinct *);
