// glob: which files an output pattern means.
#pragma once
#include "base/base.h"

// The whole path matches the whole pattern; * is any text without a slash, also at the front of a hidden name.
bool study_glob_match(Str pattern, Str path);
