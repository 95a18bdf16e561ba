// Bytes as text.
#include "base/encode.h"

#include "base/str.h"

static const char hex_digits[] = "0123456789abcdef";
static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
static const char rfc32[] = "abcdefghijklmnopqrstuvwxyz234567";
static const char std64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

Str hex_encode(Arena *a, Str in)
{
    char *p = make(a, char, in.n * 2 + 1);
    for (isize i = 0; i < in.n; i++) {
        p[i * 2] = hex_digits[(u8)in.s[i] >> 4];
        p[i * 2 + 1] = hex_digits[(u8)in.s[i] & 15];
    }
    return (Str){p, in.n * 2};
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool hex_decode(Arena *a, Str in, Str *out)
{
    if (in.n % 2) return false;
    char *p = make(a, char, in.n / 2 + 1);
    for (isize i = 0; i < in.n; i += 2) {
        int hi = hex_value(in.s[i]), lo = hex_value(in.s[i + 1]);
        if (hi < 0 || lo < 0) return false;
        p[i / 2] = (char)(hi << 4 | lo);
    }
    *out = (Str){p, in.n / 2};
    return true;
}

// Regroups the bits of `in` into digits of `bits` bits, most significant first.
static Str digits_encode(Arena *a, Str in, int bits, const char *alphabet)
{
    Buf b = {.a = a};
    u32 acc = 0;
    int have = 0;
    for (isize i = 0; i < in.n; i++) {
        acc = acc << 8 | (u8)in.s[i];
        have += 8;
        while (have >= bits) {
            have -= bits;
            buf_byte(&b, alphabet[acc >> have & ((1u << bits) - 1)]);
        }
    }
    if (have) buf_byte(&b, alphabet[acc << (bits - have) & ((1u << bits) - 1)]);
    return buf_str(&b);
}

Str base32_encode(Arena *a, Str in)
{
    return digits_encode(a, in, 5, rfc32);
}
Str base64url_encode(Arena *a, Str in)
{
    return digits_encode(a, in, 6, url64);
}

Str base64_encode(Arena *a, Str in)
{
    Buf b = {.a = a};
    buf_put(&b, digits_encode(a, in, 6, std64));
    while (b.n % 4)
        buf_byte(&b, '=');
    return buf_str(&b);
}

static int base64_value(char c)
{
    if (c == '-') c = '+';
    if (c == '_') c = '/';
    const char *p = c ? strchr(std64, c) : NULL;
    return p ? (int)(p - std64) : -1;
}

static int base32_value(char c)
{
    if (c >= 'A' && c <= 'Z') c = (char)(c + 32);
    const char *p = c ? strchr(rfc32, c) : NULL;
    return p ? (int)(p - rfc32) : -1;
}

static bool digits_decode(Arena *a, Str in, int bits, int (*value)(char), Str *out)
{
    Buf b = {.a = a};
    u32 acc = 0;
    int have = 0;
    for (isize i = 0; i < in.n; i++) {
        int v = value(in.s[i]);
        if (v < 0) return false;
        acc = acc << bits | (u32)v;
        have += bits;
        if (have >= 8) {
            have -= 8;
            buf_byte(&b, (char)(acc >> have & 255));
        }
    }
    if (have >= bits || (acc & ((1u << have) - 1)))
        return false; // a lone digit, or bits that mean nothing
    *out = buf_str(&b);
    return true;
}

bool base32_decode(Arena *a, Str in, Str *out)
{
    while (str_ends(in, S("=")))
        in.n--;
    return digits_decode(a, str_replace(a, in, S(" "), S("")), 5, base32_value, out);
}

bool base64_decode(Arena *a, Str in, Str *out)
{
    for (int i = 0; i < 2 && str_ends(in, S("=")); i++)
        in.n--;
    return digits_decode(a, in, 6, base64_value, out);
}

Str percent_encode(Arena *a, Str in)
{
    Buf b = {.a = a};
    for (isize i = 0; i < in.n; i++) {
        char c = in.s[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c && strchr("-._~", c));
        if (plain)
            buf_byte(&b, c);
        else
            buf_fmt(&b, "%%%02X", (u8)c);
    }
    return buf_str(&b);
}

bool percent_decode(Arena *a, Str in, bool plus_is_blank, Str *out)
{
    Buf b = {.a = a};
    for (isize i = 0; i < in.n; i++) {
        char c = in.s[i];
        if (c == '+' && plus_is_blank) c = ' ';
        if (c == '%') {
            if (i + 2 >= in.n) return false;
            int hi = hex_value(in.s[i + 1]), lo = hex_value(in.s[i + 2]);
            if (hi < 0 || lo < 0) return false;
            c = (char)(hi << 4 | lo);
            i += 2;
        }
        buf_byte(&b, c);
    }
    *out = buf_str(&b);
    return true;
}

Str ulid_make(Arena *a, i64 time_micros, Str random10)
{
    must(random10.n == 10);
    u64 ms = (u64)(time_micros / 1000);
    char *p = make(a, char, 27);
    for (int i = 9; i >= 0; i--, ms >>= 5)
        p[i] = crockford[ms & 31];
    Str tail = digits_encode(a, random10, 5, crockford);
    memcpy(p + 10, tail.s, 16);
    return (Str){p, 26};
}
