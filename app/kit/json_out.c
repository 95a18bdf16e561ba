// Writing JSON: keeps track of what is open, so that commas, blanks and escapes are nobody else's business.
#include "base/str.h"
#include "kit/json.h"

#include <math.h>

enum { LEVEL_LIST = 0, LEVEL_OBJECT = 1, LEVEL_FILLED = 2 };

JsonOut json_begin(Buf *to, JsonStyle style)
{
    return (JsonOut){.to = to, .style = style};
}

static void json_line(JsonOut *w)
{
    buf_byte(w->to, '\n');
    for (int i = 0; i < w->depth; i++)
        buf_put(w->to, S("  "));
}

// What stands before a member: nothing, a comma, a line break; never between a key and its value.
static void json_before(JsonOut *w)
{
    if (w->after_key) {
        w->after_key = false;
        return;
    }
    if (!w->depth) return;
    u8 *level = &w->level[w->depth];
    if (*level & LEVEL_FILLED) {
        buf_byte(w->to, ',');
        if (w->style & JSON_SPACED) buf_byte(w->to, ' ');
    }
    *level |= LEVEL_FILLED;
    if (w->style & JSON_PRETTY) json_line(w);
}

static JsonOut *json_open(JsonOut *w, char c, u8 kind)
{
    json_before(w);
    must(w->depth < JSON_DEPTH_MAX);
    buf_byte(w->to, c);
    w->level[++w->depth] = kind;
    return w;
}

JsonOut *json_obj(JsonOut *w)
{
    return json_open(w, '{', LEVEL_OBJECT);
}

JsonOut *json_arr(JsonOut *w)
{
    return json_open(w, '[', LEVEL_LIST);
}

JsonOut *json_end(JsonOut *w)
{
    must(w->depth > 0 && !w->after_key);
    u8 level = w->level[w->depth--];
    if ((w->style & JSON_PRETTY) && (level & LEVEL_FILLED)) json_line(w);
    buf_byte(w->to, level & LEVEL_OBJECT ? '}' : ']');
    return w;
}

// One character of UTF-8 at the front of `s`: its code point, and in *bytes how long it is. -1 and 1 when it is none.
static i64 utf8_point(Str s, isize *bytes)
{
    u8 c = (u8)s.s[0];
    isize n = c < 0x80 ? 1 : c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
    *bytes = n;
    if (n <= s.n && str_is_utf8(str_take(s, n))) {
        i64 point = n == 1 ? c : c & (0xff >> (n + 1));
        for (isize i = 1; i < n; i++)
            point = point << 6 | ((u8)s.s[i] & 0x3f);
        return point;
    }
    *bytes = 1;
    return -1;
}

static void json_wide(JsonOut *w, Str character, i64 point)
{
    if (point < 0) point = 0xfffd, character = S("\xef\xbf\xbd");
    if (!(w->style & JSON_ASCII))
        buf_put(w->to, character);
    else if (point < 0x10000)
        buf_fmt(w->to, "\\u%04x", (unsigned)point);
    else
        buf_fmt(w->to, "\\u%04x\\u%04x", (unsigned)(0xd800 + ((point - 0x10000) >> 10)),
                (unsigned)(0xdc00 + ((point - 0x10000) & 0x3ff)));
}

static void json_escape(JsonOut *w, char c)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *hit = memchr(from, c, sizeof from - 1);
    if (hit) {
        buf_byte(w->to, '\\');
        buf_byte(w->to, to[hit - from]);
    } else
        buf_fmt(w->to, "\\u%04x", (unsigned)(u8)c);
}

static bool json_plain(JsonOut *w, u8 c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\' &&
           !(c == 0x7f && (w->style & JSON_ASCII));
}

static void json_quoted(JsonOut *w, Str s)
{
    buf_byte(w->to, '"');
    while (s.n) {
        isize plain = 0;
        while (plain < s.n && json_plain(w, (u8)s.s[plain]))
            plain++;
        buf_put(w->to, str_take(s, plain));
        s = str_skip(s, plain);
        if (!s.n) break;
        isize bytes = 1;
        if ((u8)s.s[0] < 0x80)
            json_escape(w, s.s[0]);
        else {
            i64 point = utf8_point(s, &bytes);
            json_wide(w, str_take(s, bytes), point);
        }
        s = str_skip(s, bytes);
    }
    buf_byte(w->to, '"');
}

JsonOut *json_key(JsonOut *w, Str key)
{
    must(w->depth > 0 && (w->level[w->depth] & LEVEL_OBJECT) && !w->after_key);
    json_before(w);
    json_quoted(w, key);
    buf_byte(w->to, ':');
    if (w->style & (JSON_SPACED | JSON_PRETTY)) buf_byte(w->to, ' ');
    w->after_key = true;
    return w;
}

JsonOut *json_str(JsonOut *w, Str s)
{
    json_before(w);
    json_quoted(w, s);
    return w;
}

JsonOut *json_int(JsonOut *w, i64 n)
{
    json_before(w);
    buf_fmt(w->to, "%lld", (long long)n);
    return w;
}

// Shortest digits that read back equal, laid out like Python's repr: an exponent below 1e-4 and from 1e16 on.
static void json_digits(Buf *to, double x)
{
    char text[40] = {0}, digits[24] = {0};
    for (int precision = 0; precision < 17; precision++) {
        snprintf(text, sizeof text, "%.*e", precision, fabs(x));
        if (strtod(text, NULL) == fabs(x)) break;
    }
    const char *e = strchr(text, 'e');
    int exponent = (int)strtol(e + 1, NULL, 10), n = 0;
    for (const char *c = text; c < e; c++)
        if (*c != '.') digits[n++] = *c;
    if (signbit(x)) buf_byte(to, '-');
    if (exponent < -4 || exponent >= 16) {
        buf_byte(to, digits[0]);
        if (n > 1) buf_fmt(to, ".%s", digits + 1);
        buf_fmt(to, "e%c%02d", exponent < 0 ? '-' : '+', exponent < 0 ? -exponent : exponent);
        return;
    }
    if (exponent < 0) buf_put(to, S("0."));
    for (int i = exponent + 1; i < 0; i++)
        buf_byte(to, '0');
    for (int i = 0; i < n || i <= exponent + 1; i++) {
        if (i && i == exponent + 1) buf_byte(to, '.');
        buf_byte(to, i < n ? digits[i] : '0');
    }
}

JsonOut *json_real(JsonOut *w, double x)
{
    if (!isfinite(x)) return json_null(w);
    json_before(w);
    json_digits(w->to, x);
    return w;
}

JsonOut *json_bool(JsonOut *w, bool b)
{
    json_before(w);
    buf_put(w->to, b ? S("true") : S("false"));
    return w;
}

JsonOut *json_null(JsonOut *w)
{
    json_before(w);
    buf_put(w->to, S("null"));
    return w;
}

JsonOut *json_raw(JsonOut *w, Str json)
{
    must(json.n > 0);
    json_before(w);
    buf_put(w->to, json);
    return w;
}

JsonOut *json_value(JsonOut *w, const Json *j)
{
    switch (json_kind(j)) {
    case JSON_ABSENT:
    case JSON_NULL:
        return json_null(w);
    case JSON_BOOL:
        return json_bool(w, json_as_bool(j, false));
    case JSON_INT:
        return json_int(w, json_as_int(j, 0));
    case JSON_REAL:
        return json_real(w, json_as_real(j, 0));
    case JSON_TEXT:
        return json_str(w, json_as_str(j, (Str){0}));
    case JSON_LIST:
        json_arr(w);
        break;
    case JSON_OBJECT:
        json_obj(w);
        break;
    }
    for (JsonWalk walk = json_walk(j); json_next(&walk);) {
        if (json_kind(j) == JSON_OBJECT) json_key(w, walk.key);
        json_value(w, walk.value);
    }
    return json_end(w);
}

Str json_list_text(Arena *a, const StrList *list)
{
    Buf b = {.a = a};
    JsonOut w = json_begin(&b, JSON_COMPACT);
    json_arr(&w);
    for (isize i = 0; i < list->n; i++)
        json_str(&w, list->v[i]);
    json_end(&w);
    return buf_str(&b);
}
