// random: bytes nobody can guess, from the kernel, and the words made of them.
#pragma once
#include "base/base.h"

void random_fill(void *, isize n); // never fails: without randomness the process stops
Str random_bytes(Arena *, isize n);
Str random_hex(Arena *, isize bytes);       // two letters a byte
Str random_base64url(Arena *, isize bytes); // no padding
// n words of a list of short common ones with '-' between; every word adds random_word_bits() of surprise.
Str random_words(Arena *, int n);
double random_word_bits(void);
