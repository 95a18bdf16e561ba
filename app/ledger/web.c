// The log's pages, and what programs read of it; the site's public key.
#include "kit/minisign.h"
#include "ledger/ledger.h"
#include "ledger/pages.h"
#include "web/frame.h"

enum { PAGE = 50 };

static Str log_name(Req *q)
{
    return ledger_name(q->a, q->server->origin);
}

static fallible log_page(Req *q)
{
    LedgerCount count;
    MinisignKey key = minisign_key_of(q->server->sign);
    LedgerPage p = {.now = q->now,
                    .a = q->a,
                    .log = log_name(q),
                    .key = minisign_key_line(q->a, &key),
                    .key_name = minisign_key_name(q->a, &key)};
    TRY(ledger_count(q->db, q->a, &count));
    p.size = count.n;
    TRY(ledger_newest(q->db, q->a, req_query_i64(q, "before", count.n), PAGE, &p.entries));
    TRY(ledger_checkpoint(q->db, q->a, q->server->sign, p.log, count.n, &p.checkpoint));
    frame_head(q, S("Log of releases"));
    ledger_show(&q->answer.body, &p);
    frame_foot(q);
    return NULL;
}

static fallible text_answer(Req *q, Str text)
{
    q->answer.mime = S("text/plain; charset=utf-8");
    buf_put(&q->answer.body, text);
    return NULL;
}

static fallible checkpoint_text(Req *q)
{
    Str note;
    TRY(ledger_checkpoint(q->db, q->a, q->server->sign, log_name(q), req_query_i64(q, "size", -1),
                          &note));
    return text_answer(q, note);
}

static fallible proof_text(Req *q)
{
    Str text, name = log_name(q);
    i64 size = req_query_i64(q, "size", -1), from = req_query_i64(q, "from", -1);
    if (from >= 0)
        TRY(ledger_continues(q->db, q->a, q->server->sign, name, from, size, &text));
    else
        TRY(ledger_proof(q->db, q->a, q->server->sign, name, req_query_i64(q, "entry", -1), size,
                         &text));
    return text_answer(q, text);
}

static fallible entry_text(Req *q)
{
    i64 seq;
    LedgerEntry e;
    Str number = req_param(q, "entry");
    if (!str_i64(number, &seq))
        return fail(q->a, ERR_NOT_FOUND, "the log has no entry \"%.*s\"", STR(number));
    TRY(ledger_entry_get(q->db, q->a, seq, &e));
    Scope there = {.org = e.org, .project = e.project, .workspace = e.workspace};
    if (req_may_in(q, PERM_RELEASE_FILE_VIEW, there)) return text_answer(q, e.statement);
    return text_answer(q, arena_fmt(q->a,
                                    "hash: %.*s\nkind: %.*s\nat: %.*s\n\nThe entry itself is shown "
                                    "to those who may see the release; its archive holds it.\n",
                                    STR(e.hash), STR(e.kind), STR(time_iso(q->a, e.at))));
}

static fallible key_text(Req *q)
{
    MinisignKey key = minisign_key_of(q->server->sign);
    return text_answer(q, minisign_key_file(q->a, &key));
}

static const Route rows[] = {
    {GET, "/log/",                PERM_ANYONE, NULL, log_page,        NULL, 0, ROUTE_PAGE},
    {GET, "/log/checkpoint",      PERM_ANYONE, NULL, checkpoint_text, NULL, 0, ROUTE_PAGE},
    {GET, "/log/proof",           PERM_ANYONE, NULL, proof_text,      NULL, 0, ROUTE_PAGE},
    {GET, "/log/entries/{entry}", PERM_ANYONE, NULL, entry_text,      NULL, 0, ROUTE_PAGE},
    {GET, "/keys/site.pub",       PERM_ANYONE, NULL, key_text,        NULL, 0, ROUTE_PAGE},
};
const RouteList ledger_routes = ROUTES(rows);
