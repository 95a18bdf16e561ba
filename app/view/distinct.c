// A set of fingerprints while it is small; when it is full, a HyperLogLog made of it counts on.
#include "view/distinct.h"

#include <math.h>

#include "base/str.h"

void distinct_begin(Arena *a, Distinct *d, isize most)
{
    *d = (Distinct){.most = most,
                    .cap = 64,
                    .seen = make(a, u64, 64),
                    .registers = make(a, u8, DISTINCT_REGISTERS)};
}

static bool put(u64 *seen, isize cap, u64 x)
{
    u64 at = x & (u64)(cap - 1);
    for (; seen[at]; at = (at + 1) & (u64)(cap - 1))
        if (seen[at] == x) return false;
    seen[at] = x;
    return true;
}

static void grow(Arena *a, Distinct *d)
{
    u64 *wider = make(a, u64, d->cap * 2);
    for (isize i = 0; i < d->cap; i++)
        if (d->seen[i]) put(wider, d->cap * 2, d->seen[i]);
    d->seen = wider;
    d->cap *= 2;
}

// Spreads the bits of a fingerprint (the finisher of MurmurHash3).
static u64 spread(u64 x)
{
    x = (x ^ (x >> 33)) * 0xff51afd7ed558ccdULL;
    x = (x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53ULL;
    return x ^ (x >> 33);
}

static void rank(Distinct *d, u64 x)
{
    u8 zeros = (u8)(__builtin_clzll((x << 12) | 0x800) + 1);
    if (d->registers[x >> 52] < zeros) d->registers[x >> 52] = zeros;
}

void distinct_add(Arena *a, Distinct *d, Str value)
{
    u64 x = spread(str_hash(value));
    if (d->is_about) {
        rank(d, x);
        return;
    }
    d->n += put(d->seen, d->cap, x ? x : 1);
    d->is_about = d->n > d->most;
    for (isize i = 0; d->is_about && i < d->cap; i++)
        if (d->seen[i]) rank(d, d->seen[i]);
    if (d->n * 2 > d->cap && !d->is_about) grow(a, d);
}

// Flajolet and others 2007; the correction for small numbers is not needed above the limit.
i64 distinct_count(const Distinct *d)
{
    if (!d->is_about) return d->n;
    double sum = 0, m = DISTINCT_REGISTERS;
    for (isize i = 0; i < DISTINCT_REGISTERS; i++)
        sum += ldexp(1, -d->registers[i]);
    i64 guess = (i64)(0.7213 / (1 + 1.079 / m) * m * m / sum);
    return guess > d->n ? guess : d->n;
}
