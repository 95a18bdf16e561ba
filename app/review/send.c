// Sending approved files to the server, step by step, each step durable.
#include "review/send.h"

#include <pthread.h>

#include "audit/audit.h"
#include "kit/json.h"
#include "kit/minisign.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/own.h"
#include "review/notice.h"
#include "review/record.h"
#include "review/review.h"
#include "review/upload.h"
#include "web/event.h"

struct Sender {
    const AirlockLink *link;
    struct DbPool *pool;
    struct Events *events;
    const Log *log;
    pthread_t thread;
    Arena a; // of one round
    Http *http;
    bool stop;
};

static Db *reader(Sender *s)
{
    return db_take(s->pool, DB_READ_ONLY);
}

// One change in a transaction of its own.
static fallible write_down(Sender *s, const ReviewRequest *r,
                           Err *(*change)(Sender *, Db *, const ReviewRequest *, const void *),
                           const void *what)
{
    Db *db = db_take(s->pool, DB_READ_WRITE);
    Err *e = db_begin(db, &s->a);
    if (!e) e = db_settle(db, &s->a, change(s, db, r, what));
    db_give(s->pool, db);
    events_post(s->events, review_topic(&s->a, r->id));
    return e;
}

static Err *set_release(Sender *s, Db *db, const ReviewRequest *r, const void *id)
{
    i64 changed;
    return review_release_set(db, &s->a, r->id, *(const Str *)id, &changed);
}

static Err *set_sent(Sender *s, Db *db, const ReviewRequest *r, const void *file)
{
    i64 changed;
    (void)r;
    return review_file_sent(db, &s->a, *(const i64 *)file, &changed);
}

static Err *set_trouble(Sender *s, Db *db, const ReviewRequest *r, const void *say)
{
    i64 changed;
    return review_trouble_set(db, &s->a, r->id, *(const Str *)say, &changed);
}

static Err *set_released(Sender *s, Db *db, const ReviewRequest *r, const void *release)
{
    i64 changed;
    must(review_may(REVIEW_APPROVED, REVIEW_RELEASED, BY_AIRLOCK));
    TRY(review_trouble_set(db, &s->a, r->id, S(""), &changed));
    TRY(review_move(db, &s->a, r->id, S("approved"), S("released"), clock_now(), &changed));
    TRY(notice_tell(db, &s->a, clock_now(), r->id, review_event(REVIEW_APPROVED, REVIEW_RELEASED),
                    r->sender));
    return audit_note(db, &s->a,
                      (AuditLine){.at = clock_now(),
                                  .who = S("airlock"),
                                  .action = S("review.sent"),
                                  .kind = S("review"),
                                  .object = arena_fmt(&s->a, "%lld", (long long)r->id),
                                  .details = arena_fmt(&s->a, "{\"release\":\"%.*s\"}",
                                                       STR(*(const Str *)release))});
}

static fallible headers_put(Sender *s, HttpRequest *ask, const ReviewRequest *r)
{
    Str token;
    TRY(enroll_token(&s->a, &s->link->link, &token));
    enroll_request(&s->link->link, ask);
    http_header_add(&s->a, &ask->headers, S("Authorization"), token);
    http_header_add(&s->a, &ask->headers, S("OS-User"), r->sender);
    return NULL;
}

static bool leaves(const ReviewRequest *r, const ReviewVerdictsRow *f)
{
    return review_verdict((isize)f->approved, (isize)f->against, r->reviews) == VERDICT_APPROVED;
}

// What this site lets out, in its own name: a server that says otherwise is found out by `tresor verify`.
static void statement_put(Sender *s, const ReviewRequest *r, const ReviewVerdicts *files,
                          JsonOut *j)
{
    Buf b = {.a = &s->a};
    MinisignKey key = minisign_key_of(&s->link->sign);
    buf_fmt(&b, "tresor-site-release-1\nsite: %.*s\nworkspace: %.*s\nrequest: %lld\n",
            STR(s->link->backend), STR(r->workspace), (long long)r->id);
    for (isize i = 0; i < files->n; i++)
        if (leaves(r, &files->v[i]))
            buf_fmt(&b, "file: %.*s %.*s\n", STR(files->v[i].sha256), STR(files->v[i].path));
    Str text = buf_str(&b);
    json_obj(json_key(j, S("site_statement")));
    json_str(json_key(j, S("statement")), text);
    json_str(json_key(j, S("signature")),
             minisign_sign(&s->a, &s->link->sign, text, S("signature of a Tresor airlock"),
                           arena_fmt(&s->a, "request %lld", (long long)r->id)));
    json_str(json_key(j, S("public_key")), minisign_key_file(&s->a, &key));
    json_end(j);
}

static fallible create_body(Sender *s, const ReviewRequest *r, const ReviewVerdicts *files,
                            Str *out)
{
    Buf b = {.a = &s->a};
    JsonOut j = json_begin(&b, JSON_COMPACT);
    ReviewRecord record;
    Db *db = reader(s);
    Err *e = review_record_load(db, &s->a, s->link, r->id, &record);
    db_give(s->pool, db);
    TRY(e);
    json_arr(json_key(json_obj(&j), S("files")));
    for (isize i = 0; i < files->n; i++) {
        const ReviewVerdictsRow *f = &files->v[i];
        if (!leaves(r, f)) continue;
        json_obj(&j);
        json_str(json_key(&j, S("name")), f->path);
        json_str(json_key(&j, S("url")),
                 arena_fmt(&s->a, "/workspace/%.*s/current/%.*s", STR(r->workspace), STR(f->path)));
        json_int(json_key(&j, S("size")), f->size);
        json_str(json_key(&j, S("sha256")), f->sha256);
        json_str(json_key(&j, S("date")), time_iso_seconds(&s->a, r->changed_at));
        review_record_file_put(&record, f->id, json_key(&j, S("metadata")));
        json_null(json_key(&j, S("review")));
        json_end(&j);
    }
    json_end(&j);
    json_obj(json_key(&j, S("metadata")));
    review_record_put(&record, &j);
    statement_put(s, r, files, &j);
    json_end(&j);
    json_null(json_key(&j, S("review")));
    json_end(&j);
    *out = buf_str(&b);
    return NULL;
}

static fallible release_create(Sender *s, const ReviewRequest *r, const ReviewVerdicts *files,
                               Str *id)
{
    HttpAnswer answer;
    HttpRequest ask = {.method = S("POST"),
                       .url = arena_fmt(&s->a, "%.*s/api/v2/releases/workspace/%.*s",
                                        STR(s->link->server), STR(r->workspace))};
    TRY(create_body(s, r, files, &ask.body));
    TRY(headers_put(s, &ask, r));
    http_header_add(&s->a, &ask.headers, S("Content-Type"), S("application/json"));
    TRY(http_send(s->http, &s->a, &ask, &answer));
    TRY(http_expect_ok(&s->a, &ask, &answer));
    *id = http_header(&answer.headers, S("Release-Id"));
    if (!id->n) return fail(&s->a, ERR_IO, "the server made a release but did not say which");
    return write_down(s, r, set_release, id);
}

static fallible file_send(Sender *s, const ReviewRequest *r, Str release,
                          const ReviewVerdictsRow *f)
{
    int opened;
    Upload u = {
        .server = s->link->server, .release = release, .name = f->path, .again = r->release.n > 0};
    TRY(file_open(&s->a, review_file_path(&s->a, s->link->site, r->id, f->sha256), &opened));
    owned_fd fd = opened;
    u.fd = fd;
    TRY(headers_put(s, &u.as, r));
    TRY(upload_send(s->http, &s->a, &u));
    return write_down(s, r, set_sent, &f->id);
}

static fallible request_send(Sender *s, const ReviewRequest *r)
{
    ReviewVerdicts files;
    Str release = r->release;
    Db *db = reader(s);
    Err *e = review_verdicts(db, &s->a, r->id, r->round, &files);
    db_give(s->pool, db);
    TRY(e);
    if (!release.n) TRY(release_create(s, r, &files, &release));
    for (isize i = 0; i < files.n; i++)
        if (leaves(r, &files.v[i]) && !files.v[i].is_sent)
            TRY(file_send(s, r, release, &files.v[i]));
    return write_down(s, r, set_released, &release);
}

// All that waits; false when something could not be sent and should be tried again.
static bool round_send(Sender *s)
{
    ReviewRequestList list = {0};
    bool all = true;
    Db *db = reader(s);
    Err *e = review_to_send(db, &s->a, &list);
    db_give(s->pool, db);
    for (isize i = 0; !e && i < list.n && !s->stop; i++) {
        Err *why = request_send(s, &list.v[i]);
        if (!why) continue;
        all = false;
        log_line(s->log, clock_now(), LOG_WARNING, "review", "request %lld is not sent yet: %.*s",
                 (long long)list.v[i].id, STR(why->say));
        Err *unsaid = write_down(s, &list.v[i], set_trouble, &why->say);
        if (unsaid) log_line(s->log, clock_now(), LOG_ERROR, "review", "%.*s", STR(unsaid->say));
    }
    if (e) log_line(s->log, clock_now(), LOG_ERROR, "review", "%.*s", STR(e->say));
    return all && !e;
}

// Mail about a request is not worth stopping the sending for: a failure only makes the next round come sooner.
static bool events_told(Sender *s)
{
    Err *e = events_tell(s->link, s->http, s->pool, &s->a);
    if (e)
        log_line(s->log, clock_now(), LOG_WARNING, "review", "the server was not told yet: %.*s",
                 STR(e->say));
    return !e;
}

static void *sender_run(void *arg)
{
    Sender *s = arg;
    int failures = 0;
    while (!__atomic_load_n(&s->stop, __ATOMIC_ACQUIRE)) {
        u64 seen = events_seen(s->events, REVIEW_TOPIC_SEND);
        bool told = events_told(s), all = round_send(s);
        all &= events_told(s) && told;
        arena_reset(&s->a);
        failures = all ? 0 : failures + 1;
        if (__atomic_load_n(&s->stop, __ATOMIC_ACQUIRE)) break;
        events_wait(s->events, REVIEW_TOPIC_SEND, seen,
                    clock_monotonic() +
                        (all ? DAYS(365) : enroll_pause(failures, s->link->link.patience.retry)));
    }
    return NULL;
}

fallible sender_start(Arena *a, const AirlockLink *link, struct DbPool *pool, struct Events *events,
                      const Log *log, Sender **out)
{
    Sender *s = make(a, Sender, 1);
    *s = (Sender){.link = link, .pool = pool, .events = events, .log = log};
    TRY(http_open(a, &link->trust, &s->http));
    if (pthread_create(&s->thread, NULL, sender_run, s))
        return fail(a, ERR_IO, "cannot start the thread that sends releases");
    *out = s;
    return NULL;
}

void sender_stop(Sender *s)
{
    __atomic_store_n(&s->stop, true, __ATOMIC_RELEASE);
    http_cancel(s->http);
    events_post(s->events, REVIEW_TOPIC_SEND);
    pthread_join(s->thread, NULL);
    http_close(s->http);
    arena_free(&s->a);
}
