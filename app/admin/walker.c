// Somebody with a browser, in C.
#include "admin/walker.h"

#include "base/encode.h"

enum { REDIRECTS_MOST = 5 };

fallible walker_open(Arena *a, Str origin, Str ca_file, Walker *out)
{
    HttpTrust trust = {.ca_file = ca_file};
    *out = (Walker){.a = a, .origin = origin};
    return http_open(a, &trust, &out->http);
}

void walker_close(Walker *w)
{
    http_close(w->http);
}

static void cookie_keep(Walker *w, Str line)
{
    Str pair, rest, name, value;
    str_cut(line, ';', &pair, &rest);
    str_cut(pair, '=', &name, &value);
    for (isize i = 0; i < w->cookies.n; i++)
        if (str_starts(w->cookies.v[i], arena_fmt(w->a, "%.*s=", STR(name)))) {
            w->cookies.v[i] = str_copy(w->a, pair);
            return;
        }
    str_list_add(w->a, &w->cookies, str_copy(w->a, pair));
}

static void headers_put(Walker *w, HttpRequest *ask)
{
    if (w->cookies.n)
        http_header_add(w->a, &ask->headers, S("Cookie"),
                        str_join(w->a, w->cookies.v, w->cookies.n, S("; ")));
    http_header_add(w->a, &ask->headers, S("Origin"), w->origin);
    http_header_add(w->a, &ask->headers, S("Accept"), S("text/html"));
}

static fallible answer_take(Walker *w, Str path, const HttpAnswer *answer, Str *location)
{
    for (isize i = 0; i < answer->headers.n; i++)
        if (str_eq_nocase(answer->headers.v[i].name, S("Set-Cookie")))
            cookie_keep(w, answer->headers.v[i].value);
    *location = answer->status >= 300 && answer->status < 400
                    ? http_header(&answer->headers, S("Location"))
                    : (Str){0};
    if (location->n) return NULL;
    w->page = answer->body;
    w->at = path;
    if (answer->status >= 200 && answer->status < 300) return NULL;
    Str say = walker_between(w, "<p>", "</p>");
    return fail(w->a, ERR_IO, "%.*s answers %d: %.*s", STR(path), answer->status, STR(say));
}

static fallible request_send(Walker *w, Str method, Str path, Str body, Str *location)
{
    HttpAnswer answer;
    HttpRequest ask = {.method = method,
                       .url = arena_fmt(w->a, "%.*s%.*s", STR(w->origin), STR(path)),
                       .body = body};
    headers_put(w, &ask);
    if (body.n)
        http_header_add(w->a, &ask.headers, S("Content-Type"),
                        S("application/x-www-form-urlencoded"));
    TRY(http_send(w->http, w->a, &ask, &answer));
    return answer_take(w, path, &answer, location);
}

static Str within(Walker *w, Str location)
{
    return str_starts(location, w->origin) ? str_skip(location, w->origin.n) : location;
}

fallible walker_look(Walker *w, Str path)
{
    Str location = path;
    for (int i = 0; i < REDIRECTS_MOST && location.n; i++) {
        path = within(w, location);
        TRY(request_send(w, S("GET"), path, (Str){0}, &location));
    }
    return location.n ? fail(w->a, ERR_IO, "%.*s leads in a circle", STR(path)) : NULL;
}

fallible walker_send(Walker *w, Str path, const Str *pairs, isize n)
{
    Str location;
    Buf b = {.a = w->a};
    buf_fmt(&b, "csrf=%.*s",
            STR(percent_encode(w->a, walker_between(w, "name=\"csrf\" value=\"", "\""))));
    for (isize i = 0; i + 1 < n; i += 2)
        buf_fmt(&b, "&%.*s=%.*s", STR(percent_encode(w->a, pairs[i])),
                STR(percent_encode(w->a, pairs[i + 1])));
    TRY(request_send(w, S("POST"), path, buf_str(&b), &location));
    return location.n ? walker_look(w, within(w, location)) : NULL;
}

Str walker_between(const Walker *w, const char *before, const char *after)
{
    isize from = str_find(w->page, str_from(before));
    if (from < 0) return (Str){0};
    Str rest = str_skip(w->page, from + (isize)strlen(before));
    isize to = str_find(rest, str_from(after));
    return to < 0 ? (Str){0} : str_take(rest, to);
}

void walker_all(const Walker *w, const char *before, const char *after, StrList *out)
{
    Walker rest = *w;
    for (isize at; (at = str_find(rest.page, str_from(before))) >= 0;) {
        rest.page = str_skip(rest.page, at);
        Str found = walker_between(&rest, before, after);
        if (!str_list_has(out, found)) str_list_add(w->a, out, found);
        rest.page = str_skip(rest.page, (isize)strlen(before));
    }
}

fallible walker_expect(Walker *w, const char *text)
{
    if (str_has(w->page, str_from(text))) return NULL;
    return fail(w->a, ERR_CONFLICT, "%.*s should say \"%s\" and does not", STR(w->at), text);
}

typedef struct Watching {
    Walker *w;
    const char *word, *bad;
    Buf seen; // of the event that is arriving
    bool met, spoiled;
} Watching;

static Err *piece_take(void *who, Str bytes)
{
    Watching *x = who;
    for (isize at; (at = str_find(bytes, S("\n\n"))) >= 0; bytes = str_skip(bytes, at + 2)) {
        buf_put(&x->seen, str_take(bytes, at));
        Str event = buf_str(&x->seen);
        isize state = str_find(event, S("</span>")); // the first badge is that of the whole
        Str head = str_take(event, state < 0 ? event.n : state);
        x->met = str_has(head, str_from(x->word));
        x->spoiled = x->bad && str_has(head, str_from(x->bad));
        x->seen.n = 0;
        if (x->met || x->spoiled) return fail(x->w->a, ERR_CONFLICT, "seen enough");
    }
    buf_put(&x->seen, bytes);
    return NULL;
}

fallible walker_wait(Walker *w, Str path, const char *word, const char *bad, i64 micros)
{
    HttpAnswer answer;
    Watching x = {.w = w, .word = word, .bad = bad, .seen = {.a = w->a}};
    HttpRequest ask = {.url = arena_fmt(w->a, "%.*s%.*s", STR(w->origin), STR(path)),
                       .timeout = micros,
                       .piece = piece_take,
                       .who = &x};
    headers_put(w, &ask);
    Err *e = http_send(w->http, w->a, &ask, &answer);
    if (x.met) return NULL;
    if (x.spoiled)
        return fail(w->a, ERR_CONFLICT, "%.*s came to \"%s\" instead of \"%s\"", STR(path), bad,
                    word);
    return e ? err_under(w->a, e, "waiting for \"%s\"", word)
             : fail(w->a, ERR_IO, "the live stream ended before it said \"%s\"", word);
}
