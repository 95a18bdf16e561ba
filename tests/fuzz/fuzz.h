// fuzz: what every target defines; a finding is a crash, a sanitizer's report, or a must() that fails.
#pragma once
#include "base/str.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t n);

// The shape of most of them: FUZZ { ... } runs once with a fresh arena `a` and the bytes as `input`.
#define FUZZ                                                                                       \
    static void fuzz_once(Arena *a, Str input);                                                    \
    int LLVMFuzzerTestOneInput(const u8 *data, size_t n)                                           \
    {                                                                                              \
        Arena arena = {0};                                                                         \
        fuzz_once(&arena, arena_str(&arena, data, (isize)n));                                      \
        arena_free(&arena);                                                                        \
        return 0;                                                                                  \
    }                                                                                              \
    static void fuzz_once(Arena *a, Str input)
