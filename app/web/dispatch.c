// The order of web.h, one function a step.
#include "web/dispatch.h"

#include "web/admit.h"
#include "web/event.h"
#include "web/failure.h"
#include "web/flash_keep.h"
#include "web/form.h"
#include "web/origin.h"

enum { QUERY_VALUES_MAX = 1000, COOKIES_MAX = 50 };

Db *req_db_take(Req *q, DbMode mode)
{
    Exchange *x = exchange(q);
    return x->db ? x->db : db_take(q->server->pool, mode);
}

void req_db_give(Req *q, Db *db)
{
    if (db && !exchange(q)->db) db_give(q->server->pool, db);
}

static void read_cookies(Req *q, Params *p)
{
    Str rest = head_get(p->head, S("Cookie")), piece, name, value;
    while (str_next(&rest, ';', &piece) && p->cookies.n < COOKIES_MAX) {
        str_cut(str_trim(piece), '=', &name, &value);
        // The browser sends the most specific first; a second one of that name is somebody else's.
        if (!pairs_has(&p->cookies, name)) pairs_add(q->a, &p->cookies, name, value);
    }
}

static Method head_method(const Head *h)
{
    for (Method m = GET; m <= DELETE; m++)
        if (str_eq(h->verb, str_from(method_word(m)))) return m;
    return str_eq(h->verb, S("HEAD")) ? GET : (Method)0;
}

static fallible refuse_media(Req *q, Str mime)
{
    exchange(q)->status = 415;
    return fail(q->a, ERR_BAD_INPUT, "Unsupported media type \"%.*s\" in request.",
                STR(str_printable(q->a, str_take(mime, 100))));
}

static fallible take_form(Req *q)
{
    Exchange *x = exchange(q);
    Str body, mime, rest;
    Pairs sent = {0};
    TRY(body_read_all(q, body_max(x->row), &body));
    str_cut(req_header(q, "Content-Type"), ';', &mime, &rest);
    if (body.n && !str_eq_nocase(str_trim(mime), S("application/x-www-form-urlencoded")))
        return refuse_media(q, mime);
    TRY(pairs_parse(q->a, body, FORM_VALUES_MAX + 100, &sent));
    if (admit_needs_origin(q) && !req_header(q, "X-CSRFToken").n)
        TRY(origin_check_token(q, pairs_get(&sent, S(FORM_TOKEN))));
    return form_check(q->a, x->row->fields, &sent, &x->params.fields);
}

static fallible take_body(Req *q)
{
    Exchange *x = exchange(q);
    const Route *row = x->row;
    if (admit_brings_form(row)) return take_form(q);
    if (row->flags & ROUTE_STREAM) return NULL;
    Str mime, rest;
    str_cut(req_header(q, "Content-Type"), ';', &mime, &rest);
    bool json = !mime.n || str_eq_nocase(str_trim(mime), S("application/json"));
    // Foreign protocols judge for themselves what they are sent.
    if ((x->head->length > 0 || x->head->chunked) && !json && !x->list->say_failure)
        return refuse_media(q, mime);
    return body_read_all(q, body_max(row), &q->body);
}

static void post_all(Req *q)
{
    const StrList *posts = &exchange(q)->posts;
    for (isize i = 0; i < posts->n; i++)
        events_post(q->server->events, posts->v[i]);
}

static void after_all(Req *q)
{
    for (After *one = exchange(q)->after; one; one = one->next) {
        Err *e = one->what(q, one->of);
        if (e)
            log_line(q->server->log, q->now, LOG_ERROR, "web", "after %.*s: %.*s", STR(q->path),
                     STR(e->say));
    }
}

static fallible settle(Req *q)
{
    const Route *row = exchange(q)->row;
    if (q->noted || db_is_noted(q->db) || (row->flags & ROUTE_NO_NOTE))
        return db_commit(q->db, q->a);
    if (q->answer.status < 400 && db_is_changed(q->db))
        return fail(q->a, ERR_BUG, "%s %s changed something and left no audit line",
                    method_word(row->method), row->path);
    db_rollback(q->db);
    exchange(q)->posts.n = 0;
    exchange(q)->after = NULL;
    return NULL;
}

static fallible run_change(Req *q)
{
    const Route *row = exchange(q)->row;
    q->db = req_db_take(q, DB_READ_WRITE);
    Err *e = db_begin(q->db, q->a);
    if (!e) e = row->run(q);
    if (!e) e = settle(q);
    db_rollback(q->db);
    req_db_give(q, q->db);
    q->db = NULL;
    if (e) return e;
    post_all(q);
    after_all(q);
    return NULL;
}

static fallible run_stream(Req *q)
{
    Err *e = exchange(q)->row->run(q);
    // Its transactions are its own; what it posted, it has committed.
    post_all(q);
    return e;
}

// A page that is only read keeps its reader signed in, too. Not worth failing the page for.
static void mark_seen(Req *q)
{
    const Gate *gate = q->server->gate;
    if (!q->who.unseen || !gate->touch) return;
    Db *db = req_db_take(q, DB_READ_WRITE);
    Err *e = db_begin(db, q->a);
    if (!e) e = db_settle(db, q->a, gate->touch(db, q->a, q->now, &q->who));
    if (e) log_line(q->server->log, q->now, LOG_WARNING, "web", "session: %.*s", STR(e->say));
    req_db_give(q, db);
}

static fallible serve_row(Req *q)
{
    const Route *row = exchange(q)->row;
    bool stream = row->flags & ROUTE_STREAM, answered = false;
    if (row->flags & ROUTE_OPEN) return row->run(q);
    q->db = req_db_take(q, DB_READ_ONLY);
    Err *e = admit_check(q, &answered);
    if (!e && !answered && q->method == GET && !stream) {
        e = row->run(q);
        answered = true;
    }
    req_db_give(q, q->db);
    q->db = NULL;
    mark_seen(q);
    if (e || answered) return e;
    if (q->method != GET) TRY(take_body(q));
    return stream ? run_stream(q) : run_change(q);
}

static fallible try_slash(const Router *router, Req *q, StrList *segments)
{
    const Head *h = exchange(q)->head;
    str_list_add(q->a, segments, S(""));
    const Shape *s = router_match(router, segments);
    Method m = head_method(h);
    if (!s || !m || !s->rows[m] || str_ends(h->path, S("/")))
        return fail(q->a, ERR_NOT_FOUND, "There is no such page.");
    if (m != GET)
        return fail(q->a, ERR_NOT_FOUND, "This address needs a slash at its end for %s.",
                    method_word(m));
    q->answer.status = 301;
    q->answer.location =
        arena_fmt(q->a, "%.*s/%s%.*s", STR(h->path), h->query.n ? "?" : "", STR(h->query));
    return NULL;
}

static fallible wrong_method(Req *q, const Shape *s)
{
    Exchange *x = exchange(q);
    for (Method m = GET; m <= DELETE; m++)
        if (s->rows[m] && !x->list) x->list = s->lists[m], x->row = s->rows[m];
    x->status = 405;
    return fail(q->a, ERR_BAD_INPUT, "Method \"%.*s\" not allowed.", STR(x->head->verb));
}

// Leaves x->row NULL when a redirect is the answer.
static fallible find_row(const Router *router, Req *q, Str *allow)
{
    Exchange *x = exchange(q);
    StrList segments = {0};
    if (!guard_path(q->a, x->head->path, &q->path, &segments))
        return fail(q->a, ERR_BAD_INPUT,
                    "The address has a part that is \".\", \"..\" or not UTF-8.");
    const Shape *s = router_match(router, &segments);
    if (!s) return try_slash(router, q, &segments);
    q->method = head_method(x->head);
    x->head_only = str_eq(x->head->verb, S("HEAD"));
    if (!q->method || !s->rows[q->method]) {
        *allow = router_allow(q->a, s);
        return wrong_method(q, s);
    }
    x->row = s->rows[q->method];
    x->list = s->lists[q->method];
    router_params(q->a, x->row, &segments, &x->params.path);
    return pairs_parse(q->a, q->query, QUERY_VALUES_MAX, &x->params.query);
}

void dispatch(const Router *router, Req *q)
{
    Exchange *x = exchange(q);
    Str allow = {0};
    x->params.head = x->head;
    q->params = &x->params;
    q->query = x->head->query;
    q->answer.body.a = q->a;
    read_cookies(q, &x->params);
    Err *e = find_row(router, q, &allow);
    if (!e && x->row) e = serve_row(q);
    if (e) failure_say(q, e, allow);
    if (x->begun) return;
    origin_keep_token(q);
    flash_keep(q);
}
