// Text to numbers, and text that is safe to show.
#include <errno.h>
#include <math.h>

#include "base/str.h"

bool str_i64(Str s, i64 *out)
{
    bool neg = s.n && s.s[0] == '-';
    i64 v = 0;
    isize i = neg || (s.n && s.s[0] == '+');
    if (i >= s.n) return false;
    for (; i < s.n; i++) {
        if (s.s[i] < '0' || s.s[i] > '9') return false;
        int digit = s.s[i] - '0';
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, digit, &v)) return false;
    }
    if (!neg && __builtin_sub_overflow(0, v, &v))
        return false; // counted below zero, where there is one more
    *out = v;
    return true;
}

bool str_f64(Str s, double *out)
{
    char text[64];
    if (!s.n || s.n >= (isize)sizeof text) return false;
    memcpy(text, s.s, (size_t)s.n);
    text[s.n] = 0;
    char *end;
    errno = 0;
    double v = strtod(text, &end);
    if (end != text + s.n || !isfinite(v)) return false;
    *out = v;
    return true;
}

// Bytes of the well-formed UTF-8 character at s, or 0 (RFC 3629: no overlongs, no surrogates).
static isize utf8_step(Str s)
{
    const u8 *p = (const u8 *)s.s;
    u8 c = p[0];
    if (c < 0x80) return 1;
    isize n = c >= 0xC2 && c <= 0xDF ? 2 : (c & 0xF0) == 0xE0 ? 3 : c >= 0xF0 && c <= 0xF4 ? 4 : 0;
    if (!n || n > s.n) return 0;
    for (isize i = 1; i < n; i++)
        if ((p[i] & 0xC0) != 0x80) return 0;
    if ((c == 0xE0 && p[1] < 0xA0) || (c == 0xED && p[1] > 0x9F)) return 0;
    if ((c == 0xF0 && p[1] < 0x90) || (c == 0xF4 && p[1] > 0x8F)) return 0;
    return n;
}

bool str_is_utf8(Str s)
{
    while (s.n) {
        isize n = utf8_step(s);
        if (!n) return false;
        s = str_skip(s, n);
    }
    return true;
}

static unsigned utf8_code(const u8 *p, isize n)
{
    unsigned code = n == 1 ? p[0] : p[0] & (0xFFu >> (n + 1));
    for (isize i = 1; i < n; i++)
        code = code << 6 | (p[i] & 0x3Fu);
    return code;
}

// Turns the direction of what stands around it, so that gnp.exe reads exe.png.
static bool code_turns(unsigned c)
{
    return c == 0x61C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

// Is not seen itself: soft hyphen, blanks without width, joiners, ends of lines and paragraphs, byte order marks.
static bool code_hides(unsigned c)
{
    return c == 0xAD || (c >= 0x200B && c <= 0x200D) || c == 0x2028 || c == 0x2029 ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF;
}

static Str made_visible(Arena *a, Str s, bool all)
{
    Buf b = {.a = a};
    while (s.n) {
        isize n = utf8_step(s);
        u8 c = (u8)s.s[0];
        bool bare = n == 1 && ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F);
        bool c1 = n == 2 && c == 0xC2 && (u8)s.s[1] < 0xA0; // C1 controls
        unsigned code = n ? utf8_code((const u8 *)s.s, n) : 0;
        if (!n || bare || c1)
            buf_put(&b, S("\xEF\xBF\xBD"));
        else if (code_turns(code) || (all && code_hides(code)))
            buf_fmt(&b, "\u2039U+%04X\u203a", code);
        else
            buf_put(&b, str_take(s, n));
        s = str_skip(s, n ? n : 1);
    }
    return buf_str(&b);
}

Str str_printable(Arena *a, Str s)
{
    return made_visible(a, s, false);
}

Str str_visible(Arena *a, Str s)
{
    return made_visible(a, s, true);
}
