// What a plain scalar means: the YAML 1.2 core schema with the number and date forms that project files were written for.
#include "base/str.h"
#include "kit/json.h"
#include "kit/yaml_own.h"

#include <math.h>

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

// How many characters at the front are in `set`.
static isize run_of(Str s, const char *set)
{
    isize n = 0;
    while (n < s.n && s.s[n] && strchr(set, s.s[n]))
        n++;
    return n;
}

static bool one_of(Str s, const char *const *words, isize n)
{
    for (isize i = 0; i < n; i++)
        if (str_eq(s, str_from(words[i]))) return true;
    return false;
}

static Str without_sign(Str s, bool *minus)
{
    *minus = s.n && s.s[0] == '-';
    return s.n && (s.s[0] == '-' || s.s[0] == '+') ? str_skip(s, 1) : s;
}

static Str without_underscores(Arena *a, Str s)
{
    return str_has(s, S("_")) ? str_replace(a, s, S("_"), (Str){0}) : s;
}

static bool scalar_int(Arena *a, Str s, Yaml *out)
{
    bool minus = false;
    Str digits = without_sign(s, &minus);
    int base = 10;
    const char *set = "0123456789_";
    if (str_starts(digits, S("0x")))
        base = 16, set = "0123456789abcdefABCDEF_";
    else if (str_starts(digits, S("0o")))
        base = 8, set = "01234567_";
    else if (str_starts(digits, S("0b")))
        base = 2, set = "01_";
    if (base != 10) digits = str_skip(digits, 2);
    if (!digits.n || run_of(digits, set) != digits.n) return false;
    digits = without_underscores(a, digits);
    if (!digits.n) return false;
    u64 value = 0, limit = minus ? (u64)INT64_MAX + 1 : (u64)INT64_MAX;
    double wide = 0;
    bool fits = true;
    for (isize i = 0; i < digits.n; i++) {
        char c = digits.s[i];
        u64 d = digit(c) ? (u64)(c - '0') : (u64)((c | 32) - 'a' + 10);
        fits = fits && value <= (limit - d) / (u64)base;
        value = fits ? value * (u64)base + d : value;
        wide = wide * base + (double)d;
    }
    out->kind = fits ? YAML_INT : YAML_REAL;
    if (fits)
        out->whole = minus ? (i64)(0 - value) : (i64)value;
    else {
        if (base == 10) wide = strtod(cstr(a, digits), NULL); // rounded once, not at each digit
        out->real = minus ? -wide : wide;
    }
    return true;
}

// [-+]? digits [. digits]? [e sign? digits]?, with at least a point or an exponent.
static bool scalar_float_form(Str s)
{
    static const char digits[] = "0123456789_";
    isize whole = run_of(s, digits), after = 0;
    if (whole && s.s[0] == '_') return false;
    s = str_skip(s, whole);
    bool point = s.n && s.s[0] == '.';
    if (point) {
        after = run_of(str_skip(s, 1), digits);
        s = str_skip(s, after + 1);
    }
    if (!whole && !after) return false;
    if (!s.n) return point;
    if (s.s[0] != 'e' && s.s[0] != 'E') return false;
    s = str_skip(s, 1);
    if (s.n && (s.s[0] == '+' || s.s[0] == '-')) s = str_skip(s, 1);
    return s.n && run_of(s, "0123456789") == s.n;
}

static bool scalar_float(Arena *a, Str s, Yaml *out)
{
    static const char *const infinite[] = {".inf", ".Inf", ".INF"};
    static const char *const nan[] = {".nan", ".NaN", ".NAN"};
    bool minus = false;
    Str bare = without_sign(s, &minus);
    if (one_of(bare, infinite, COUNT(infinite)))
        out->real = INFINITY;
    else if (one_of(s, nan, COUNT(nan)))
        out->real = NAN;
    else if (scalar_float_form(bare))
        out->real = strtod(cstr(a, without_underscores(a, bare)), NULL);
    else
        return false;
    if (minus) out->real = -out->real;
    out->kind = YAML_REAL;
    return true;
}

// The digits of a pattern: '9' is a digit, '?' an optional one, anything else itself. What is left in *rest.
static bool shaped(Str s, const char *shape, Str *rest)
{
    for (; *shape; shape++) {
        bool hit = s.n && (*shape == '9' || *shape == '?' ? digit(s.s[0]) : s.s[0] == *shape);
        if (hit)
            s = str_skip(s, 1);
        else if (*shape != '?')
            return false;
    }
    *rest = s;
    return true;
}

static bool scalar_date(Str s)
{
    Str rest = {0};
    if (shaped(s, "9999-99-99", &rest) && !rest.n) return true;
    if (!shaped(s, "9999-9?-9?", &rest) || !rest.n) return false;
    isize gap = rest.s[0] == 'T' || rest.s[0] == 't' ? 1 : run_of(rest, " \t");
    if (!gap || !shaped(str_skip(rest, gap), "9?:99:99", &rest)) return false;
    if (rest.n && rest.s[0] == '.')
        rest = str_skip(rest, 1 + run_of(str_skip(rest, 1), "0123456789"));
    rest = str_skip(rest, run_of(rest, " \t"));
    if (!rest.n || str_eq(rest, S("Z"))) return true;
    if (rest.s[0] != '+' && rest.s[0] != '-') return false;
    if (!shaped(str_skip(rest, 1), "9?", &rest)) return false;
    return !rest.n || (shaped(rest, ":99", &rest) && !rest.n);
}

void yaml_scalar_resolve(Arena *a, Yaml *node)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
    static const char *const yes[] = {"true", "True", "TRUE"};
    static const char *const no[] = {"false", "False", "FALSE"};
    Str s = node->text;
    char c = s.n ? s.s[0] : '~';
    if (!digit(c) && !strchr("+-.~nNtTfF", c)) return;
    if (one_of(s, nulls, COUNT(nulls)))
        node->kind = YAML_NULL;
    else if (one_of(s, yes, COUNT(yes)))
        node->kind = YAML_BOOL, node->truth = true;
    else if (one_of(s, no, COUNT(no)))
        node->kind = YAML_BOOL;
    else if (scalar_int(a, s, node) || scalar_float(a, s, node))
        return;
    else if (scalar_date(s))
        node->kind = YAML_DATE;
}

Str yaml_printed(Arena *a, const Yaml *node)
{
    Buf b = {.a = a};
    JsonOut w = json_begin(&b, JSON_PYTHON);
    switch (node->kind) {
    case YAML_NULL:
        return S("None");
    case YAML_BOOL:
        return node->truth ? S("True") : S("False");
    case YAML_INT:
        return arena_fmt(a, "%lld", (long long)node->whole);
    case YAML_REAL:
        if (isnan(node->real)) return S("nan");
        if (isinf(node->real)) return node->real < 0 ? S("-inf") : S("inf");
        json_real(&w, node->real);
        return buf_str(&b);
    case YAML_DATE:
    case YAML_TEXT:
        return node->text;
    case YAML_LIST:
    case YAML_MAP:
        break;
    }
    return (Str){0};
}
