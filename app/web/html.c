// Writes values into markup, escaped for the place they stand in.
#include "web/html.h"

#include "base/encode.h"
#include "base/str.h"

static Str escape_of(char c)
{
    switch (c) {
    case '<':
        return S("&lt;");
    case '>':
        return S("&gt;");
    case '&':
        return S("&amp;");
    case '"':
        return S("&quot;");
    case '\'':
        return S("&#39;");
    default:
        return (Str){0};
    }
}

void html_put_str(Buf *o, Str s)
{
    isize from = 0;
    for (isize i = 0; i < s.n; i++) {
        Str escaped = escape_of(s.s[i]);
        if (!escaped.n) continue;
        buf_put(o, str_span(s, from, i));
        buf_put(o, escaped);
        from = i + 1;
    }
    buf_put(o, str_skip(s, from));
}

void html_put_i64(Buf *o, i64 v)
{
    buf_fmt(o, "%lld", (long long)v);
}

void html_put_int(Buf *o, int v)
{
    buf_fmt(o, "%d", v);
}

void html_put_html(Buf *o, Html h)
{
    buf_put(o, h.trusted);
}

// A segment of dots only would walk up the path; browsers resolve even its percent-encoded form.
void html_put_segment(Buf *o, Str s)
{
    if (str_eq(s, S(".")) || str_eq(s, S("..")))
        buf_put(o, S("%00"));
    else
        buf_put(o, percent_encode(o->a, s));
}

bool html_url_is_safe(Str s)
{
    // Browsers drop tabs and line ends and read a backslash as a slash: "/\t/evil" would be another site.
    for (isize i = 0; i < s.n; i++)
        if ((unsigned char)s.s[i] <= ' ' || s.s[i] == '\\' || s.s[i] == 0x7f) return false;
    if (str_starts(s, S("https://"))) return s.n > 8;
    if (str_starts(s, S("//"))) return false;
    return s.n && (s.s[0] == '/' || s.s[0] == '?' || s.s[0] == '#');
}

void html_url(Buf *o, Str s)
{
    html_put_str(o, html_url_is_safe(s) ? s : S("#"));
}
