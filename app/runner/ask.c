// ask: the thread that asks the server for requests and makes jobs of them.
#include "base/encode.h"
#include "base/map.h"
#include "kit/http.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/watch.h"
#include "runner/office.h"
#include "runner/request.h"
#include "runner/wire.h"

#include <unistd.h>

enum { POLL_SECONDS = 5, BODY_MOST = 256 << 20 };

typedef struct Asker {
    Office *office;
    Db *db;
    Http *http;
    Arena round;
    Arena keep;  // holds the tag
    Str tag;     // of the last answer, as the server named it
    Str body_id; // of a server that names none: the answer itself
} Asker;

static fallible ask(Asker *q, HttpAnswer *answer)
{
    Arena *a = &q->round;
    const RunnerSettings *set = q->office->set;
    const EnrollPatience *patience = &set->link.patience;
    RunnerFlags flags;
    Str token;
    TRY(runner_flags(q->db, a, &flags));
    TRY(enroll_token(a, &set->link, &token));
    HttpRequest r = {
        .url = arena_fmt(a, "%.*sjob-requests/?backend=%.*s", STR(set->server),
                         STR(percent_encode(a, set->backend))),
        .timeout = patience->wait + patience->answer,
        .cap = BODY_MOST,
    };
    enroll_request(&set->link, &r);
    http_header_add(a, &r.headers, S("Authorization"), token);
    http_header_add(a, &r.headers, S("Accept"), S("application/json"));
    http_header_add(a, &r.headers, S("Flags"), wire_flags(a, &flags));
    http_header_add(a, &r.headers, S("Prefer"),
                    arena_fmt(a, "wait=%lld", (long long)(patience->wait / SECONDS(1))));
    if (q->tag.n) http_header_add(a, &r.headers, S("If-None-Match"), q->tag);
    TRY(http_send(q->http, a, &r, answer));
    if (answer->status == 304) return NULL;
    return http_expect_ok(a, &r, answer);
}

// Most answers name the same requests as the one before, or new ones that are marked already.
static fallible listing_is_marked(Db *db, Arena *a, const WireRequests *list, bool *yes)
{
    RunnerRequestsListed marked;
    Map names = {0};
    TRY(runner_requests_listed(db, a, &marked));
    for (isize i = 0; i < marked.n; i++)
        *map_at(a, &names, marked.v[i].id) = &marked.v[i];
    *yes = marked.n == list->n;
    for (isize i = 0; i < list->n && *yes; i++)
        *yes = map_get(&names, list->v[i].id) != NULL;
    return NULL;
}

static fallible listing_mark(Db *db, Arena *a, const WireRequests *list)
{
    i64 changed;
    TRY(runner_request_unlist_all(db, a, &changed));
    for (isize i = 0; i < list->n; i++)
        TRY(runner_request_list(db, a, list->v[i].id, &changed));
    return NULL;
}

static fallible listing_take(Asker *q, Str body)
{
    Arena *a = &q->round;
    WireRequests list;
    TRY(wire_requests_read(a, body, &list));
    // Oldest first: what was asked for first is made first.
    for (isize i = list.n - 1; i >= 0; i--)
        TRY(request_take(q->office, q->db, a, &list.v[i], clock_now()));
    atomic_store(&q->office->jobs_changed, true);
    bell_ring(q->office->jobs_bell);
    bell_ring(q->office->tell_bell);
    bool marked;
    TRY(listing_is_marked(q->db, a, &list, &marked));
    if (marked) return NULL;
    TRY(db_begin(q->db, a));
    return db_settle(q->db, a, listing_mark(q->db, a, &list));
}

static void tag_keep(Asker *q, Str tag)
{
    if (str_eq(tag, q->tag)) return;
    arena_reset(&q->keep);
    q->tag = str_copy(&q->keep, tag);
}

// One question and its answer. *waited: the server itself keeps us from asking too often.
static fallible ask_once(Asker *q, bool *waited)
{
    HttpAnswer answer;
    TRY(ask(q, &answer));
    *waited = http_header(&answer.headers, S("Preference-Applied")).n > 0;
    if (answer.status == 304) return NULL;
    Str tag = http_header(&answer.headers, S("ETag"));
    TRY(listing_take(q, answer.body));
    tag_keep(q, tag);
    if (!tag.n) *waited = false;
    RunnerUntold untold;
    TRY(runner_untold(q->db, &q->round, &untold));
    // A server of the original kind hears everything after each question; ours only when it seems to be mistaken.
    if (*waited ? untold.stale > 0 : untold.listed > 0) {
        atomic_store(&q->office->tell_anyway, true);
        bell_ring(q->office->tell_bell);
    }
    return NULL;
}

static fallible asker_open(Asker *q, Arena *a)
{
    TRY(office_open_database(a, q->office, &q->db));
    TRY(http_open(a, &q->office->set->link.trust, &q->http));
    atomic_store(&q->office->ask.http, q->http);
    return NULL;
}

// Between two questions; when it does not work, the old token goes on and the next question tries again.
static void token_renew(Asker *q)
{
    FileFacts facts;
    const RunnerSettings *set = q->office->set;
    if (!set->link.folder.n || !set->token_days) return;
    if (file_facts(&q->round, set->link.token_file, &facts)) return;
    if (clock_now() - facts.modified < DAYS(set->token_days)) return;
    Err *e = enroll_renew(&q->round, &set->link);
    if (e)
        office_say(q->office, LOG_WARNING, "the token is not renewed yet: %.*s", STR(e->say));
    else
        office_say(q->office, LOG_INFO, "has a new token");
}

static fallible ask_until_end(Asker *q)
{
    bool ending = atomic_load(&q->office->ending);
    for (int failures = 0; !ending;) {
        bool waited = false;
        Err *e = ask_once(q, &waited);
        if (atomic_load(&q->office->ending)) break;
        if (e) {
            failures++;
            tag_keep(q, (Str){0});
            office_say(q->office, LOG_WARNING, "the server cannot be asked: %.*s", STR(e->say));
        } else {
            if (failures) office_say(q->office, LOG_INFO, "the server answers again");
            failures = 0;
        }
        if (!e) token_renew(q);
        i64 pause = e        ? enroll_pause(failures, q->office->set->link.patience.retry)
                    : waited ? 0
                             : SECONDS(POLL_SECONDS);
        arena_reset(&q->round);
        TRY(office_wait(&q->round, q->office, -1, pause, &ending));
    }
    return NULL;
}

void *office_ask(void *office)
{
    Asker q = {.office = office};
    Err *e = asker_open(&q, &q.office->ask.a);
    if (!e) e = ask_until_end(&q);
    if (e) {
        office_say(q.office, LOG_ERROR, "this runner can no longer ask the server: %.*s",
                   STR(e->say));
        _exit(err_exit_code(e->kind)); // the service manager starts it again; jobs go on meanwhile
    }
    db_close(q.db);
    arena_free(&q.round);
    arena_free(&q.keep);
    return NULL;
}
