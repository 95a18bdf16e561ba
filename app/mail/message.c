// Headers in ASCII, the body in quoted-printable: nothing on the way may break either.
#include "mail/message.h"

#include "base/encode.h"
#include "base/str.h"

enum {
    LINE_MAX = 76,
    WORD_BYTES = 39
}; // of a quoted-printable line; of an encoded word, before base64

static bool is_plain(Str s)
{
    for (isize i = 0; i < s.n; i++)
        if (s.s[i] < ' ' || s.s[i] > '~') return false;
    return true;
}

// RFC 2047: in words of whole characters, each on its own line.
static void header_put(Buf *b, const char *name, Str value)
{
    buf_fmt(b, "%s:", name);
    bool plain = is_plain(value) && value.n < 900;
    if (plain) buf_fmt(b, " %.*s", STR(value));
    for (Str rest = plain ? S("") : value; rest.n;) {
        isize n = rest.n < WORD_BYTES ? rest.n : WORD_BYTES;
        while (n > 1 && n < rest.n && ((u8)rest.s[n] & 0xC0) == 0x80)
            n--;
        buf_fmt(b, "%s =?UTF-8?B?%.*s?=", rest.s == value.s ? "" : "\r\n",
                STR(base64_encode(b->a, str_take(rest, n))));
        rest = str_skip(rest, n);
    }
    buf_put(b, S("\r\n"));
}

// RFC 5322: Tue, 05 Jul 2022 02:17:22 +0000
static Str date(Arena *a, Time when)
{
    Str http = time_http(a, when);
    return arena_fmt(a, "%.*s +0000", STR(str_take(http, http.n - (isize)sizeof " GMT" + 1)));
}

static void quoted_line(Buf *b, Str line)
{
    isize column = 0;
    for (isize i = 0; i < line.n; i++) {
        u8 c = (u8)line.s[i];
        bool blank_end = (c == ' ' || c == '\t') && i == line.n - 1;
        bool plain = ((c >= ' ' && c <= '~') || c == '\t') && c != '=' && !blank_end;
        isize width = plain ? 1 : 3;
        if (column + width > LINE_MAX - 1) {
            buf_put(b, S("=\r\n"));
            column = 0;
        }
        if (plain)
            buf_byte(b, (char)c);
        else
            buf_fmt(b, "=%02X", c);
        column += width;
    }
    buf_put(b, S("\r\n"));
}

Str message_text(Arena *a, const MessageParts *m)
{
    Buf b = {.a = a};
    header_put(&b, "From", m->from);
    header_put(&b, "To", m->to);
    header_put(&b, "Subject", m->subject);
    header_put(&b, "Date", date(a, m->when));
    header_put(&b, "Message-ID",
               arena_fmt(a, "<%lld.%lld@%.*s>", (long long)m->id, (long long)(m->when / SECONDS(1)),
                         STR(m->host)));
    buf_put(&b, S("Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                  "Content-Type: text/plain; charset=utf-8\r\n"
                  "Content-Transfer-Encoding: quoted-printable\r\n\r\n"));
    Str body = str_ends(m->body, S("\n")) ? str_take(m->body, m->body.n - 1) : m->body;
    for (Str line; str_next(&body, '\n', &line);) {
        if (str_ends(line, S("\r"))) line = str_take(line, line.n - 1);
        quoted_line(&b, line);
    }
    return buf_str(&b);
}
