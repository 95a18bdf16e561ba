// Names as they stand in URLs: ASCII letters, digits, dash and underscore.
#include "org/slug.h"

static bool is_slug_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

Str slug_from(Arena *a, Str name)
{
    Buf b = {.a = a};
    name = str_lower(a, name);
    for (isize i = 0; i < name.n; i++) {
        bool keep = is_slug_char(name.s[i]);
        if (keep && name.s[i] != '-')
            buf_byte(&b, name.s[i]);
        else if (b.n && b.s[b.n - 1] != '-')
            buf_byte(&b, '-');
    }
    while (b.n && b.s[b.n - 1] == '-')
        b.n--;
    return buf_str(&b);
}

bool slug_is_valid(Str s)
{
    for (isize i = 0; i < s.n; i++)
        if (!is_slug_char(s.s[i])) return false;
    return s.n > 0 && s.n <= 255;
}
