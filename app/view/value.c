// Reading a cell, byte by byte and without floating point where it can be avoided: 0.1 + 0.2 is 0.3 here.
#include "view/value.h"

#include <math.h>

enum { PARTS = 18 };

static const i64 powers[PARTS + 1] = {1,
                                      10,
                                      100,
                                      1000,
                                      10000,
                                      100000,
                                      1000000,
                                      10000000,
                                      100000000,
                                      1000000000,
                                      10000000000,
                                      100000000000,
                                      1000000000000,
                                      10000000000000,
                                      100000000000000,
                                      1000000000000000,
                                      10000000000000000,
                                      100000000000000000,
                                      1000000000000000000};

Str value_word(ValueKind k)
{
    static const char *const words[VALUE_KINDS] = {
        [VALUE_TEXT] = "text", [VALUE_WHOLE] = "whole number", [VALUE_NUMBER] = "number",
        [VALUE_DATE] = "date", [VALUE_MISSING] = "missing",    [VALUE_REDACTED] = "redacted",
    };
    return str_from(words[k]);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

typedef struct Digits {
    Str before, after; // the mark
    i64 exponent;
    bool negative;
} Digits;

static Str digits_take(Str *s)
{
    isize n = 0;
    while (n < s->n && is_digit(s->s[n]))
        n++;
    Str out = str_take(*s, n);
    *s = str_skip(*s, n);
    return out;
}

static bool digits_read(Str s, char mark, Digits *d)
{
    *d = (Digits){0};
    if (s.n && (s.s[0] == '-' || s.s[0] == '+')) {
        d->negative = s.s[0] == '-';
        s = str_skip(s, 1);
    }
    d->before = digits_take(&s);
    if (s.n && (s.s[0] == '.' || s.s[0] == mark)) {
        s = str_skip(s, 1);
        d->after = digits_take(&s);
    }
    if (!d->before.n && !d->after.n) return false;
    if (s.n && (s.s[0] == 'e' || s.s[0] == 'E')) {
        Str power = str_skip(s, 1);
        if (power.n && power.s[0] == '+') power = str_skip(power, 1);
        return power.n && power.n < 7 && (is_digit(power.s[0]) || power.s[0] == '-') &&
               str_i64(power, &d->exponent);
    }
    return !s.n;
}

// Adds one digit at 10^power; false where it does not fit.
static bool digit_add(Number *n, int digit, i64 power)
{
    if (!digit) return true;
    if (power >= PARTS || power < -PARTS) return false;
    if (power >= 0)
        n->whole += digit * powers[power];
    else
        n->parts += digit * powers[PARTS + power];
    return true;
}

static bool digits_number(const Digits *d, Str text, Number *n)
{
    bool fits = true;
    *n = (Number){0};
    for (isize i = 0; i < d->before.n && fits; i++)
        fits = digit_add(n, d->before.s[i] - '0', d->before.n - 1 - i + d->exponent);
    for (isize i = 0; i < d->after.n && fits; i++)
        fits = digit_add(n, d->after.s[i] - '0', -1 - i + d->exponent);
    if (fits) {
        if (d->negative) n->whole = -n->whole, n->parts = -n->parts;
        return true;
    }
    n->is_rough = true;
    return str_f64(text, &n->rough) && isfinite(n->rough);
}

static int two(const char *s)
{
    return is_digit(s[0]) && is_digit(s[1]) ? (s[0] - '0') * 10 + s[1] - '0' : -1;
}

static bool is_date(Str s)
{
    if (s.n < 10 || two(s.s) < 0 || two(s.s + 2) < 0 || (s.s[4] != '-' && s.s[4] != '/') ||
        s.s[7] != s.s[4])
        return false;
    int month = two(s.s + 5), day = two(s.s + 8);
    if (month < 1 || month > 12 || day < 1 || day > 31) return false;
    if (s.n == 10) return true;
    return (s.s[10] == 'T' || s.s[10] == ' ') && s.n >= 16 && s.n <= 40 && two(s.s + 11) >= 0 &&
           two(s.s + 11) < 24 && s.s[13] == ':' && two(s.s + 14) >= 0 && two(s.s + 14) < 60;
}

static bool is_one_of(Str s, const char *const *words, isize n)
{
    for (isize i = 0; i < n; i++)
        if (str_eq_nocase(s, str_from(words[i]))) return true;
    return false;
}

// Most cells begin like none of the words below.
static bool begins_like(Str s, const char *letters)
{
    return s.n && memchr(letters, s.s[0], strlen(letters));
}

static bool is_missing(Str s)
{
    static const char *const words[] = {"na", "n/a", "nan",  "null", "none", ".",
                                        "-",  "nat", "<na>", "[x]",  "[z]"};
    return !s.n || (s.n <= 4 && begins_like(s, "nN.-<[") && is_one_of(s, words, COUNT(words)));
}

static bool is_redacted(Str s)
{
    static const char *const words[] = {"[redacted]", "redacted", "(redacted)", "<redacted>",
                                        "suppressed", "masked",   "[masked]",   "[suppressed]",
                                        "[c]",        "[low]",    "hidden",     "[hidden]"};
    static const char *const bounds[] = {"<=", ">=", "<", ">", "≤", "≥"};
    Number number;
    Digits digits;
    isize stars = 0;
    if (!begins_like(s, "*<>[(rRsSmMhH\xe2")) return false;
    while (stars < s.n && s.s[stars] == '*')
        stars++;
    if (stars == s.n) return true;
    for (isize i = 0; i < COUNT(bounds); i++) {
        Str rest = str_trim(str_skip(s, (isize)strlen(bounds[i])));
        if (str_starts(s, str_from(bounds[i])) && digits_read(rest, ',', &digits))
            return digits_number(&digits, rest, &number);
    }
    return s.n <= 12 && is_one_of(s, words, COUNT(words));
}

Value value_read(Str cell, char mark)
{
    Value v = {0};
    Digits digits;
    cell = str_trim(cell);
    char c = cell.n ? cell.s[0] : ' ';
    bool numeric = is_digit(c) || c == '-' || c == '+' || c == '.' || c == mark;
    if (numeric && digits_read(cell, mark, &digits) && digits_number(&digits, cell, &v.number))
        v.kind = v.number.parts || v.number.is_rough ? VALUE_NUMBER : VALUE_WHOLE;
    else if (is_missing(cell))
        v.kind = VALUE_MISSING;
    else if (is_digit(c) && is_date(cell))
        v.kind = VALUE_DATE;
    else if (is_redacted(cell))
        v.kind = VALUE_REDACTED;
    return v;
}

static double about(Number n)
{
    return n.is_rough ? n.rough : (double)n.whole + (double)n.parts / 1e18;
}

int number_cmp(Number a, Number b)
{
    if (a.is_rough || b.is_rough) return (about(a) > about(b)) - (about(a) < about(b));
    if (a.whole != b.whole) return a.whole > b.whole ? 1 : -1;
    return (a.parts > b.parts) - (a.parts < b.parts);
}

void sum_add(Sum *s, Number n)
{
    s->rough += about(n);
    s->is_rough |= n.is_rough;
    s->whole += n.whole;
    s->parts += n.parts;
}

Str sum_text(Arena *a, const Sum *s)
{
    if (s->is_rough) return arena_fmt(a, "about %.6g", s->rough);
    __int128 whole = s->whole + s->parts / powers[PARTS];
    i64 parts = (i64)(s->parts % powers[PARTS]);
    if (whole > 0 && parts < 0) whole -= 1, parts += powers[PARTS];
    if (whole < 0 && parts > 0) whole += 1, parts -= powers[PARTS];
    bool negative = whole < 0 || parts < 0;
    if (negative) whole = -whole, parts = -parts;
    i64 high = (i64)(whole / powers[PARTS]), low = (i64)(whole % powers[PARTS]);
    Buf b = {.a = a};
    if (negative) buf_byte(&b, '-');
    if (high)
        buf_fmt(&b, "%lld%018lld", (long long)high, (long long)low);
    else
        buf_fmt(&b, "%lld", (long long)low);
    if (parts) buf_fmt(&b, ".%018lld", (long long)parts);
    while (parts && b.s[b.n - 1] == '0')
        b.n--;
    return buf_str(&b);
}

Str number_text(Arena *a, Number n)
{
    if (n.is_rough) return arena_fmt(a, "%.6g", n.rough);
    return sum_text(a, &(Sum){.whole = n.whole, .parts = n.parts});
}
