// Sending a file whole, or the rest of it after a cut (dialect/opensafely: HEAD and PATCH of .../upload).
#include "review/upload.h"

#include "base/encode.h"

enum { UPLOAD_HOURS = 24 }; // a slow line may take long; one on which nothing moves is left sooner

static HttpRequest request_make(Arena *a, const Upload *u, const char *method, const char *path)
{
    HttpRequest r = u->as;
    r.method = str_from(method);
    r.url =
        arena_fmt(a, "%.*s/api/v2/releases/release/%.*s%s", STR(u->server), STR(u->release), path);
    r.timeout = HOURS(UPLOAD_HOURS);
    r.stall = MINUTES(1);
    r.headers = (HttpHeaders){0}; // each request adds its own
    for (isize i = 0; i < u->as.headers.n; i++)
        http_header_add(a, &r.headers, u->as.headers.v[i].name, u->as.headers.v[i].value);
    return r;
}

static HttpRequest rest_request(Arena *a, const Upload *u, const char *method)
{
    HttpRequest r = request_make(a, u, method, "/upload?name=");
    r.url = arena_fmt(a, "%.*s%.*s", STR(r.url), STR(percent_encode(a, u->name)));
    return r;
}

static fallible whole_send(Http *h, Arena *a, const Upload *u)
{
    HttpAnswer answer;
    HttpRequest r = request_make(a, u, "POST", "");
    Str name = str_replace(a, str_replace(a, u->name, S("\\"), S("\\\\")), S("\""), S("\\\""));
    r.body_fd = u->fd;
    http_header_add(a, &r.headers, S("Content-Type"), S("application/octet-stream"));
    http_header_add(a, &r.headers, S("Content-Disposition"),
                    arena_fmt(a, "attachment; filename=\"%.*s\"", STR(name)));
    TRY(http_send(h, a, &r, &answer));
    if (answer.status == 400 && str_has(answer.body, S("already been uploaded"))) return NULL;
    return http_expect_ok(a, &r, &answer);
}

// *knows is false when the server is of a kind that cannot tell.
static fallible offset_ask(Http *h, Arena *a, const Upload *u, bool *knows, bool *complete, i64 *at)
{
    HttpAnswer answer;
    HttpRequest r = rest_request(a, u, "HEAD");
    TRY(http_send(h, a, &r, &answer));
    *knows = answer.status == 200 &&
             str_i64(http_header(&answer.headers, S("Upload-Offset")), at) && *at >= 0;
    *complete = *knows && str_eq(http_header(&answer.headers, S("Upload-Complete")), S("?1"));
    return NULL;
}

static fallible rest_send(Http *h, Arena *a, const Upload *u, i64 at)
{
    HttpAnswer answer;
    HttpRequest r = rest_request(a, u, "PATCH");
    r.body_fd = u->fd;
    r.body_at = at;
    http_header_add(a, &r.headers, S("Content-Type"), S("application/octet-stream"));
    http_header_add(a, &r.headers, S("Upload-Offset"), arena_fmt(a, "%lld", (long long)at));
    TRY(http_send(h, a, &r, &answer));
    return http_expect_ok(a, &r, &answer);
}

fallible upload_send(Http *h, Arena *a, const Upload *u)
{
    bool knows = false, complete = false;
    i64 at = 0;
    if (u->again) TRY(offset_ask(h, a, u, &knows, &complete, &at));
    if (complete) return NULL;
    return knows && at ? rest_send(h, a, u, at) : whole_send(h, a, u);
}
