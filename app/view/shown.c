// Text of a file made visible: what turns, hides or joins text is named instead of obeyed.
#include "base/str.h"
#include "view/view.h"

enum { NAME_BYTES = 1000 };

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
    s = str_visible(a, s);
    return cut ? arena_fmt(a, "%.*s…", STR(s)) : s;
}

Str view_name(Arena *a, Str name)
{
    return view_shown(a, name, NAME_BYTES);
}
