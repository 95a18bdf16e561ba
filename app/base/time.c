// Moments to calendar and back, without the C library's zone tables.
#include "base/time.h"

#include "base/str.h"

// Days since 1970 of a civil date and back: Howard Hinnant's era arithmetic, written anew.
static i64 days_from_civil(i64 y, i64 m, i64 d)
{
    y -= m <= 2;
    i64 era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
    i64 doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

TimeParts time_parts(Time t)
{
    i64 days = t / DAYS(1), rest = t % DAYS(1);
    if (rest < 0) days--, rest += DAYS(1);
    i64 z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
    i64 yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    i64 doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int month = (int)(mp < 10 ? mp + 3 : mp - 9);
    return (TimeParts){
        .year = (int)(yoe + era * 400 + (month <= 2)),
        .month = month,
        .day = (int)(doy - (153 * mp + 2) / 5 + 1),
        .hour = (int)(rest / HOURS(1)),
        .minute = (int)(rest / MINUTES(1) % 60),
        .second = (int)(rest / SECONDS(1) % 60),
        .micro = (int)(rest % SECONDS(1)),
    };
}

Time time_from_parts(TimeParts p)
{
    return DAYS(days_from_civil(p.year, p.month, p.day)) + HOURS(p.hour) + MINUTES(p.minute) +
           SECONDS(p.second) + p.micro;
}

static char *digits_put(char *at, int value, int n)
{
    for (int i = n - 1; i >= 0; i--, value /= 10)
        at[i] = (char)('0' + value % 10);
    return at + n;
}

// Lists print a moment in each row, so this is written by hand; years before 0 and after 9999 are rare enough for printf.
static Str date_and_time(Arena *a, TimeParts p, char between, const char *after)
{
    if (p.year < 0 || p.year > 9999)
        return arena_fmt(a, "%04d-%02d-%02d%c%02d:%02d:%02d%s", p.year, p.month, p.day, between,
                         p.hour, p.minute, p.second, after);
    isize tail = (isize)strlen(after);
    char *s = make(a, char, 20 + tail), *at = digits_put(s, p.year, 4);
    *at++ = '-';
    at = digits_put(at, p.month, 2);
    *at++ = '-';
    at = digits_put(at, p.day, 2);
    *at++ = between;
    at = digits_put(at, p.hour, 2);
    *at++ = ':';
    at = digits_put(at, p.minute, 2);
    *at++ = ':';
    at = digits_put(at, p.second, 2);
    memcpy(at, after, (size_t)tail);
    return (Str){s, at - s + tail};
}

Str time_iso_seconds(Arena *a, Time t)
{
    return date_and_time(a, time_parts(t), 'T', "Z");
}
Str time_plain(Arena *a, Time t)
{
    return date_and_time(a, time_parts(t), ' ', " UTC");
}

Str time_iso(Arena *a, Time t)
{
    TimeParts p = time_parts(t);
    char micro[] = ".000000Z";
    digits_put(micro + 1, p.micro, 6);
    return date_and_time(a, p, 'T', p.micro ? micro : "Z");
}

Str time_http(Arena *a, Time t)
{
    static const char *const days[] = {"Thu", "Fri", "Sat", "Sun",
                                       "Mon", "Tue", "Wed"}; // 1970-01-01 was a Thursday
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    TimeParts p = time_parts(t);
    i64 day = t / DAYS(1) - (t % DAYS(1) < 0);
    return arena_fmt(a, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[((day % 7) + 7) % 7], p.day,
                     months[p.month - 1], p.year, p.hour, p.minute, p.second);
}

Str time_ago(Arena *a, Time then, Time now)
{
    static const struct {
        i64 size;
        const char *word;
    } units[] = {
        {DAYS(365),  "year"  },
        {DAYS(30),   "month" },
        {DAYS(1),    "day"   },
        {HOURS(1),   "hour"  },
        {MINUTES(1), "minute"}
    };
    i64 gone = now - then;
    for (isize i = 0; i < COUNT(units); i++) {
        i64 n = gone / units[i].size;
        if (n > 0)
            return arena_fmt(a, "%lld %s%s ago", (long long)n, units[i].word, n == 1 ? "" : "s");
    }
    return S("just now");
}

Str time_span(Arena *a, i64 micros)
{
    i64 s = micros / SECONDS(1);
    if (s < 0) s = 0;
    return arena_fmt(a, "%02lld:%02lld:%02lld", (long long)(s / 3600), (long long)(s / 60 % 60),
                     (long long)(s % 60));
}

static bool digits(Str *s, isize n, int *out)
{
    i64 v;
    if (s->n < n || s->s[0] == '-' || s->s[0] == '+' || !str_i64(str_take(*s, n), &v)) return false;
    *out = (int)v;
    *s = str_skip(*s, n);
    return true;
}

static bool one_of(Str *s, const char *set)
{
    if (!s->n || !s->s[0] || !strchr(set, s->s[0])) return false;
    *s = str_skip(*s, 1);
    return true;
}

static bool fraction(Str *s, int *micro)
{
    *micro = 0;
    if (!one_of(s, ".,")) return true;
    int n = 0;
    for (; s->n && s->s[0] >= '0' && s->s[0] <= '9'; n++) {
        if (n < 6) *micro = *micro * 10 + (s->s[0] - '0');
        *s = str_skip(*s, 1);
    }
    for (int i = n; i < 6; i++)
        *micro *= 10;
    return n > 0;
}

static bool zone(Str s, i64 *offset)
{
    *offset = 0;
    if (!s.n || str_eq(s, S("Z")) || str_eq(s, S("z"))) return true;
    i64 sign = s.s[0] == '-' ? -1 : 1;
    int h, m = 0;
    if (!one_of(&s, "+-") || !digits(&s, 2, &h)) return false;
    if (s.n) one_of(&s, ":");
    if (s.n && !digits(&s, 2, &m)) return false;
    *offset = sign * (HOURS(h) + MINUTES(m));
    return !s.n && h < 24 && m < 60;
}

bool time_from_iso(Str s, Time *out)
{
    TimeParts p = {0};
    i64 offset;
    if (!digits(&s, 4, &p.year) || !one_of(&s, "-") || !digits(&s, 2, &p.month) ||
        !one_of(&s, "-") || !digits(&s, 2, &p.day))
        return false;
    if (s.n) {
        if (!one_of(&s, "Tt ") || !digits(&s, 2, &p.hour) || !one_of(&s, ":") ||
            !digits(&s, 2, &p.minute))
            return false;
        if (one_of(&s, ":") && (!digits(&s, 2, &p.second) || !fraction(&s, &p.micro))) return false;
    }
    if (!zone(s, &offset) || p.month < 1 || p.month > 12 || p.day < 1 || p.day > 31 ||
        p.hour > 23 || p.minute > 59 || p.second > 60)
        return false;
    *out = time_from_parts(p) - offset;
    return true;
}
