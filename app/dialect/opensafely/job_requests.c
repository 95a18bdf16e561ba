// GET job-requests/: what a runner has to do. The token says whose runner it is; nobody else is told anything.
#include "backend/backend.h"
#include "base/encode.h"
#include "base/str.h"
#include "dialect/opensafely/opensafely.h"
#include "dialect/opensafely/requests.gen.h"
#include "job/job.h"
#include "kit/crypto.h"
#include "web/event.h"
#include "web/gate.h"

enum { FLAGS_MAX = 8000 };

// The access token of a private repository goes to the runner of its backend, and only where nobody can listen.
static fallible put_token(Req *q, JsonOut *w, const OpensafelyActiveRow *r)
{
    WorkspaceGet workspace;
    Str token;
    if (!r->is_private || !str_starts(q->server->origin, S("https://"))) return NULL;
    TRY(workspace_by_id(q->db, q->a, r->workspace, &workspace));
    // One token that cannot be opened must not keep the runner from its other requests.
    Err *e = workspace_token(q->a, q->server->key, &workspace, &token);
    if (e)
        log_line(q->server->log, q->now, LOG_WARNING, "dialect", "%.*s", STR(e->say));
    else if (token.n)
        json_str(json_key(w, S("repo_token")), token);
    return NULL;
}

static fallible put_workspace(Req *q, JsonOut *w, const OpensafelyActiveRow *r)
{
    json_obj(json_key(w, S("workspace")));
    json_str(json_key(w, S("name")), r->name);
    json_str(json_key(w, S("repo")), r->repo);
    json_str(json_key(w, S("branch")), r->branch);
    json_str(json_key(w, S("db")), S("full"));
    json_key(w, S("created_by"));
    if (r->workspace_creator.n)
        json_str(w, r->workspace_creator);
    else
        json_null(w);
    wire_time(json_key(w, S("created_at")), q->a, r->workspace_created_at);
    TRY(put_token(q, w, r));
    json_end(w);
    return NULL;
}

static fallible put_list(Arena *a, JsonOut *w, Str json)
{
    const Json *list;
    TRY(json_parse(a, json, &list));
    json_value(w, list);
    return NULL;
}

static fallible put_request(Req *q, JsonOut *w, const OpensafelyActiveRow *r)
{
    json_obj(w);
    json_str(json_key(w, S("backend")), r->backend);
    json_str(json_key(w, S("sha")), r->sha);
    json_str(json_key(w, S("identifier")), r->identifier);
    json_bool(json_key(w, S("force_run_dependencies")), r->force_run);
    TRY(put_list(q->a, json_key(w, S("requested_actions")), r->requested_actions));
    TRY(put_list(q->a, json_key(w, S("cancelled_actions")), r->cancelled_actions));
    json_str(json_key(w, S("created_by")), r->creator);
    wire_time(json_key(w, S("created_at")), q->a, r->created_at);
    TRY(put_workspace(q, w, r));
    json_str(json_key(w, S("database_name")), S("default"));
    json_str(json_key(w, S("project")), r->project);
    json_end(json_str(json_arr(json_key(w, S("orgs"))), r->org));
    json_bool(json_key(w, S("codelists_ok")), r->codelists_ok);
    json_end(w);
    return NULL;
}

typedef struct Told {
    Str body, etag;
    bool has_news; // something the runner has not yet shown that it knows
} Told;

static fallible tell(Req *q, Told *out)
{
    OpensafelyActive active;
    *out = (Told){0};
    TRY(opensafely_active(q->db, q->a, q->who.backend, &active));
    Buf b = {.a = q->a};
    JsonOut w = json_begin(&b, JSON_COMPACT);
    json_int(json_key(json_obj(&w), S("count")), active.n);
    json_null(json_key(&w, S("next")));
    json_null(json_key(&w, S("previous")));
    json_arr(json_key(&w, S("results")));
    for (isize i = 0; i < active.n; i++) {
        TRY(put_request(q, &w, &active.v[i]));
        out->has_news = out->has_news || !active.v[i].jobs || active.v[i].untold;
    }
    json_end(json_end(&w));
    out->body = buf_str(&b);
    out->etag = arena_fmt(q->a, "%016llx", (unsigned long long)str_hash(out->body));
    return NULL;
}

static bool is_known(Req *q, const Told *t)
{
    Str shown = req_header(q, "If-None-Match");
    if (shown.n) return str_has(shown, arena_fmt(q->a, "\"%.*s\"", STR(t->etag)));
    return !t->has_news;
}

// The runner called: when, and what it says of itself. A Flags header that is no JSON object changes nothing.
static fallible backend_called(Req *q, Db *db)
{
    i64 changed;
    const Json *flags = NULL;
    Str header = req_header(q, "Flags");
    TRY(backend_seen(db, q->a, q->who.backend, q->now, &changed));
    if (!header.n || header.n > FLAGS_MAX || json_parse(q->a, header, &flags)) return NULL;
    if (json_kind(flags) != JSON_OBJECT) return NULL;
    return backend_flags_set(db, q->a, q->who.backend, header, &changed);
}

static fallible stamp(Req *q)
{
    Db *db = req_db_take(q, DB_READ_WRITE);
    Err *e = db_begin(db, q->a);
    if (!e) e = db_settle(db, q->a, backend_called(q, db));
    req_db_give(q, db);
    return e;
}

static fallible tell_now(Req *q, Told *out)
{
    q->db = req_db_take(q, DB_READ_ONLY);
    Err *e = tell(q, out);
    req_db_give(q, q->db);
    q->db = NULL;
    return e;
}

// Whoever may wait and was answered at once need not pause before the next call either: that one will wait.
static void promise_to_wait(Req *q)
{
    Str prefer = req_header(q, "Prefer");
    isize at = str_find(prefer, S("wait=")), n = 0;
    Str digits = at < 0 ? (Str){0} : str_skip(prefer, at + 5);
    while (n < digits.n && n < 6 && digits.s[n] >= '0' && digits.s[n] <= '9')
        n++;
    if (n)
        answer_header(q, S("Preference-Applied"), arena_fmt(q->a, "wait=%.*s", (int)n, digits.s));
}

// `Prefer: wait=N` keeps the call until there is something to tell: by the ETag shown, or else by what the runner has
// already answered with jobs. Runners that do not ask for it are answered at once.
fallible opensafely_job_requests(Req *q)
{
    Told told;
    Str topic = job_topic_backend(q->a, q->who.backend);
    TRY(stamp(q));
    u64 seen = events_seen(q->server->events, topic);
    TRY(tell_now(q, &told));
    bool known = is_known(q, &told);
    if (known && req_wait_for_change(q, topic, seen)) TRY(tell_now(q, &told));
    if (!known) promise_to_wait(q);
    q->answer.etag = told.etag;
    return answer_json(q, 200, told.body);
}
