// Looking at text and cutting it.
#include "base/str.h"

bool str_eq(Str a, Str b)
{
    return a.n == b.n && (!a.n || !memcmp(a.s, b.s, (size_t)a.n));
}

static char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}
static char ascii_upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

bool str_eq_nocase(Str a, Str b)
{
    if (a.n != b.n) return false;
    for (isize i = 0; i < a.n; i++)
        if (ascii_lower(a.s[i]) != ascii_lower(b.s[i])) return false;
    return true;
}

int str_cmp(Str a, Str b)
{
    isize n = a.n < b.n ? a.n : b.n;
    int d = n ? memcmp(a.s, b.s, (size_t)n) : 0;
    return d ? d : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(Str s, Str p)
{
    return s.n >= p.n && (!p.n || !memcmp(s.s, p.s, (size_t)p.n));
}
bool str_ends(Str s, Str e)
{
    return s.n >= e.n && (!e.n || !memcmp(s.s + s.n - e.n, e.s, (size_t)e.n));
}

isize str_find(Str s, Str needle)
{
    if (!needle.n) return 0;
    if (!s.n) return -1;
    const char *p = memmem(s.s, (size_t)s.n, needle.s, (size_t)needle.n);
    return p ? p - s.s : -1;
}

bool str_has(Str s, Str needle)
{
    return str_find(s, needle) >= 0;
}

isize str_find_byte(Str s, char c)
{
    const char *p = s.n ? memchr(s.s, c, (size_t)s.n) : NULL;
    return p ? p - s.s : -1;
}

isize str_rfind_byte(Str s, char c)
{
    const char *p = s.n ? memrchr(s.s, c, (size_t)s.n) : NULL;
    return p ? p - s.s : -1;
}

Str str_span(Str s, isize from, isize to)
{
    if (from < 0) from = 0;
    if (to > s.n) to = s.n;
    return from >= to ? (Str){0} : (Str){s.s + from, to - from};
}

Str str_skip(Str s, isize n)
{
    return str_span(s, n, s.n);
}
Str str_take(Str s, isize n)
{
    return str_span(s, 0, n);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

Str str_trim(Str s)
{
    while (s.n && is_blank(s.s[0]))
        s = str_skip(s, 1);
    while (s.n && is_blank(s.s[s.n - 1]))
        s.n--;
    return s;
}

Str str_lower(Arena *a, Str s)
{
    char *p = make(a, char, s.n + 1);
    for (isize i = 0; i < s.n; i++)
        p[i] = ascii_lower(s.s[i]);
    return (Str){p, s.n};
}

Str str_upper(Arena *a, Str s)
{
    char *p = make(a, char, s.n + 1);
    for (isize i = 0; i < s.n; i++)
        p[i] = ascii_upper(s.s[i]);
    return (Str){p, s.n};
}

Str str_replace(Arena *a, Str s, Str what, Str with)
{
    Buf b = {.a = a};
    for (isize at; what.n && (at = str_find(s, what)) >= 0; s = str_skip(s, at + what.n)) {
        buf_put(&b, str_take(s, at));
        buf_put(&b, with);
    }
    buf_put(&b, s);
    return buf_str(&b);
}

Str str_join(Arena *a, const Str *v, isize n, Str between)
{
    isize all = n > 0 ? between.n * (n - 1) : 0;
    for (isize i = 0; i < n; i++)
        all += v[i].n;
    char *s = make(a, char, all + 1), *at = s;
    for (isize i = 0; i < n; i++) {
        if (i && between.n) memcpy(at, between.s, (size_t)between.n);
        at += i ? between.n : 0;
        if (v[i].n) memcpy(at, v[i].s, (size_t)v[i].n);
        at += v[i].n;
    }
    return (Str){s, all};
}

bool str_cut(Str s, char sep, Str *head, Str *tail)
{
    isize at = str_find_byte(s, sep);
    *head = at < 0 ? s : str_take(s, at);
    *tail = at < 0 ? (Str){0} : str_skip(s, at + 1);
    return at >= 0;
}

bool str_next(Str *rest, char sep, Str *piece)
{
    if (!rest->s) return false;
    isize at = str_find_byte(*rest, sep);
    if (at < 0) {
        *piece = *rest;
        *rest = (Str){0};
        return true;
    }
    *piece = (Str){rest->s, at};
    *rest = (Str){rest->s + at + 1, rest->n - at - 1};
    return true;
}

u64 str_hash(Str s)
{
    u64 h = 0xcbf29ce484222325u; // FNV-1a
    for (isize i = 0; i < s.n; i++)
        h = (h ^ (u8)s.s[i]) * 0x100000001b3u;
    return h ^ h >> 32;
}

void str_list_add(Arena *a, StrList *l, Str s)
{
    if (l->n == l->cap) {
        isize cap = l->cap ? l->cap * 2 : 8;
        Str *v = make(a, Str, cap);
        if (l->n) memcpy(v, l->v, (size_t)l->n * sizeof *v);
        l->v = v;
        l->cap = cap;
    }
    l->v[l->n++] = s;
}

bool str_list_has(const StrList *l, Str s)
{
    for (isize i = 0; i < l->n; i++)
        if (str_eq(l->v[i], s)) return true;
    return false;
}

static int by_bytes(const void *a, const void *b)
{
    const Str *x = a, *y = b;
    return str_cmp(*x, *y);
}

void str_list_sort(StrList *l)
{
    if (l->n > 1) qsort(l->v, (size_t)l->n, sizeof *l->v, by_bytes);
}
