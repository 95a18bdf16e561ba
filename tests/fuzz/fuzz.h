// fuzz: what every target defines; a finding is a crash, a sanitizer's report, or a must() that fails.
#pragma once
#include "base/str.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t n);
