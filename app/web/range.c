// "bytes=0-99", "bytes=100-", "bytes=-100".
#include "web/range.h"

#include "base/str.h"

// Digits only: a sign or a blank would make it something else.
static bool whole_number(Str s, i64 *out)
{
    for (isize i = 0; i < s.n; i++)
        if (s.s[i] < '0' || s.s[i] > '9') return false;
    return s.n > 0 && str_i64(s, out);
}

RangeKind range_parse(Str header, i64 size, i64 *from, i64 *n)
{
    Str first, last;
    i64 a = 0, b = 0;
    *from = 0;
    *n = size;
    if (!str_starts(header, S("bytes=")) || str_find_byte(header, ',') >= 0) return RANGE_WHOLE;
    if (!str_cut(str_skip(header, 6), '-', &first, &last)) return RANGE_WHOLE;
    if (!first.n) {
        if (!whole_number(last, &b)) return RANGE_WHOLE;
        if (!b || !size) return RANGE_IMPOSSIBLE;
        *n = b < size ? b : size;
        *from = size - *n;
        return RANGE_PART;
    }
    if (!whole_number(first, &a) || (last.n && !whole_number(last, &b))) return RANGE_WHOLE;
    if (last.n && b < a) return RANGE_WHOLE;
    if (a >= size) return RANGE_IMPOSSIBLE;
    *from = a;
    *n = last.n && b < size - 1 ? b - a + 1 : size - a;
    return RANGE_PART;
}
