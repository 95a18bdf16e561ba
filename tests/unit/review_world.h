// review_world: an airlock's database with people and one workspace's outputs, and requests walked as the pages walk them.
#pragma once
#include "web_call.h"

#include "os/file.h"
#include "output/manifest.h"
#include "output/output.h"
#include "review/ask.h"
#include "review/comment.h"
#include "review/me.h"
#include "review/record.h"
#include "review/sign.h"
#include "review/web_review.h"

typedef struct Airlock {
    Scratch t; // first: its arena is everybody's
    Db *db;
    AirlockLink link;
    WebTest web;
    Visitor ada, carl, cora, dan, mona; // author; two checkers; a third; a member of the project
} Airlock;

static const RouteList *const airlock_test_rooms[] = {&review_routes, &review_request_routes,
                                                      &review_group_routes, &review_me_routes};
static const Gate airlock_test_gate = {
    .by_session = visitor_by_session, .may = visitor_may, .place = "Airlock"};

static inline Visitor airlock_person(Airlock *w, const char *name, bool checks, const char *spaces)
{
    VisitorPut made;
    ck_works(visitor_put(w->db, &w->t.a, str_from(name), S(""), checks, str_from(spaces),
                         w->web.now, &made));
    return (Visitor){.id = made.id, .username = str_from(name), .name = str_from(name)};
}

// Writes an output of the workspace "study" and its line of the manifest.
static inline void airlock_output(Airlock *w, const char *path, const char *text, const char *job)
{
    Arena *a = &w->t.a;
    Manifest m;
    StrList written = {0};
    Str file = path_join(a, output_medium(a, w->t.folder, S("study")), str_from(path));
    ck_works(folder_make(a, path_folder(file), 0700));
    ck_works(file_write(a, file, str_from(text), 0600));
    ck_works(manifest_load(a, w->t.folder, S("study"), &m));
    ManifestEntry e = {.path = str_from(path),
                       .level = S("moderately_sensitive"),
                       .job = str_from(job),
                       .action = S("tables"),
                       .commit = S("0123456789012345678901234567890123456789"),
                       .size = str_from(text).n,
                       .content_hash = sha256_hex(a, str_from(text)),
                       .is_table = true,
                       .rows = 2,
                       .columns = 3};
    manifest_put(a, &m, &e);
    ck_works(manifest_save(a, w->t.folder, &m, &written));
}

static inline Airlock *airlock_make(void)
{
    Airlock *w = calloc(1, sizeof *w);
    w->t = scratch_make();
    Arena *a = &w->t.a;
    ck_works(db_in_memory(a, DB_SITE, DB_AS_ADMIN, &w->db));
    RouteList *rooms = make(a, RouteList, COUNT(airlock_test_rooms));
    for (isize i = 0; i < COUNT(airlock_test_rooms); i++)
        rooms[i] = *airlock_test_rooms[i];
    w->web = web_test(a, w->db, rooms, COUNT(airlock_test_rooms));
    w->link = (AirlockLink){.backend = S("demo"),
                            .site = w->t.folder,
                            .reviews = 2,
                            .ask_every = MINUTES(3),
                            .policy = {.site = policy_default(a)}};
    w->web.server.gate = &airlock_test_gate;
    w->web.server.role = &w->link;
    w->web.server.log = &w->web.log;
    ck_works(db_begin(w->db, a));
    w->ada = airlock_person(w, "ada", true, "[\"study\"]"); // she checks, too: others' requests
    w->carl = airlock_person(w, "carl", true, "[]");
    w->cora = airlock_person(w, "cora", true, "[]");
    w->dan = airlock_person(w, "dan", true, "[]");
    w->mona = airlock_person(w, "mona", false, "[\"study\"]");
    ck_works(db_commit(w->db, a));
    airlock_output(w, "output/a.csv", "n,m,k\n10,20,30\n", "");
    airlock_output(w, "output/b.csv", "n,m,k\n40,50,60\n", "");
    return w;
}

static inline void airlock_end(Airlock *w)
{
    db_close(w->db);
    scratch_end(&w->t);
    free(w);
}

// A handler's request by this person; its transaction is opened and settled by airlock_done.
static inline Req airlock_req(Airlock *w, const Visitor *who)
{
    w->web.now += SECONDS(1);
    ck_works(db_begin(w->db, &w->t.a));
    static WebMemory memory;
    Exchange *x = make(&w->t.a, Exchange, 1);
    (void)memory;
    x->db = w->db;
    return (Req){.a = &w->t.a,
                 .server = &w->web.server,
                 .db = w->db,
                 .now = w->web.now,
                 .who = *who,
                 .method = POST,
                 .conn = x};
}
#define airlock_do(w, person, call)                                                                \
    ({                                                                                             \
        Req req_ = airlock_req((w), (person));                                                     \
        Req *q = &req_;                                                                            \
        Err *did_ = db_settle((w)->db, q->a, (call));                                              \
        did_;                                                                                      \
    })

static inline ReviewRequest airlock_request(Airlock *w, i64 id)
{
    ReviewRequest r = {0};
    ck_works(review_get(w->db, &w->t.a, id, &r));
    return r;
}

// ada asks for both files; the request is a draft.
static inline ReviewRequest airlock_draft(Airlock *w)
{
    StrList paths = {0};
    ReviewRequest r = {0};
    str_list_add(&w->t.a, &paths, S("output/a.csv"));
    str_list_add(&w->t.a, &paths, S("output/b.csv"));
    ReviewAsk ask = {.site = w->t.folder,
                     .workspace = S("study"),
                     .group = S("Table 1"),
                     .context = S("What it shows."),
                     .controls = S("Rounded."),
                     .kind = S("output"),
                     .paths = &paths,
                     .author = w->ada.id,
                     .reviews = 2};
    ck_works(airlock_do(w, &w->ada, review_ask(q, &ask, &r)));
    return airlock_request(w, r.id);
}

static inline void airlock_vote_all(Airlock *w, const Visitor *who, i64 id, const char *choice)
{
    ReviewFileList files;
    ReviewRequest r = airlock_request(w, id);
    ck_works(review_files(w->db, &w->t.a, id, &files));
    for (isize i = 0; i < files.n; i++)
        if (str_eq(files.v[i].kind, S("output")))
            ck_works(airlock_do(
                w, who, review_vote_put(q, &r, files.v[i].id, str_from(choice), S("because"))));
}

static inline void airlock_finish(Airlock *w, const Visitor *who, i64 id)
{
    ReviewRequest r = airlock_request(w, id);
    ck_works(airlock_do(w, who, review_finish(q, &r)));
}

// Brings a new request of ada's to a state, by the steps of the people who may take them.
static inline ReviewRequest airlock_in_state(Airlock *w, ReviewState want)
{
    ReviewRequest r = airlock_draft(w);
    i64 changed, id = r.id;
    if (want == REVIEW_PENDING) return r;
    ck_works(airlock_do(w, &w->ada, review_submit(q, &r)));
    r = airlock_request(w, id);
    if (want == REVIEW_WITHDRAWN) ck_works(airlock_do(w, &w->ada, review_withdraw(q, &r)));
    if (want == REVIEW_SUBMITTED || want == REVIEW_WITHDRAWN) return airlock_request(w, id);
    airlock_vote_all(w, &w->carl, id, "approved");
    airlock_finish(w, &w->carl, id);
    if (want == REVIEW_PARTIALLY) return airlock_request(w, id);
    airlock_vote_all(w, &w->cora, id, "approved");
    airlock_finish(w, &w->cora, id);
    r = airlock_request(w, id);
    if (want == REVIEW_RETURNED) ck_works(airlock_do(w, &w->cora, review_return(q, &r)));
    if (want == REVIEW_REJECTED) ck_works(airlock_do(w, &w->cora, review_reject(q, &r)));
    if (want == REVIEW_APPROVED || want == REVIEW_RELEASED)
        ck_works(airlock_do(w, &w->cora, review_release(q, &r)));
    if (want == REVIEW_RELEASED)
        ck_works(airlock_do(
            w, &w->cora,
            review_move(w->db, &w->t.a, id, S("approved"), S("released"), q->now, &changed)));
    return airlock_request(w, id);
}
