// Numbers in texts, as Python's float() and int() read them: the version of a project file may stand in quotes.
#include "study/own.h"

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

// Digits with single underscores between them; how many bytes that is, 0 when it does not begin with a digit.
static isize digits_len(Str s)
{
    isize n = 0;
    while (n < s.n && (digit(s.s[n]) || (n && s.s[n] == '_' && n + 1 < s.n && digit(s.s[n - 1]) &&
                                         digit(s.s[n + 1]))))
        n++;
    return n;
}

static Str bare(Str s, bool *minus)
{
    while (s.n && strchr(" \t\n\r\f\v", s.s[0]))
        s = str_skip(s, 1);
    while (s.n && strchr(" \t\n\r\f\v", s.s[s.n - 1]))
        s.n--;
    *minus = s.n && s.s[0] == '-';
    return s.n && (s.s[0] == '-' || s.s[0] == '+') ? str_skip(s, 1) : s;
}

bool python_float(Arena *a, Str text, double *out)
{
    bool minus = false;
    Str s = bare(text, &minus), rest = s;
    bool word =
        str_eq_nocase(s, S("inf")) || str_eq_nocase(s, S("infinity")) || str_eq_nocase(s, S("nan"));
    if (!word) {
        isize whole = digits_len(rest), after = 0;
        rest = str_skip(rest, whole);
        if (rest.n && rest.s[0] == '.') {
            after = digits_len(str_skip(rest, 1));
            rest = str_skip(rest, after + 1);
        }
        if (!whole && !after) return false;
        if (rest.n && (rest.s[0] == 'e' || rest.s[0] == 'E')) {
            rest = str_skip(rest, 1);
            if (rest.n && (rest.s[0] == '+' || rest.s[0] == '-')) rest = str_skip(rest, 1);
            isize power = digits_len(rest);
            if (!power) return false;
            rest = str_skip(rest, power);
        }
        if (rest.n) return false;
    }
    double value = strtod(cstr(a, str_replace(a, s, S("_"), (Str){0})), NULL);
    *out = minus ? -value : value;
    return true;
}

bool python_int(Str text, i64 *out)
{
    bool minus = false;
    Str s = bare(text, &minus);
    if (!s.n || digits_len(s) != s.n) return false;
    i64 value = 0;
    for (isize i = 0; i < s.n; i++) {
        if (s.s[i] == '_') continue;
        if (value > (INT64_MAX - 9) / 10)
            value = (INT64_MAX - 9) / 10; // as large as makes no difference
        value = value * 10 + (s.s[i] - '0');
    }
    *out = minus ? -value : value;
    return true;
}
