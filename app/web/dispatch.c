// The order of web.h, one function a step.
#include "web/dispatch.h"

#include "base/encode.h"
#include "kit/json.h"
#include "os/random.h"
#include "web/event.h"
#include "web/flash_keep.h"
#include "web/form.h"
#include "web/frame.h"
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

static Method head_method(const Head *h)
{
    for (Method m = GET; m <= DELETE; m++)
        if (str_eq(h->verb, str_from(method_word(m)))) return m;
    return str_eq(h->verb, S("HEAD")) ? GET : (Method)0;
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

static fallible who_asks(Req *q)
{
    Exchange *x = exchange(q);
    const Gate *gate = q->server->gate;
    x->asked = true;
    Str cookie = req_cookie(q, q->server->cookie);
    x->by_token = x->row && (x->row->flags & ROUTE_API) && head_has(x->head, S("Authorization"));
    if (x->by_token)
        return gate->by_token
                   ? gate->by_token(q->db, q->a, q->now, req_header(q, "Authorization"), &q->who)
                   : NULL;
    return cookie.n ? gate->by_session(q->db, q->a, q->now, cookie, &q->who) : NULL;
}

bool req_may_in(const Req *q, Perm perm, Scope scope)
{
    bool may = false;
    if (perm == PERM_ANYONE) return true;
    if (perm == PERM_SIGNED_IN) return q->who.id != 0;
    if (perm == PERM_BACKEND) return q->who.backend != 0;
    if (!q->who.id && !q->who.backend) return false;
    Err *e = q->server->gate->may(q->db, q->a, &q->who, perm, scope, &may);
    if (e) log_line(q->server->log, q->now, LOG_ERROR, "web", "permission: %.*s", STR(e->say));
    return !e && may;
}

bool req_may(const Req *q, Perm perm)
{
    return req_may_in(q, perm, q->scope);
}

static fallible refuse_token(Req *q)
{
    if (!head_has(exchange(q)->head, S("Authorization")))
        return fail(q->a, ERR_SIGNED_OUT, "Authorization header is missing");
    if (!req_header(q, "Authorization").n)
        return fail(q->a, ERR_SIGNED_OUT, "Authorization header is empty");
    return fail(q->a, ERR_SIGNED_OUT, "Invalid token");
}

static fallible not_found(Req *q)
{
    if (exchange(q)->row->flags & ROUTE_API) return fail(q->a, ERR_NOT_FOUND, "Not found.");
    return fail(q->a, ERR_NOT_FOUND,
                q->who.id ? "There is no such page, or none that you may see."
                          : "There is no such page, or none that you may see without signing in.");
}

static fallible forbidden(Req *q)
{
    const Route *row = exchange(q)->row;
    if (row->flags & ROUTE_HIDE) return not_found(q);
    if (row->flags & ROUTE_API)
        return fail(q->a, ERR_FORBIDDEN, "You do not have permission to perform this action.");
    return fail(q->a, ERR_FORBIDDEN,
                "Your account lacks the permission \"%s\" here; ask a coordinator for it.",
                perm_word(row->perm));
}

// Signing in leads back to the page that was asked for.
static fallible to_login(Req *q)
{
    const Head *h = exchange(q)->head;
    Str here = arena_fmt(q->a, "%.*s%s%.*s", STR(h->path), h->query.n ? "?" : "", STR(h->query));
    bool back = q->method == GET && h->path.n > 1;
    return answer_redirect(
        q, back ? arena_fmt(q->a, "/login/?next=%.*s", STR(percent_encode(q->a, here)))
                : S("/login/"));
}

// Nobody is there, but the row wants somebody. *answered: a redirect to the login page was the answer.
static fallible signed_out(Req *q, bool *answered)
{
    const Exchange *x = exchange(q);
    if (x->row->flags & ROUTE_API) {
        if (x->row->perm == PERM_BACKEND) return refuse_token(q);
        return fail(q->a, ERR_SIGNED_OUT, "Authentication credentials were not provided.");
    }
    if (x->row->flags & ROUTE_HIDE) return not_found(q);
    *answered = true;
    return to_login(q);
}

// Must the visitor prove that the change comes from our own page? Not when nothing was sent by itself.
static bool needs_origin(const Req *q)
{
    const Exchange *x = exchange(q);
    if (q->method == GET || x->by_token) return false;
    return !(x->row->flags & ROUTE_API) || q->who.session;
}

static bool brings_form(const Route *row)
{
    return row->fields || !(row->flags & ROUTE_API);
}

static fallible admit(Req *q, bool *answered)
{
    const Route *row = exchange(q)->row;
    TRY(who_asks(q));
    if (needs_origin(q)) {
        TRY(origin_check(q));
        bool in_form = brings_form(row) && !req_header(q, "X-CSRFToken").n;
        if (!in_form) TRY(origin_check_token(q, S("")));
    }
    if (row->perm != PERM_ANYONE && !q->who.id && !q->who.backend) return signed_out(q, answered);
    if (row->scope) TRY(row->scope(q, &q->scope));
    if (row->perm == PERM_BACKEND && !q->who.backend) return refuse_token(q);
    return req_may(q, row->perm) ? NULL : forbidden(q);
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
    if (needs_origin(q) && !req_header(q, "X-CSRFToken").n)
        TRY(origin_check_token(q, pairs_get(&sent, S(FORM_TOKEN))));
    return form_check(q->a, x->row->fields, &sent, &x->params.fields);
}

static fallible take_body(Req *q)
{
    Exchange *x = exchange(q);
    const Route *row = x->row;
    if (brings_form(row)) return take_form(q);
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
    if (!e) post_all(q);
    return e;
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
    Err *e = admit(q, &answered);
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

// Faults of ours are told by a number that the operator finds in the log.
static const Err *told(Req *q, const Err *e)
{
    if (e->kind != ERR_BUG && e->kind != ERR_IO) return e;
    Str id = random_hex(q->a, 4);
    log_line(q->server->log, q->now, LOG_ERROR, "web", "%.*s %.*s: %.*s (fault %.*s)",
             STR(exchange(q)->head->verb), STR(q->path), STR(e->say), STR(id));
    Err *out = fail(q->a, e->kind,
                    "Something failed on our side. Try again; if it stays, tell the operator the "
                    "number %.*s.",
                    STR(id));
    out->code = e->code;
    return out;
}

static void say_detail(Req *q, int status, const Err *e)
{
    Buf body = {.a = q->a};
    JsonOut w = json_begin(&body, JSON_COMPACT);
    json_end(json_str(json_key(json_obj(&w), S("detail")), e->say));
    q->answer.status = status;
    q->answer.mime = S("application/json");
    q->answer.body = body;
}

static void say_page(Req *q, int status, const Err *e)
{
    static const struct {
        int status;
        const char *title;
    } titles[] = {
        {400, "This cannot be accepted"},
        {403, "Not allowed"            },
        {404, "Not found"              },
        {405, "Not possible here"      },
        {409, "Somebody was first"     },
        {413, "Too large"              },
        {415, "Not understood"         },
        {503, "Busy"                   },
    };
    const char *title = "Something failed";
    for (isize i = 0; i < COUNT(titles); i++)
        if (titles[i].status == status) title = titles[i].title;
    Db *before = q->db;
    if (!before) q->db = req_db_take(q, DB_READ_ONLY);
    // A failure before anybody asked who is there; the frame wants to know.
    Err *unknown = exchange(q)->asked ? NULL : who_asks(q);
    if (unknown) q->who = (Visitor){0};
    frame_message(q, status, str_from(title), e->say);
    if (!before) req_db_give(q, q->db);
    q->db = before;
}

static void say_failure(Req *q, const Err *e, Str allow)
{
    Exchange *x = exchange(q);
    if (x->gone) return;
    int status = x->status ? x->status : err_http_status(e->kind);
    e = told(q, e);
    x->close = x->close || x->begun;
    if (x->begun) return;
    x->flashes.n = 0;
    q->answer = (Answer){.body = {.a = q->a}};
    bool api = x->row ? x->row->flags & ROUTE_API : str_starts(q->path, S("/api/"));
    if (x->list && x->list->say_failure)
        x->list->say_failure(q, status, e);
    else if (api)
        say_detail(q, status, e);
    else
        say_page(q, status, e);
    if (allow.n) answer_header(q, S("Allow"), allow);
    if (status == 503) answer_header(q, S("Retry-After"), S("5"));
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
    if (e) say_failure(q, e, allow);
    if (x->begun) return;
    origin_keep_token(q);
    flash_keep(q);
}
