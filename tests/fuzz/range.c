// The part of a file that was asked for lies inside the file; a time that was sent is the time that is printed.
#include "web/range.h"
#include "base/time.h"
#include "fuzz.h"

FUZZ
{
    static const i64 sizes[] = {0, 1, 1000, INT64_MAX};
    for (isize i = 0; i < COUNT(sizes); i++) {
        i64 from = 0, n = 0;
        if (range_parse(input, sizes[i], &from, &n) != RANGE_PART) continue;
        must(from >= 0 && n > 0 && n <= sizes[i] && from <= sizes[i] - n);
    }
    Time when, again;
    if (time_from_iso(input, &when))
        must(time_from_iso(time_iso(a, when), &again) && again == when);
}
