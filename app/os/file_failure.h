// file_failure: errno as a sentence that names the path; for the files of os/ only.
#pragma once
#include "base/base.h"

// "cannot DOING PATH: reason", with the kind that file.h promises.
Err *file_failure(Arena *, int e, const char *doing, Str path);
