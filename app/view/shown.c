// Text of a file made visible: what turns, hides or joins text is named instead of obeyed.
#include "base/str.h"
#include "view/view.h"

// Characters of three bytes that change how others are shown: E2 80 8B-8F, E2 80 AA-AE, E2 81 A0-AF, EF BB BF.
// Two bytes: D8 9C (Arabic letter mark), C2 AD (soft hyphen).
static int hidden(const u8 *p, isize n, unsigned *code)
{
    if (n >= 2 && ((p[0] == 0xd8 && p[1] == 0x9c) || (p[0] == 0xc2 && p[1] == 0xad))) {
        *code = (unsigned)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
        return 2;
    }
    if (n < 3) return 0;
    bool marks = p[0] == 0xe2 && p[1] == 0x80 &&
                 ((p[2] >= 0x8b && p[2] <= 0x8f) || (p[2] >= 0xa8 && p[2] <= 0xae));
    bool joins = p[0] == 0xe2 && p[1] == 0x81 && p[2] >= 0xa0 && p[2] <= 0xaf;
    bool order = p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf;
    if (!marks && !joins && !order) return 0;
    *code = (unsigned)(p[0] & 0x0f) << 12 | (unsigned)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
    return 3;
}

static Str unhidden(Arena *a, Str s)
{
    Buf b = {.a = a};
    isize from = 0;
    unsigned code;
    for (isize i = 0; i < s.n; i++) {
        int n = hidden((const u8 *)s.s + i, s.n - i, &code);
        if (!n) continue;
        buf_put(&b, str_span(s, from, i));
        buf_fmt(&b, "\u2039U+%04X\u203a", code);
        from = i + n;
        i = from - 1;
    }
    if (!from) return s;
    buf_put(&b, str_skip(s, from));
    return buf_str(&b);
}

Str view_shown(Arena *a, Str s, isize most)
{
    bool cut = s.n > most;
    if (cut) {
        s = str_take(s, most);
        // not within a character
        while (s.n && ((u8)s.s[s.n - 1] & 0xc0) == 0x80 && most - s.n < 3)
            s.n--;
        if (s.n && (u8)s.s[s.n - 1] >= 0xc0) s.n--;
    }
    s = unhidden(a, str_printable(a, s));
    return cut ? arena_fmt(a, "%.*s…", STR(s)) : s;
}
