// A role is alive when a visitor gets an answer that came from the database.
#include "admin/health.h"

#include "audit/audit.h"
#include "kit/http.h"
#include "kit/x509.h"
#include "os/file.h"

static fallible health_page(Req *q)
{
    AuditHeadGet head;
    TRY(audit_head_get(q->db, q->a, &head));
    q->answer.mime = S("text/plain; charset=utf-8");
    q->answer.no_store = true;
    buf_put(&q->answer.body, S("alive\n"));
    return NULL;
}

static fallible database_ask(Arena *a, WebRole *r)
{
    AuditHeadGet head;
    Db *db = db_take(r->server.pool, DB_READ_ONLY);
    Err *e = audit_head_get(db, a, &head);
    db_give(r->server.pool, db);
    return e;
}

// Whoever it is that answers with another certificate, it is our own address: the file was changed a moment ago, or
// cannot be read, and the one before is still in use.
static bool answered_at_all(const Err *e)
{
    return e && str_eq(e->code, S("HttpUntrusted"));
}

static fallible web_ask(Arena *a, WebRole *r, i64 patience)
{
    Str here, pem;
    X509Facts facts = {0};
    Http *opened;
    HttpAnswer answer;
    HttpTrust trust = {0};
    TRY(serve_here(a, r->serving, &here));
    if (!file_read(a, r->listen.cert, 1 << 20, &pem) && !x509_facts(a, pem, &facts))
        trust.fingerprint = facts.fingerprint;
    TRY(http_open(a, &trust, &opened));
    owned_http http = opened;
    HttpRequest ask = {.url = arena_fmt(a, "%.*s/health/", STR(here)), .timeout = patience};
    Err *e = http_send(http, a, &ask, &answer);
    if (answered_at_all(e)) return NULL;
    TRY(e);
    return http_expect_ok(a, &ask, &answer);
}

fallible health_check(Arena *a, WebRole *r, i64 patience)
{
    TRY(err_under(a, database_ask(a, r), "the database does not answer"));
    return err_under(a, web_ask(a, r, patience), "this role does not answer itself");
}

static const Route rows[] = {
    {GET, "/health/", PERM_ANYONE, NULL, health_page, NULL, 0, ROUTE_API},
};
const RouteList health_routes = ROUTES(rows);
