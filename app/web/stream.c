// Answers and bodies in pieces, for rows that move files or talk for a long time.
#include "web/answer_send.h"

static fallible gone(Req *q)
{
    exchange(q)->gone = exchange(q)->close = true;
    return fail(q->a, ERR_IO, "The visitor has gone.");
}

static fallible wire_write(Req *q, Str bytes)
{
    const Wire *w = exchange(q)->wire;
    return w->write(w->self, bytes) ? NULL : gone(q);
}

fallible stream_begin(Req *q, int status, Str mime, i64 length)
{
    Exchange *x = exchange(q);
    must(!x->begun);
    x->begun = true;
    x->chunked = length < 0 && x->head->http11;
    x->unsent = length;
    // Without a length HTTP/1.0 knows the end by the end of the connection.
    x->close = x->close || body_is_left(x) || !x->head->keep_alive || (length < 0 && !x->chunked);
    q->answer.status = status;
    q->answer.mime = mime;
    return wire_write(q, answer_head(q, length));
}

fallible stream_begin_part(Req *q, Str mime, i64 length, i64 *from, i64 *n)
{
    Exchange *x = exchange(q);
    q->answer.status = 200;
    *from = *n = 0;
    if (answer_is_unchanged(q)) return stream_begin(q, 304, mime, 0);
    answer_range(q, length, from, n);
    TRY(stream_begin(q, q->answer.status, mime, *n));
    if (x->head_only) *n = 0;
    return NULL;
}

fallible stream_file(Req *q, int fd, i64 from, i64 n)
{
    Exchange *x = exchange(q);
    must(x->begun && !x->ended && !x->chunked);
    if (x->head_only || !n) return NULL;
    if (x->unsent >= 0 && n > x->unsent)
        return fail(q->a, ERR_BUG, "more was streamed than the length that was announced");
    if (x->unsent >= 0) x->unsent -= n;
    return answer_file_part(q, fd, from, n) ? NULL : gone(q);
}

fallible stream_write(Req *q, Str bytes)
{
    Exchange *x = exchange(q);
    must(x->begun && !x->ended);
    if (!bytes.n || x->head_only) return NULL;
    if (!x->chunked) {
        if (x->unsent >= 0 && bytes.n > x->unsent)
            return fail(q->a, ERR_BUG, "more was streamed than the length that was announced");
        if (x->unsent >= 0) x->unsent -= bytes.n;
        return wire_write(q, bytes);
    }
    // One write a chunk: its size, the bytes, the line end.
    char size[20];
    int n = snprintf(size, sizeof size, "%llx\r\n", (unsigned long long)bytes.n);
    if (bytes.n > 16 * 1024) {
        TRY(wire_write(q, (Str){size, n}));
        TRY(wire_write(q, bytes));
        return wire_write(q, S("\r\n"));
    }
    char whole[16 * 1024 + 32];
    memcpy(whole, size, (size_t)n);
    memcpy(whole + n, bytes.s, (size_t)bytes.n);
    memcpy(whole + n + bytes.n, "\r\n", 2);
    return wire_write(q, (Str){whole, n + bytes.n + 2});
}

fallible stream_end(Req *q)
{
    Exchange *x = exchange(q);
    must(x->begun && !x->ended);
    x->ended = true;
    if (x->head_only) return NULL;
    if (x->chunked) return wire_write(q, S("0\r\n\r\n"));
    if (x->unsent <= 0) return NULL;
    x->close = true;
    return fail(q->a, ERR_BUG, "less was streamed than the length that was announced");
}

fallible stream_read(Req *q, char *into, isize room, isize *n)
{
    return body_read(q, body_max(exchange(q)->row), into, room, n);
}

i64 stream_length(const Req *q)
{
    return exchange(q)->head->length;
}
