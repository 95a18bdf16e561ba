// job_world: a lab with two people, a project, a workspace and two backends, and requests made in it.
#pragma once
#include "web_call.h"

#include "account/account.h"
#include "backend/backend.h"
#include "base/str.h"
#include "dialect/opensafely/opensafely.h"
#include "job/job.h"
#include "mail/mail.gen.h"
#include "mail/mail.h"
#include "org/org.h"
#include "project/project.h"

typedef struct World {
    Arena a;
    Db *db;
    WebTest web;
    Visitor ada, bob; // ada asks; bob belongs to nothing
    OrgGet org;
    ProjectGet project;
    WorkspaceGet workspace;
    BackendGet tpp, emis; // the test gate's "backend-token" is tpp's
} World;

static const char world_yaml[] = "version: '3.0'\n"
                                 "expectations:\n"
                                 "  population_size: 1000\n"
                                 "actions:\n"
                                 "  extract:\n"
                                 "    run: python:latest python analysis/extract.py\n"
                                 "    outputs:\n"
                                 "      highly_sensitive:\n"
                                 "        rows: output/rows.csv\n"
                                 "  model:\n"
                                 "    run: python:latest python analysis/model.py\n"
                                 "    needs: [extract]\n"
                                 "    outputs:\n"
                                 "      moderately_sensitive:\n"
                                 "        table: output/table.csv\n";

static const RouteList *world_rooms(isize *n)
{
    static RouteList rooms[3];
    rooms[0] = job_routes;
    rooms[1] = opensafely_routes;
    rooms[2] = mail_routes;
    *n = COUNT(rooms);
    return rooms;
}

static inline Visitor world_person(World *w, const char *name)
{
    i64 id = 0;
    ck_works(account_person_make(w->db, &w->a, w->web.now, 0, str_from(name), str_from(name),
                                 arena_fmt(&w->a, "%s@lab.example", name), &id));
    return (Visitor){.id = id, .username = str_from(name), .name = str_from(name)};
}

static inline BackendGet world_backend(World *w, const char *slug)
{
    BackendGet b = {0};
    Str token, name = str_upper(&w->a, str_from(slug));
    ck_works(backend_make(w->db, &w->a, w->web.now, 0, str_from(slug), name, S(""), &b, &token));
    return b;
}

static inline World *world_make(void)
{
    World *w = calloc(1, sizeof *w);
    isize rooms_n;
    const RouteList *rooms = world_rooms(&rooms_n);
    ck_works(db_in_memory(&w->a, DB_SERVER, DB_AS_SERVER, &w->db));
    w->web = web_test(&w->a, w->db, rooms, rooms_n);
    ck_works(db_begin(w->db, &w->a));
    w->ada = world_person(w, "ada");
    w->bob = world_person(w, "bob");
    ck_works(org_make(w->db, &w->a, w->web.now, w->ada.id, S("Lab"), S(""), &w->org));
    ck_works(project_make(w->db, &w->a, w->web.now, w->ada.id, w->org.id, S("Long Covid"), 7,
                          &w->project));
    ck_works(workspace_make(w->db, &w->a, w->web.now, w->ada.id, w->project.id, S("genetic"),
                            S("https://git.example/lab/study"), S("main"), &w->workspace));
    w->tpp = world_backend(w, "tpp");
    w->emis = world_backend(w, "emis");
    ck_works(backend_member_set(w->db, &w->a, w->web.now, 0, &w->tpp, w->ada.id, true));
    ck_works(db_commit(w->db, &w->a));
    return w;
}

static inline void world_end(World *w)
{
    db_close(w->db);
    arena_free(&w->a);
    free(w);
}
static inline void world_end_owned(World **w)
{
    world_end(*w);
}
#define owned_world __attribute__((cleanup(world_end_owned))) World *

// A request as the rules see one that arrived in the middle of a handler.
static inline Req world_req(World *w, Exchange *x, const Visitor *who)
{
    *x = (Exchange){.db = w->db};
    return (Req){.a = &w->a,
                 .server = &w->web.server,
                 .db = w->db,
                 .now = w->web.now,
                 .who = *who,
                 .method = POST,
                 .conn = x};
}

static inline Err *world_ask(World *w, i64 backend, const char *actions, bool notify, i64 *id)
{
    Exchange x;
    Req q = world_req(w, &x, &w->ada);
    StrList names = {0};
    for (Str rest = str_from(actions), piece; str_next(&rest, ' ', &piece);)
        if (piece.n) str_list_add(&w->a, &names, piece);
    JobSource source = {.sha = S("d1e88b31cbe8f67c58f938adb5ee500d54a69764"),
                        .definition = S(world_yaml),
                        .study = study_check(&w->a, S(world_yaml), STUDY_RULES_2023_12)};
    JobAsk ask = {&w->workspace, backend, &names, false, notify};
    ck_works(db_begin(w->db, &w->a));
    return db_settle(w->db, &w->a, job_request_make(&q, w->db, &ask, &source, id));
}

static inline JobRequest world_request(World *w, const char *actions, bool notify)
{
    i64 id = 0;
    JobRequest r = {0};
    ck_works(world_ask(w, w->tpp.id, actions, notify, &id));
    ck_works(job_request_get(w->db, &w->a, id, &r));
    return r;
}

static inline JobRequest world_again(World *w, i64 id)
{
    JobRequest r = {0};
    ck_works(job_request_get(w->db, &w->a, id, &r));
    return r;
}

// One job as a runner of 2023 tells of it. `more` is added to the object.
static inline Str world_job(World *w, Str request, const char *id, const char *action,
                            const char *status, const char *message)
{
    bool done = strcmp(status, "succeeded") == 0 || strcmp(status, "failed") == 0;
    return arena_fmt(&w->a,
                     "{\"identifier\":\"%s\",\"job_request_id\":\"%.*s\",\"action\":\"%s\","
                     "\"run_command\":null,\"status\":\"%s\",\"status_code\":\"created\","
                     "\"status_message\":\"%s\",\"created_at\":\"2026-11-22T03:30:11Z\","
                     "\"updated_at\":\"2026-11-22T03:30:%dZ\",\"started_at\":%s,"
                     "\"completed_at\":%s,\"trace_context\":{\"traceparent\":\"00-a-b-01\"},"
                     "\"metrics\":{},\"requires_db\":0}",
                     id, STR(request), action, status, message, done ? 20 : 11,
                     done ? "\"2026-11-22T03:30:12Z\"" : "null",
                     done ? "\"2026-11-22T03:30:19Z\"" : "null");
}

static inline WebAnswer world_post(World *w, const char *jobs)
{
    return web_call(&w->web, "POST /api/v2/jobs/", .body = jobs, .stranger = true,
                    .headers =
                        "Authorization: backend-token\r\nContent-Type: application/json\r\n");
}

static inline WebAnswer world_report(World *w, Str jobs)
{
    return world_post(w, cstr(&w->a, arena_fmt(&w->a, "[%.*s]", STR(jobs))));
}
#define world_two(w, x, y) arena_fmt(&(w)->a, "%.*s,%.*s", STR(x), STR(y))
