// slug: names as they stand in URLs.
#pragma once
#include "base/str.h"

// "My Study (2026)" -> "my-study-2026"; empty when nothing is left.
Str slug_from(Arena *, Str name);
// [-a-zA-Z0-9_]+, at most 255 bytes.
bool slug_is_valid(Str);
