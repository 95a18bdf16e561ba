// Sending approved files to the server, step by step, each step durable.
#include "review/send.h"

#include "audit/audit.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/own.h"
#include "review/notice.h"
#include "review/review.h"
#include "review/sending.h"
#include "review/upload.h"
#include "web/event.h"

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

// Inside a transaction of its own, so that a signature either is in the text or was refused.
static Err *set_sending(Sender *s, Db *db, const ReviewRequest *r, const void *text)
{
    return sending_text(db, &s->a, s->link, r, *(Str *const *)text);
}

static fallible release_create(Sender *s, const ReviewRequest *r, Str *id)
{
    HttpAnswer answer;
    HttpRequest ask = {.method = S("POST"),
                       .url = arena_fmt(&s->a, "%.*s/api/v2/releases/workspace/%.*s",
                                        STR(s->link->server), STR(r->workspace))};
    Str *body = &ask.body;
    TRY(write_down(s, r, set_sending, &body));
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
    if (!release.n) TRY(release_create(s, r, &release));
    for (isize i = 0; i < files.n; i++)
        if (sending_leaves(r, &files.v[i]) && !files.v[i].is_sent)
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
    for (isize i = 0; !e && i < list.n && !worker_is_stopped(s); i++) {
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
    while (!worker_is_stopped(s)) {
        u64 seen = events_seen(s->events, REVIEW_TOPIC_SEND);
        bool told = events_told(s), all = round_send(s);
        all &= events_told(s) && told;
        arena_reset(&s->a);
        failures = all ? 0 : failures + 1;
        if (worker_is_stopped(s)) break;
        events_wait(s->events, REVIEW_TOPIC_SEND, seen,
                    clock_monotonic() +
                        (all ? DAYS(365) : enroll_pause(failures, s->link->link.patience.retry)));
    }
    return NULL;
}

fallible sender_start(Arena *a, const AirlockLink *link, struct DbPool *pool, struct Events *events,
                      const Log *log, Sender **out)
{
    Worker start = {
        .link = link, .pool = pool, .events = events, .log = log, .topic = REVIEW_TOPIC_SEND};
    return worker_start(a, &start, sender_run, "sends releases", out);
}
