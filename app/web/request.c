// What a request brought: its parameters, header lines, cookies and body.
#include "base/encode.h"
#include "web/exchange.h"

enum { FORM_BODY_MAX = 64 * 1024 };

void pairs_add(Arena *a, Pairs *p, Str name, Str value)
{
    if (p->n == p->cap) {
        isize cap = p->cap ? p->cap * 2 : 16;
        Pair *v = make(a, Pair, cap);
        if (p->n) memcpy(v, p->v, (size_t)p->n * sizeof *v);
        p->v = v;
        p->cap = cap;
    }
    p->v[p->n++] = (Pair){name, value};
}

static const Pair *pairs_find(const Pairs *p, Str name)
{
    for (isize i = 0; i < p->n; i++)
        if (str_eq(p->v[i].name, name)) return &p->v[i];
    return NULL;
}

Str pairs_get(const Pairs *p, Str name)
{
    const Pair *found = pairs_find(p, name);
    return found ? found->value : (Str){0};
}

bool pairs_has(const Pairs *p, Str name)
{
    return pairs_find(p, name) != NULL;
}

fallible pairs_parse(Arena *a, Str text, isize most, Pairs *out)
{
    Str piece;
    while (str_next(&text, '&', &piece)) {
        Str name, value, plain_name, plain_value;
        if (!piece.n) continue;
        str_cut(piece, '=', &name, &value);
        if (!percent_decode(a, name, true, &plain_name) ||
            !percent_decode(a, value, true, &plain_value))
            return fail(a, ERR_BAD_INPUT,
                        "A percent sign starts no valid escape; send it as %%25.");
        if (!str_is_utf8(plain_name) || !str_is_utf8(plain_value))
            return fail(a, ERR_BAD_INPUT, "The text sent is not UTF-8.");
        if (out->n == most)
            return fail(a, ERR_BAD_INPUT, "More than %td values were sent; send fewer.", most);
        pairs_add(a, out, plain_name, plain_value);
    }
    return NULL;
}

Str req_param(const Req *q, const char *name)
{
    must(pairs_has(&q->params->path, str_from(name)));
    return pairs_get(&q->params->path, str_from(name));
}

Str req_query(const Req *q, const char *name)
{
    return pairs_get(&q->params->query, str_from(name));
}

i64 req_query_i64(const Req *q, const char *name, i64 otherwise)
{
    i64 n = otherwise;
    str_i64(req_query(q, name), &n);
    return n;
}

static void pairs_all(Arena *a, const Pairs *p, Str name, StrList *out)
{
    for (isize i = 0; i < p->n; i++)
        if (str_eq(p->v[i].name, name)) str_list_add(a, out, p->v[i].value);
}

void req_query_all(const Req *q, const char *name, StrList *out)
{
    pairs_all(q->a, &q->params->query, str_from(name), out);
}

Str req_field(const Req *q, const char *name)
{
    return pairs_get(&q->params->fields, str_from(name));
}

i64 req_field_i64(const Req *q, const char *name)
{
    i64 n = 0;
    str_i64(req_field(q, name), &n);
    return n;
}

bool req_flag(const Req *q, const char *name)
{
    return pairs_has(&q->params->fields, str_from(name));
}

void req_fields(const Req *q, const char *name, StrList *out)
{
    pairs_all(q->a, &q->params->fields, str_from(name), out);
}

Str req_header(const Req *q, const char *name)
{
    return head_get(q->params->head, str_from(name));
}

Str req_cookie(const Req *q, Str name)
{
    return pairs_get(&q->params->cookies, name);
}

bool body_is_left(const Exchange *x)
{
    if (x->body_over || (!x->head->chunked && x->head->length <= 0)) return false;
    return x->head->chunked || x->body_read < x->head->length;
}

isize body_max(const Route *row)
{
    return row->body_max ? row->body_max : FORM_BODY_MAX;
}

fallible body_read(Req *q, i64 most, char *into, isize room, isize *n)
{
    Exchange *x = exchange(q);
    *n = 0;
    if (x->body_over) return NULL;
    if (x->head->length > most)
        return fail(q->a, ERR_TOO_LARGE,
                    "What was sent is larger than the %lld bytes allowed here.", (long long)most);
    if (x->head->expects_continue && !x->continued) {
        x->continued = true;
        if (!x->wire->write(x->wire->self, S("HTTP/1.1 100 Continue\r\n\r\n")))
            return fail(q->a, ERR_IO, "The visitor has gone.");
    }
    isize got = x->wire->read(x->wire->self, into, room);
    if (got < 0 || (!got && x->head->length > x->body_read)) {
        x->close = true;
        return fail(q->a, ERR_BAD_INPUT, "The body ended early or is not well formed.");
    }
    x->body_over = !got;
    x->body_read += got;
    if (x->body_read > most)
        return fail(q->a, ERR_TOO_LARGE,
                    "What was sent is larger than the %lld bytes allowed here.", (long long)most);
    *n = got;
    return NULL;
}

fallible body_read_all(Req *q, i64 most, Str *out)
{
    const Head *h = exchange(q)->head;
    *out = (Str){0};
    if (h->length <= 0 && !h->chunked) return NULL;
    // A known length is read into place; a chunked body grows.
    char piece[4096];
    Buf body = {.a = q->a};
    if (h->length > 0 && h->length <= most)
        body = (Buf){q->a, make(q->a, char, h->length), 0, h->length};
    for (;;) {
        isize n, room = body.cap - body.n;
        char *into = h->length > 0 && room ? body.s + body.n : piece;
        TRY(body_read(q, most, into, into == piece ? (isize)sizeof piece : room, &n));
        if (into == piece)
            buf_put(&body, (Str){piece, n});
        else
            body.n += n;
        if (!n) break;
    }
    *out = buf_str(&body);
    return NULL;
}
