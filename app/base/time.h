// time: a moment is microseconds since 1970 UTC in an i64; nobody in this house asks the clock except os/.
#pragma once
#include "base/base.h"

typedef i64 Time; // microseconds since 1970-01-01T00:00:00Z; 0 means "never happened"
#define SECONDS(n) ((i64)(n)*1000000)
#define MINUTES(n) SECONDS((i64)(n)*60)
#define HOURS(n)   MINUTES((i64)(n)*60)
#define DAYS(n)    HOURS((i64)(n)*24)

typedef struct TimeParts {
    int year, month, day, hour, minute, second, micro; // month and day from 1
} TimeParts;
TimeParts time_parts(Time);
Time time_from_parts(TimeParts);

Str time_iso(Arena *, Time);         // 2022-07-05T02:17:22.123456Z; no fraction when it is zero
Str time_iso_seconds(Arena *, Time); // 2022-07-05T02:17:22Z
Str time_plain(Arena *, Time);       // 2022-07-05 02:17:22 UTC, for people
Str time_http(Arena *, Time);        // Tue, 05 Jul 2022 02:17:22 GMT
Str time_ago(Arena *, Time then, Time now); // "just now", "3 minutes ago", "2 days ago"
Str time_span(Arena *, i64 micros);         // hh:mm:ss
// Any ISO 8601 date-time with a zone (Z or ±hh:mm) or none (read as UTC); false otherwise.
bool time_from_iso(Str, Time *out);
