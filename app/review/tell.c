// Telling the server: each event is a POST that may be repeated; its number lets the server know a repetition.
#include "review/notice.h"

#include "kit/json.h"
#include "os/clock.h"
#include "review/visitor.h"

// The words of the original for a kind of change: servers of 2024 read "update_type", later ones "update". A group goes
// by its number, for its name is the author's own text and nobody has checked it.
static void update_put(Arena *a, JsonOut *j, const EventUpdatesRow *u)
{
    Str say = str_replace(a, u->what, S("_"), S(" "));
    json_obj(j);
    json_str(json_key(j, S("update_type")), u->what);
    json_str(json_key(j, S("update")),
             u->n == 1 ? say : arena_fmt(a, "%.*s (%lld)", STR(say), (long long)u->n));
    if (u->in_group)
        json_str(json_key(j, S("group")), arena_fmt(a, "%lld", (long long)u->in_group));
    json_str(json_key(j, S("user")), u->username);
    json_end(j);
}

static Str body_of(Arena *a, const AirlockLink *link, const ReviewEvent *e,
                   const EventUpdates *updates)
{
    Buf b = {.a = a};
    JsonOut j = json_begin(&b, JSON_COMPACT);
    json_obj(&j);
    json_str(json_key(&j, S("event_type")), e->event);
    json_arr(json_key(&j, S("updates")));
    for (isize i = 0; i < updates->n; i++)
        update_put(a, &j, &updates->v[i]);
    json_end(&j);
    json_str(json_key(&j, S("workspace")), e->workspace);
    json_str(json_key(&j, S("request")), arena_fmt(a, "%lld", (long long)e->request));
    json_str(json_key(&j, S("request_author")), e->author);
    json_str(json_key(&j, S("user")), e->actor);
    json_str(json_key(&j, S("event_id")),
             arena_fmt(a, "%.*s-%lld-%lld", STR(link->backend), (long long)e->id,
                       (long long)(e->at / SECONDS(1))));
    json_end(&j);
    return buf_str(&b);
}

// An answer that will not change when it is asked again: a server of another make, a workspace that is gone. A token
// that is not taken (401, 403) is: the operator brings another one.
static bool is_final(int status)
{
    return status >= 400 && status < 500 && status != 401 && status != 403 && status != 408 &&
           status != 429;
}

static fallible told(struct DbPool *pool, Arena *a, i64 id, Str trouble)
{
    i64 changed;
    Db *db = db_take(pool, DB_READ_WRITE);
    Err *e = db_begin(db, a);
    if (!e) e = db_settle(db, a, event_told(db, a, id, trouble, clock_now(), &changed));
    db_give(pool, db);
    return e;
}

static fallible tell_one(const AirlockLink *link, Http *http, struct DbPool *pool, Arena *a,
                         const ReviewEvent *e)
{
    HttpAnswer answer;
    const Json *said;
    EventUpdates updates;
    Str token;
    Db *db = db_take(pool, DB_READ_ONLY);
    Err *unread = event_updates(db, a, e->id, &updates);
    db_give(pool, db);
    TRY(unread);
    TRY(enroll_token(a, &link->link, &token));
    HttpRequest ask = {.method = S("POST"),
                       .url = arena_fmt(a, "%.*s/api/v2/airlock/events/", STR(link->server)),
                       .body = body_of(a, link, e, &updates),
                       .timeout = SECONDS(30)};
    enroll_request(&link->link, &ask);
    http_header_add(a, &ask.headers, S("Authorization"), token);
    http_header_add(a, &ask.headers, S("Content-Type"), S("application/json"));
    TRY(http_send(http, a, &ask, &answer));
    if (is_final(answer.status))
        return told(pool, a, e->id, arena_fmt(a, "the server answers %d", answer.status));
    TRY(http_expect_ok(a, &ask, &answer));
    Str trouble = json_parse(a, answer.body, &said) ? (Str){0} : json_get_str(said, S("message"));
    return told(pool, a, e->id, trouble);
}

fallible events_tell(const AirlockLink *link, Http *http, struct DbPool *pool, Arena *a)
{
    ReviewEventList list = {0};
    Db *db = db_take(pool, DB_READ_ONLY);
    Err *e = event_untold(db, a, &list);
    db_give(pool, db);
    for (isize i = 0; !e && i < list.n; i++)
        e = tell_one(link, http, pool, a, &list.v[i]);
    return e;
}
