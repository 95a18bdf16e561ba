// align: which line of an old list is which line of the new one, by the fingerprints of lines.
//
// Patience: lines that are there exactly once in both are partners, as many of them as keep one order (the longest
// increasing run). Between two partners, equal lines at both ends are partners as well; what is left is paired in its
// order, one old with one new, and the longer side's rest is removed or added. Time n log n, memory some 60 n bytes.
#pragma once
#include "base/base.h"

// 128 bits of a SHA-256: nobody makes two lines that look equal here.
typedef struct Print {
    u64 a, b;
} Print;
Print print_of(const Str *parts, isize n);
bool print_eq(Print, Print);
int print_cmp(Print, Print);

// of_new[i] is the index of new line i's partner in the old list, or -1.
void align_lines(Arena *, const Print *old, isize n, const Print *new, isize m, isize *of_new);
// The same by keys: equal prints are partners. False, and nothing done, when a key is there twice in one list.
bool align_keys(Arena *, const Print *old, isize n, const Print *new, isize m, isize *of_new);
