// Events wake whoever waits; a stream tells each change once; ranges and chunked bodies are read exactly.
#include "web_call.h"

#include <pthread.h>

#include "web/chunked.h"
#include "web/range.h"

static int renders;
static fallible render(Req *q)
{
    static const char *const said[] = {"one\nline", "one\nline", "two"};
    must(q->db && renders < COUNT(said));
    buf_put(&q->answer.body, str_from(said[renders++]));
    if (renders < COUNT(said))
        events_post(q->server->events, S("topic"));
    else
        events_stop(q->server->events);
    return NULL;
}
static fallible watch(Req *q)
{
    return event_stream(q, S("topic"), render);
}
static fallible wait_for_it(Req *q)
{
    u64 seen = events_seen(q->server->events, S("topic"));
    events_post(q->server->events, S("topic")); // meanwhile
    buf_put(&q->answer.body, req_wait_for_change(q, S("topic"), seen) ? S("waited") : S("at once"));
    must(q->db);
    return NULL;
}
static fallible post(Req *q)
{
    req_post(q, S("topic"));
    q->noted = !req_query(q, "fail").n;
    return q->noted ? NULL : fail(q->a, ERR_CONFLICT, "No.");
}
static const Route rows[] = {
    {GET,  "/watch/", PERM_ANYONE, NULL, watch,       NULL, 0, ROUTE_STREAM},
    {GET,  "/wait/",  PERM_ANYONE, NULL, wait_for_it, NULL, 0, 0           },
    {POST, "/post/",  PERM_ANYONE, NULL, post,        NULL, 0, 0           },
};
static const RouteList rooms[] = {ROUTES(rows)};

static void close_db(Db **db)
{
    db_close(*db);
}
#define WEB_TEST                                                                                   \
    scratch s = scratch_make();                                                                    \
    __attribute__((cleanup(close_db))) Db *db;                                                     \
    ck_works(db_in_memory(&s.a, DB_SERVER, DB_AS_SERVER, &db));                                    \
    WebTest t = web_test(&s.a, db, rooms, COUNT(rooms))

START_TEST(a_stream_tells_each_change_once)
{
    WEB_TEST;
    WebAnswer r = web_call(&t, "GET /watch/");
    ck_assert_int_eq(r.status, 200);
    ck_assert_int_eq(renders, 3);
    ck_assert(str_has(r.head, S("Content-Type: text/event-stream")));
    isize at = str_find(r.body, S("data: one\ndata: line\n\n"));
    ck_assert(at > 0 && str_find(str_skip(r.body, at + 1), S("data: one")) < 0);
    ck_assert(str_has(r.body, S("data: two\n\n")) && str_ends(r.body, S("\r\n0\r\n\r\n")));
}
END_TEST

START_TEST(who_prefers_to_wait_is_told)
{
    WEB_TEST;
    WebAnswer r = web_call(&t, "GET /wait/", .headers = "Prefer: respond-async, wait=30\r\n");
    ck_str(r.body, S("waited"));
    ck_assert(str_has(r.head, S("Preference-Applied: wait=30\r\n")));
    r = web_call(&t, "GET /wait/");
    ck_str(r.body, S("at once"));
    r = web_call(&t, "GET /wait/", .headers = "Prefer: wait=-1\r\n");
    ck_str(r.body, S("at once"));
}
END_TEST

START_TEST(what_was_not_committed_is_not_posted)
{
    WEB_TEST;
    u64 before = events_seen(t.server.events, S("topic"));
    ck_assert_int_eq(web_call(&t, "POST /post/?fail=1", .form = "").status, 409);
    ck_assert(events_seen(t.server.events, S("topic")) == before);
    ck_assert_int_eq(web_call(&t, "POST /post/", .form = "").status, 200);
    ck_assert(events_seen(t.server.events, S("topic")) == before + 1);
}
END_TEST

static void *wait_long(void *events)
{
    events_wait(events, S("topic"), 0, clock_monotonic() + HOURS(1));
    return NULL;
}

START_TEST(everybody_who_waits_is_woken)
{
    scratch s = scratch_make();
    Events *e = events_open(&s.a);
    pthread_t threads[8];
    for (int i = 0; i < 4; i++)
        ck_assert(!pthread_create(&threads[i], NULL, wait_long, e));
    events_post(e, S("topic"));
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    Events *other = events_open(&s.a);
    for (int i = 4; i < 8; i++)
        ck_assert(!pthread_create(&threads[i], NULL, wait_long, other));
    events_stop(other);
    for (int i = 4; i < 8; i++)
        pthread_join(threads[i], NULL);
    ck_assert(events_wait(e, S("topic"), 1, clock_monotonic() - 1) == 1);
}
END_TEST

static const struct {
    const char *header;
    RangeKind kind;
    i64 from, n;
} ranges[] = {
    {"bytes=0-99",                  RANGE_PART,       0,   100 },
    {"bytes=990-",                  RANGE_PART,       990, 10  },
    {"bytes=990-5000",              RANGE_PART,       990, 10  },
    {"bytes=-1",                    RANGE_PART,       999, 1   },
    {"bytes=-5000",                 RANGE_PART,       0,   1000},
    {"bytes=999-999",               RANGE_PART,       999, 1   },
    {"bytes=1000-",                 RANGE_IMPOSSIBLE, 0,   1000},
    {"bytes=-0",                    RANGE_IMPOSSIBLE, 0,   1000},
    {"bytes=5-4",                   RANGE_WHOLE,      0,   1000},
    {"bytes=0-1,3-4",               RANGE_WHOLE,      0,   1000},
    {"bytes=+1-2",                  RANGE_WHOLE,      0,   1000},
    {"bytes=1",                     RANGE_WHOLE,      0,   1000},
    {"lines=1-2",                   RANGE_WHOLE,      0,   1000},
    {"",                            RANGE_WHOLE,      0,   1000},
    {"bytes=99999999999999999999-", RANGE_WHOLE,      0,   1000},
};

START_TEST(a_range_is_one_part_or_the_whole)
{
    i64 from, n;
    ck_assert_int_eq(range_parse(str_from(ranges[_i].header), 1000, &from, &n), ranges[_i].kind);
    ck_assert_int_eq(from, ranges[_i].from);
    ck_assert_int_eq(n, ranges[_i].n);
}
END_TEST

static isize take_two(void *self, char *into, isize room)
{
    Str *rest = self, part = str_take(*rest, room < 2 ? room : 2);
    if (part.n) memcpy(into, part.s, (size_t)part.n);
    *rest = str_skip(*rest, part.n);
    return part.n;
}

static const struct {
    const char *sent, *body; // body NULL: refused
} bodies[] = {
    {"0\r\n\r\n",                                      ""          },
    {"5\r\nhello\r\n0\r\n\r\n",                        "hello"     },
    {"2;a=b\r\nhe\r\n003\r\nllo\r\n0\r\nT: u\r\n\r\n", "hello"     },
    {"A\r\n0123456789\r\n0\r\n\r\n",                   "0123456789"},
    {"",                                               NULL        },
    {"5\r\nhel",                                       NULL        },
    {"5\nhello\n0\n\n",                                NULL        },
    {"5\r\nhelloX\r\n0\r\n\r\n",                       NULL        },
    {"\r\nhello\r\n0\r\n\r\n",                         NULL        },
    {"0x5\r\nhello\r\n0\r\n\r\n",                      NULL        },
    {"-5\r\nhello\r\n0\r\n\r\n",                       NULL        },
    {"fffffffffffffffff\r\nhello\r\n0\r\n\r\n",        NULL        },
    {"5\r\nhello\r\n0\r\n",                            NULL        },
};

START_TEST(a_chunked_body_is_read_exactly)
{
    scratch s = scratch_make();
    Str rest = str_copy(&s.a, str_from(bodies[_i].sent));
    bool good = bodies[_i].body != NULL;
    if (good) rest = arena_fmt(&s.a, "%s%s", bodies[_i].sent, "GET /next");
    Chunks c = {0};
    Buf out = {.a = &s.a};
    char piece[3];
    isize n;
    while ((n = chunks_read(&c, (ChunkSource){&rest, take_two}, piece, sizeof piece)) > 0)
        buf_put(&out, (Str){piece, n});
    ck_assert_msg((n == 0) == good, "%s", bodies[_i].sent);
    if (!good) return;
    ck_str(buf_str(&out), str_from(bodies[_i].body));
    ck_str(rest, S("GET /next"));
}
END_TEST

Suite *web_event_suite(void)
{
    Suite *s = suite_create("web_event");
    TCase *t = tcase_create("event");
    tcase_add_test(t, a_stream_tells_each_change_once);
    tcase_add_test(t, who_prefers_to_wait_is_told);
    tcase_add_test(t, what_was_not_committed_is_not_posted);
    tcase_add_test(t, everybody_who_waits_is_woken);
    tcase_add_loop_test(t, a_range_is_one_part_or_the_whole, 0, COUNT(ranges));
    tcase_add_loop_test(t, a_chunked_body_is_read_exactly, 0, COUNT(bodies));
    suite_add_tcase(s, t);
    return s;
}
