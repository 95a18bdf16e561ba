// wire: requests from the server's JSON, and jobs and flags into the runner's.
#include "runner/wire.h"

#include "base/encode.h"
#include "base/str.h"
#include "kit/crypto.h"
#include "kit/json.h"
#include "runner/states.h"

static fallible texts_read(Arena *a, const Json *j, Str key, StrList *out)
{
    Str *v = NULL;
    isize n = 0;
    TRY(json_want_str_list(a, j, key, &v, &n));
    for (isize i = 0; i < n; i++)
        str_list_add(a, out, v[i]);
    return NULL;
}

// The request again, without the token that fetches private code.
static Str without_token(Arena *a, const Json *j)
{
    Buf b = {.a = a};
    JsonOut w = json_begin(&b, JSON_COMPACT);
    json_obj(&w);
    for (JsonWalk top = json_walk(j); json_next(&top);) {
        json_key(&w, top.key);
        if (!str_eq(top.key, S("workspace")) || json_kind(top.value) != JSON_OBJECT) {
            json_value(&w, top.value);
            continue;
        }
        json_obj(&w);
        for (JsonWalk in = json_walk(top.value); json_next(&in);)
            if (!str_eq(in.key, S("repo_token"))) json_value(json_key(&w, in.key), in.value);
        json_end(&w);
    }
    json_end(&w);
    return buf_str(&b);
}

static fallible request_read(Arena *a, const Json *j, WireRequest *r)
{
    const Json *workspace;
    TRY(json_need_object(a, j, S("workspace"), &workspace));
    TRY(json_want_str(a, workspace, S("name"), &r->workspace));
    TRY(json_need_str(a, workspace, S("repo"), &r->repo));
    TRY(json_want_str(a, workspace, S("branch"), &r->branch));
    TRY(json_want_str(a, workspace, S("db"), &r->database));
    TRY(json_want_str(a, workspace, S("repo_token"), &r->repo_token));
    TRY(json_want_str(a, j, S("database_name"), &r->database));
    TRY(json_need_str(a, j, S("sha"), &r->sha));
    TRY(json_want_bool(a, j, S("force_run_dependencies"), &r->force));
    TRY(json_want_bool(a, j, S("codelists_ok"), &r->codelists_ok));
    TRY(texts_read(a, j, S("requested_actions"), &r->actions));
    return texts_read(a, j, S("cancelled_actions"), &r->cancelled);
}

// Identifiers are text; a number is taken as its digits.
static Str identifier(Arena *a, const Json *j)
{
    if (json_kind(j) == JSON_INT) return arena_fmt(a, "%lld", (long long)json_as_int(j, 0));
    return json_as_str(j, (Str){0});
}

fallible wire_requests_read(Arena *a, Str body, WireRequests *out)
{
    *out = (WireRequests){0};
    if (!str_trim(body).n) return NULL;
    const Json *j, *results;
    TRY(json_parse(a, body, &j));
    TRY(json_need_list(a, j, S("results"), &results));
    out->v = make(a, WireRequest, json_count(results));
    for (JsonWalk w = json_walk(results); json_next(&w);) {
        WireRequest r = {.id = identifier(a, json_get(w.value, S("identifier"))),
                         .codelists_ok = true};
        if (!r.id.n) continue;
        Err *e = request_read(a, w.value, &r);
        if (e) r.fault = e->say;
        r.original = without_token(a, w.value);
        out->v[out->n++] = r;
    }
    return NULL;
}

Str wire_job_id(Arena *a, Str request, Str action)
{
    Str both = arena_fmt(a, "%.*s\n%.*s", STR(request), STR(action));
    return base32_encode(a, str_take(sha1(a, both), 10));
}

static void put_time(Arena *a, JsonOut *w, const char *key, Time t)
{
    json_key(w, str_from(key));
    if (t)
        json_str(w, time_iso_seconds(a, t));
    else
        json_null(w);
}

// The columns trace, metrics and protections hold JSON that only this program has written.
static void put_job(Arena *a, JsonOut *w, const RunnerJob *j)
{
    json_obj(w);
    json_str(json_key(w, S("identifier")), j->id);
    json_str(json_key(w, S("job_request_id")), j->request);
    json_str(json_key(w, S("action")), j->action);
    json_key(w, S("run_command"));
    if (j->run_command.n)
        json_str(w, j->run_command);
    else
        json_null(w);
    json_str(json_key(w, S("status")), j->state);
    json_str(json_key(w, S("status_code")), j->code);
    json_str(json_key(w, S("status_message")), j->message);
    put_time(a, w, "created_at", j->created_at);
    put_time(a, w, "updated_at", j->updated_at);
    put_time(a, w, "started_at", j->started_at);
    put_time(a, w, "completed_at", j->completed_at);
    json_raw(json_key(w, S("trace_context")), j->trace);
    json_raw(json_key(w, S("metrics")), j->metrics);
    json_int(json_key(w, S("requires_db")), j->requires_db);
    json_raw(json_key(w, S("protections")), j->protections);
    json_end(w);
}

Str wire_jobs(Arena *a, const RunnerJob *jobs, isize n)
{
    Buf b = {.a = a};
    JsonOut w = json_begin(&b, JSON_COMPACT);
    json_arr(&w);
    for (isize i = 0; i < n; i++)
        put_job(a, &w, &jobs[i]);
    json_end(&w);
    return buf_str(&b);
}

Str wire_flags(Arena *a, const RunnerFlags *flags)
{
    Buf b = {.a = a};
    JsonOut w = json_begin(&b, JSON_COMPACT | JSON_ASCII); // a header is ASCII
    json_obj(&w);
    for (isize i = 0; i < flags->n; i++) {
        json_obj(json_key(&w, flags->v[i].name));
        json_key(&w, S("v"));
        if (flags->v[i].value.n)
            json_str(&w, flags->v[i].value);
        else
            json_null(&w);
        json_str(json_key(&w, S("ts")), time_iso(a, flags->v[i].since));
        json_end(&w);
    }
    json_end(&w);
    return buf_str(&b);
}
