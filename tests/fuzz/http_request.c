// A request as the network brings it: its head, address, query, cookies, range and body are read or refused, never more.
#include "web/chunked.h"
#include "web/form.h"
#include "web/guard.h"
#include "web/range.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static isize take(void *self, char *into, isize room)
{
    Str *rest = self;
    Str part = str_take(*rest, room);
    if (part.n) memcpy(into, part.s, (size_t)part.n);
    *rest = str_skip(*rest, part.n);
    return part.n;
}

static Str read_body(Arena *a, const Head *h, Str body)
{
    Buf out = {.a = a};
    char piece[7];
    if (!h->chunked) return str_take(body, h->length > 0 ? (isize)h->length : 0);
    Chunks chunks = {0};
    isize n, all = body.n;
    while ((n = chunks_read(&chunks, (ChunkSource){&body, take}, piece, sizeof piece)) > 0)
        buf_put(&out, (Str){piece, n});
    must(out.n <= all);
    return buf_str(&out);
}

static void read_form(Arena *a, Str body)
{
    static const Field fields[] = {
        {"text",      FIELD_TEXT, true, 20},
        {"long",       FIELD_LONG, false, 0},
        {"s",           FIELD_SECRET, false, 0},
        {"n",FIELD_INT, false, 0},
        {"f",          FIELD_FLAG, false, 0},
        {"m",         FIELD_MANY, false, 0},
        {0     },
    };
    Pairs sent = {0}, clean = {0};
    Err *e = pairs_parse(a, body, FORM_VALUES_MAX, &sent);
    if (!e) e = form_check(a, fields, &sent, &clean);
    if (e) return;
    must(pairs_get(&clean, S("text")).n > 0 && pairs_get(&clean, S("text")).n <= 20);
    for (isize i = 0; i < clean.n; i++)
        must(clean.v[i].value.n <= 20000 && str_is_utf8(clean.v[i].value));
}

static void read_request(Arena *a, Str raw, Str body)
{
    Head h;
    const char *why = NULL;
    Str path;
    StrList segments = {0};
    i64 from, n;
    int status = guard_head(a, raw, &h, &why);
    must(!status == !why);
    if (status) return;
    must(!(h.chunked && h.length >= 0));
    if (guard_path(a, h.path, &path, &segments))
        for (isize i = 0; i < path.n; i++)
            must((u8)path.s[i] >= 0x20 && path.s[i] != 0x7f);
    if (range_parse(head_get(&h, S("Range")), 1000, &from, &n) == RANGE_PART)
        must(from >= 0 && n > 0 && from + n <= 1000);
    read_form(a, h.query);
    read_form(a, read_body(a, &h, body));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    Arena a = {0};
    Str all = arena_str(&a, data, (isize)size);
    isize end = str_find(all, S("\r\n\r\n"));
    if (end >= 0) read_request(&a, str_take(all, end + 4), str_skip(all, end + 4));
    arena_free(&a);
    return 0;
}
