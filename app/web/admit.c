// Who asks, and whether the row lets them in: session or token, origin, scope, permission; before any body is read.
#include "web/admit.h"

#include "base/encode.h"
#include "web/gate.h"
#include "web/origin.h"

fallible admit_who(Req *q)
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

bool admit_needs_origin(const Req *q)
{
    const Exchange *x = exchange(q);
    if (q->method == GET || x->by_token) return false;
    return !(x->row->flags & ROUTE_API) || q->who.session;
}

bool admit_brings_form(const Route *row)
{
    return row->fields || !(row->flags & ROUTE_API);
}

fallible admit_check(Req *q, bool *answered)
{
    const Route *row = exchange(q)->row;
    TRY(admit_who(q));
    if (admit_needs_origin(q)) {
        TRY(origin_check(q));
        bool in_form = admit_brings_form(row) && !req_header(q, "X-CSRFToken").n;
        if (!in_form) TRY(origin_check_token(q, S("")));
    }
    if (row->perm != PERM_ANYONE && !q->who.id && !q->who.backend) return signed_out(q, answered);
    if (row->scope) TRY(row->scope(q, &q->scope));
    if (row->perm == PERM_BACKEND && !q->who.backend) return refuse_token(q);
    return req_may(q, row->perm) ? NULL : forbidden(q);
}
