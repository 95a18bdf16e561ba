// link: the files of an enrolment; for enroll/ only.
#pragma once
#include "enroll/enroll.h"

Str enroll_folder(Arena *, Str site);
// Writes a file so that it belongs to whom the folder belongs.
fallible enroll_keep(Arena *, Str folder, Str name, Str bytes, int mode);
fallible enroll_link_keep(Arena *, const EnrollLink *);
