// A growing output in an arena; doubling, so that a page costs a handful of copies.
#include "base/base.h"

static void buf_room(Buf *b, isize more)
{
    if (more <= b->cap - b->n) return;
    isize cap = b->cap ? b->cap * 2 : 1024;
    while (cap < b->n + more)
        cap *= 2;
    char *p = make(b->a, char, cap);
    if (b->n) memcpy(p, b->s, (size_t)b->n);
    b->s = p;
    b->cap = cap;
}

void buf_put(Buf *b, Str s)
{
    if (!s.n) return;
    buf_room(b, s.n);
    memcpy(b->s + b->n, s.s, (size_t)s.n);
    b->n += s.n;
}

void buf_byte(Buf *b, char c)
{
    buf_room(b, 1);
    b->s[b->n++] = c;
}

void buf_fmt(Buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    Str s = arena_vfmt(b->a, fmt, ap);
    va_end(ap);
    buf_put(b, s);
}

Str buf_str(const Buf *b)
{
    return (Str){b->s, b->n};
}
