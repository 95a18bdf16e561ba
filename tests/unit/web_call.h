// web_call: a route called as a function: a request as text, the answer as text, a database in memory, no socket.
//
//     WebTest t = web_test(&a, db, rooms, COUNT(rooms));
//     t.granted[PERM_JOB_RUN] = true;            what the test's gate grants; or set t.server.gate to the real one
//     WebAnswer r = web_call(&t, "POST /release/7/vote", .as = &ada, .form = "choice=approve");
//     ck_assert_int_eq(r.status, 303);
#pragma once
#include "os/clock.h"
#include "scratch.h"
#include "web/answer_send.h"
#include "web/dispatch.h"
#include "web/event.h"

typedef struct WebTest {
    Arena *a;
    Db *db;
    Server server;
    Router router;
    Log log;
    Time now;
    bool granted[PERM_COUNT];
} WebTest;
typedef struct WebCall {
    const char *line;    // "GET /path?query"
    const Visitor *as;   // who has a session; NULL: nobody
    const char *form;    // sent as a form
    const char *body;    // sent as it is; name its Content-Type in headers
    const char *headers; // more lines, each with "\r\n" at its end
    bool stranger;       // sends neither Origin nor token
} WebCall;
typedef struct WebAnswer {
    int status;
    Str head, body; // as sent
    Str location;
} WebAnswer;

// The gate of the tests: the session cookie's token is the visitor's place in memory.
static const Visitor *web_test_visitor;
static const bool *web_test_granted;
static inline fallible web_test_session(Db *db, Arena *a, Time now, Str token, Visitor *out)
{
    (void)db, (void)now;
    if (!web_test_visitor || !str_eq(token, S("sesame"))) return NULL;
    *out = *web_test_visitor;
    if (!out->session) out->session = 1;
    if (!out->csrf.n) out->csrf = str_copy(a, S("token-of-this-session"));
    return NULL;
}
static inline fallible web_test_token(Db *db, Arena *a, Time now, Str authorization, Visitor *out)
{
    (void)db, (void)a, (void)now;
    if (str_eq(authorization, S("backend-token"))) out->backend = 1;
    if (str_eq(authorization, S("ada:token"))) out->id = 1;
    return NULL;
}
static inline fallible web_test_may(Db *db, Arena *a, const Visitor *v, Perm p, Scope s, bool *out)
{
    (void)db, (void)a, (void)v, (void)s;
    *out = web_test_granted[p];
    return NULL;
}

static inline WebTest web_test(Arena *a, Db *db, const RouteList *rooms, isize rooms_n)
{
    static const Gate gate = {.by_session = web_test_session,
                              .by_token = web_test_token,
                              .may = web_test_may,
                              .place = "Test"};
    WebTest t = {
        .a = a, .db = db, .log = {.least = LOG_ERROR, .fd = 2},
                .now = clock_now()
    };
    t.server = (Server){.arena = a,
                        .gate = &gate,
                        .events = events_open(a),
                        .cookie = S("__Host-tresor"),
                        .origin = S("https://tresor.test"),
                        .key = make(a, SecretKey, 1)};
    ck_works(router_make(a, rooms, rooms_n, &t.router));
    return t;
}

typedef struct WebMemory {
    Str in;
    Buf out;
} WebMemory;
static inline bool web_memory_write(void *self, Str bytes)
{
    WebMemory *m = self;
    buf_put(&m->out, bytes);
    return true;
}
static inline isize web_memory_read(void *self, char *into, isize room)
{
    WebMemory *m = self;
    Str part = str_take(m->in, room);
    if (part.n) memcpy(into, part.s, (size_t)part.n);
    m->in = str_skip(m->in, part.n);
    return part.n;
}

static inline Str web_call_head(WebTest *t, const WebCall *c, Str body)
{
    Buf o = {.a = t->a};
    buf_fmt(&o, "%s HTTP/1.1\r\nHost: tresor.test\r\n%s", c->line, c->headers ? c->headers : "");
    if (c->as) buf_put(&o, S("Cookie: __Host-tresor=sesame\r\n"));
    if (!c->stranger) {
        Str token = c->as && c->as->csrf.n ? c->as->csrf : S("token-of-this-session");
        buf_fmt(&o, "Origin: https://tresor.test\r\nX-CSRFToken: %.*s\r\n", STR(token));
        if (!c->as) buf_fmt(&o, "Cookie: __Host-tresor-form=%.*s\r\n", STR(token));
    }
    if (c->form) buf_put(&o, S("Content-Type: application/x-www-form-urlencoded\r\n"));
    if (c->form || c->body) buf_fmt(&o, "Content-Length: %td\r\n", body.n);
    buf_put(&o, S("\r\n"));
    return buf_str(&o);
}

static inline WebAnswer web_call_read(WebTest *t, Str raw)
{
    WebAnswer r = {0};
    isize end = str_find(raw, S("\r\n\r\n"));
    ck_assert_msg(end > 0 && str_starts(raw, S("HTTP/1.1 ")), "no answer");
    r.head = str_take(raw, end + 2);
    r.body = str_skip(raw, end + 4);
    i64 status = 0;
    ck_assert(str_i64(str_span(raw, 9, 12), &status));
    r.status = (int)status;
    isize at = str_find(r.head, S("\r\nLocation: "));
    Str rest = at < 0 ? (Str){0} : str_skip(r.head, at + 12);
    if (at >= 0) r.location = str_copy(t->a, str_take(rest, str_find(rest, S("\r\n"))));
    return r;
}

#define web_call(t, ...) web_call_with((t), (WebCall){.line = __VA_ARGS__})
static inline WebAnswer web_call_with(WebTest *t, WebCall c)
{
    WebMemory memory = {.in = str_from(c.form ? c.form : c.body), .out = {.a = t->a}};
    Wire wire = {&memory, web_memory_write, web_memory_read, NULL, -1};
    Head head;
    const char *why;
    web_test_visitor = c.as;
    web_test_granted = t->granted;
    int refused = guard_head(t->a, web_call_head(t, &c, memory.in), &head, &why);
    if (refused) return (WebAnswer){.status = refused, .body = str_from(why)};
    t->server.log = &t->log;
    Exchange x = {.wire = &wire, .head = &head, .db = t->db};
    Req q = {.a = t->a, .server = &t->server, .now = t->now, .address = S("192.0.2.1"), .conn = &x};
    dispatch(&t->router, &q);
    if (!x.begun) ck_assert(answer_send(&q));
    return web_call_read(t, buf_str(&memory.out));
}
