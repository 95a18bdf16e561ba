// Asking the server again what somebody may do.
#include "review/standing.h"

#include "audit/audit.h"
#include "kit/json.h"
#include "os/clock.h"
#include "review/link.h"
#include "review/review.h"
#include "web/event.h"
#include "web/gate.h"

#define TOPIC S("standing")

static fallible note(Db *db, Arena *a, Time now, const char *action, Str username)
{
    return audit_note(db, a,
                      (AuditLine){.at = now,
                                  .who = S("airlock"),
                                  .action = str_from(action),
                                  .kind = S("visitor"),
                                  .object = username});
}

// The server does not know this person here any more.
static fallible lost(Db *db, Arena *a, Time now, const VisitorDueRow *v)
{
    VisitorPut kept;
    i64 changed;
    TRY(visitor_put(db, a, v->username, v->name, false, S("[]"), now, &kept));
    TRY(visitor_sessions_end(db, a, v->id, &changed));
    return note(db, a, now, "visitor.lost", v->username);
}

static fallible kept(Db *db, Arena *a, Time now, const VisitorDueRow *v, const Json *said)
{
    VisitorPut put;
    bool checks = json_get_bool(said, S("output_checker"), false);
    Str workspaces = visitor_workspace_names(a, json_get(said, S("workspaces")));
    TRY(visitor_put(db, a, v->username, json_get_str(said, S("fullname")), checks, workspaces, now,
                    &put));
    if (checks == v->is_checker && str_eq(workspaces, v->workspaces)) return NULL;
    return note(db, a, now, "visitor.change", v->username);
}

static fallible write_down(struct DbPool *pool, Arena *a, Time now, const VisitorDueRow *v,
                           const Json *said)
{
    Db *db = db_take(pool, DB_READ_WRITE);
    Err *e = db_begin(db, a);
    if (!e) e = db_settle(db, a, said ? kept(db, a, now, v, said) : lost(db, a, now, v));
    db_give(pool, db);
    return e;
}

static fallible ask(const AirlockLink *link, Http *http, Arena *a, Str username, HttpAnswer *out)
{
    Str token;
    Buf b = {.a = a};
    JsonOut j = json_begin(&b, JSON_COMPACT);
    TRY(enroll_token(a, &link->link, &token));
    json_str(json_key(json_obj(&j), S("user")), username);
    json_end(&j);
    HttpRequest r = {.method = S("POST"),
                     .url = arena_fmt(a, "%.*s/api/v2/releases/authorise", STR(link->server)),
                     .body = buf_str(&b),
                     .timeout = SECONDS(20)};
    enroll_request(&link->link, &r);
    http_header_add(a, &r.headers, S("Authorization"), token);
    http_header_add(a, &r.headers, S("Content-Type"), S("application/json"));
    return http_send(http, a, &r, out);
}

static fallible refresh_one(const AirlockLink *link, Http *http, struct DbPool *pool, Arena *a,
                            Time now, const VisitorDueRow *v)
{
    HttpAnswer answer;
    const Json *said = NULL;
    TRY(ask(link, http, a, v->username, &answer));
    // The person, not this site: a token that the server does not take says nothing of anybody.
    bool refused = answer.status == 403 && !str_has(answer.body, S("\"Invalid token\""));
    bool gone = refused || answer.status == 404;
    if (!gone && answer.status != 200)
        return fail(a, ERR_IO, "the server answers %d", answer.status);
    if (!gone) {
        TRY(json_parse(a, answer.body, &said));
        if (!json_get_str(said, S("username")).n)
            return fail(a, ERR_IO, "the server's answer cannot be read");
    }
    return write_down(pool, a, now, v, said);
}

fallible standing_refresh(const AirlockLink *link, Http *http, struct DbPool *pool, Arena *a,
                          Time now, isize *unasked)
{
    VisitorDue due = {0};
    Err *first = NULL;
    *unasked = 0;
    Db *db = db_take(pool, DB_READ_ONLY);
    Err *e = visitor_due(db, a, now, now - link->ask_every, &due);
    db_give(pool, db);
    for (isize i = 0; !e && i < due.n; i++) {
        Err *why = refresh_one(link, http, pool, a, now, &due.v[i]);
        if (why && !first) first = why;
        *unasked += why != NULL;
    }
    return e ? e : first;
}

static void *standing_run(void *arg)
{
    Standing *s = arg;
    bool told = false;
    while (!worker_is_stopped(s)) {
        isize unasked;
        u64 seen = events_seen(s->events, TOPIC);
        Err *e = standing_refresh(s->link, s->http, s->pool, &s->a, clock_now(), &unasked);
        if (e && !told)
            log_line(s->log, clock_now(), LOG_WARNING, "review",
                     "the server cannot be asked what people may do: %.*s", STR(e->say));
        told = e != NULL;
        arena_reset(&s->a);
        if (worker_is_stopped(s)) break;
        // Twice in the time, so that nobody is known for longer than it by more than half.
        events_wait(s->events, TOPIC, seen, clock_monotonic() + s->link->ask_every / 2);
    }
    return NULL;
}

fallible standing_start(Arena *a, const AirlockLink *link, struct DbPool *pool,
                        struct Events *events, const Log *log, Standing **out)
{
    Worker start = {.link = link, .pool = pool, .events = events, .log = log, .topic = TOPIC};
    return worker_start(a, &start, standing_run, "asks what people may do", out);
}

fallible standing_banner(Req *q, Str *out)
{
    VisitorGet who;
    *out = (Str){0};
    if (!q->who.id) return NULL;
    TRY(visitor_get(q->db, q->a, q->who.id, &who));
    if (q->now - who.asked_at > 2 * airlock_link(q)->ask_every + MINUTES(1))
        *out = arena_fmt(q->a,
                         "The server cannot be asked at present. What you may do here is as it was "
                         "%.*s.",
                         STR(time_ago(q->a, who.asked_at, q->now)));
    return NULL;
}
