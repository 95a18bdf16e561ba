// What handlers say about their answer: headers, cookies, where to go next.
#include "web/answer.h"

#include "web/exchange.h"
#include "web/gate.h"

void answer_header(Req *q, Str name, Str value)
{
    Answer *r = &q->answer;
    must(r->headers_n < COUNT(r->headers));
    must(str_find_byte(value, '\n') < 0 && str_find_byte(value, '\r') < 0);
    r->headers[r->headers_n++] = (Header){str_copy(q->a, name), str_copy(q->a, value)};
}

void answer_cookie(Req *q, Str name, Str value, i64 seconds)
{
    Buf o = {.a = q->a};
    buf_fmt(&o, "%.*s=%.*s; Path=/; HttpOnly; SameSite=Lax", STR(name), STR(value));
    if (str_starts(q->server->origin, S("https://"))) buf_put(&o, S("; Secure"));
    if (seconds) buf_fmt(&o, "; Max-Age=%lld", (long long)(seconds < 0 ? 0 : seconds));
    answer_header(q, S("Set-Cookie"), buf_str(&o));
}

fallible answer_redirect(Req *q, Str location)
{
    bool ours = str_starts(location, S("/")) && !str_starts(location, S("//")) &&
                !str_starts(location, S("/\\"));
    if (!ours || str_find_byte(location, '\n') >= 0 || str_find_byte(location, '\r') >= 0)
        return fail(q->a, ERR_BAD_INPUT, "The place to go on to is not on this server.");
    q->answer.status = 303;
    q->answer.location = str_copy(q->a, location);
    return NULL;
}

fallible answer_json(Req *q, int status, Str json)
{
    q->answer.status = status;
    q->answer.mime = S("application/json");
    q->answer.body = (Buf){.a = q->a};
    buf_put(&q->answer.body, json);
    return NULL;
}
