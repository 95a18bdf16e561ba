// Eight bytes a number, a number before each text.
#include "box/wire.h"

void wire_put_number(Buf *b, i64 v)
{
    u8 bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (u8)((u64)v >> (8 * i));
    buf_put(b, (Str){(const char *)bytes, 8});
}

void wire_put_text(Buf *b, Str s)
{
    wire_put_number(b, s.n);
    buf_put(b, s);
}

i64 wire_number(Wire *w, i64 least, i64 most)
{
    u64 v = 0;
    if (w->bad || w->rest.n < 8) {
        w->bad = true;
        return 0;
    }
    for (int i = 0; i < 8; i++)
        v |= (u64)(u8)w->rest.s[i] << (8 * i);
    w->rest = str_skip(w->rest, 8);
    w->bad = (i64)v < least || (i64)v > most;
    return w->bad ? 0 : (i64)v;
}

Str wire_text(Wire *w, i64 most)
{
    i64 n = wire_number(w, 0, most);
    if (w->bad || n > w->rest.n) {
        w->bad = true;
        return (Str){0};
    }
    Str s = str_take(w->rest, (isize)n);
    w->rest = str_skip(w->rest, (isize)n);
    return s;
}

bool wire_done(const Wire *w)
{
    return !w->bad && !w->rest.n;
}
