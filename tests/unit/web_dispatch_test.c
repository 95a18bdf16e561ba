// From a request to its answer: who may come in, what they may bring, what is kept and what is said.
#include "web_call.h"

#include "org/org.gen.h"
#include "os/random.h"
#include "web/asset.h"
#include "web/asset_web.h"
#include "web/flash.h"

static fallible hello(Req *q)
{
    buf_fmt(&q->answer.body, "hello %.*s %.*s", STR(q->path), STR(req_query(q, "q")));
    return NULL;
}
static fallible name_it(Req *q)
{
    buf_fmt(&q->answer.body, "%.*s|%.*s", STR(req_param(q, "org")), STR(req_param(q, "rest")));
    return NULL;
}
static fallible keep(Req *q)
{
    StrList many = {0};
    req_fields(q, "many", &many);
    OrgInsert org;
    Str slug = random_hex(q->a, 8);
    if (!req_flag(q, "idle")) // a row, so that something has changed
        TRY(org_insert(q->db, q->a, slug, slug, S(""), 0, q->now, &org));
    q->noted = !req_flag(q, "silent") && !req_flag(q, "idle");
    buf_fmt(&q->answer.body, "%.*s %lld %d %td", STR(req_field(q, "name")),
            (long long)req_field_i64(q, "count"), req_flag(q, "flag"), many.n);
    return NULL;
}
static fallible keep_and_go(Req *q)
{
    q->noted = true;
    answer_flash(q, FLASH_DONE, "Kept <%s>.", "it");
    return answer_redirect(q, S("/hello/"));
}
static fallible show_again(Req *q)
{
    q->answer.status = 422;
    buf_put(&q->answer.body, S("again"));
    return NULL;
}
static fallible read_flash(Req *q)
{
    Flash f[4];
    isize n = flash_take(q, f, 4);
    for (isize i = 0; i < n; i++)
        buf_fmt(&q->answer.body, "%d:%.*s", f[i].kind, STR(f[i].text));
    return NULL;
}
static fallible token(Req *q)
{
    buf_put(&q->answer.body, req_csrf(q));
    return NULL;
}
static fallible broken(Req *q)
{
    return fail(q->a, ERR_BUG, "the secret reason");
}
static fallible nobody_home(Req *q, Scope *out)
{
    (void)out;
    return fail(q->a, ERR_NOT_FOUND, "No such thing.");
}
static fallible echo(Req *q)
{
    q->noted = true;
    return answer_json(q, 201, q->body);
}
static fallible tagged(Req *q)
{
    q->answer.etag = S("v1");
    q->answer.mime = S("text/plain");
    buf_put(&q->answer.body, S("0123456789"));
    return NULL;
}
static fallible uploaded(Req *q)
{
    q->answer.sandboxed = true;
    buf_put(&q->answer.body, S("<script>alert(1)</script>"));
    return NULL;
}
static fallible counted(Req *q)
{
    char piece[3];
    isize n, all = 0;
    do {
        TRY(stream_read(q, piece, sizeof piece, &n));
        all += n;
    } while (n);
    TRY(stream_begin(q, 200, S("text/plain"), -1));
    TRY(stream_write(q, arena_fmt(q->a, "%td bytes", all)));
    return stream_end(q);
}
static const Field fields[] = {
    {"name",     FIELD_TEXT, true, 10},
    {"count",      FIELD_INT, false, 0},
    {"flag",          FIELD_FLAG, false, 0},
    {"silent",FIELD_FLAG, false, 0},
    {"idle",         FIELD_FLAG, false, 0},
    {"many",     FIELD_MANY, false, 0},
    {"text",     FIELD_LONG, false, 0},
    {0         },
};
static const Route rows[] = {
    {GET,  "/hello/",            PERM_ANYONE,    NULL,        hello,       NULL,   0,   0                       },
    {GET,  "/o/{org}/{rest...}", PERM_ANYONE,    NULL,        name_it,     NULL,   0,   0                       },
    {POST, "/keep/",             PERM_ANYONE,    NULL,        keep,        fields, 300, 0                       },
    {POST, "/go/",               PERM_ANYONE,    NULL,        keep_and_go, NULL,   0,   0                       },
    {POST, "/again/",            PERM_ANYONE,    NULL,        show_again,  NULL,   0,   0                       },
    {GET,  "/flash/",            PERM_ANYONE,    NULL,        read_flash,  NULL,   0,   0                       },
    {GET,  "/token/",            PERM_ANYONE,    NULL,        token,       NULL,   0,   0                       },
    {GET,  "/broken/",           PERM_ANYONE,    NULL,        broken,      NULL,   0,   0                       },
    {GET,  "/mine/",             PERM_SIGNED_IN, NULL,        hello,       NULL,   0,   0                       },
    {GET,  "/run/",              PERM_JOB_RUN,   NULL,        hello,       NULL,   0,   0                       },
    {GET,  "/hidden/",           PERM_JOB_RUN,   NULL,        hello,       NULL,   0,   ROUTE_HIDE              },
    {GET,  "/lost/",             PERM_SIGNED_IN, nobody_home, hello,       NULL,   0,   0                       },
    {GET,  "/tagged/",           PERM_ANYONE,    NULL,        tagged,      NULL,   0,   0                       },
    {POST, "/api/echo/",         PERM_BACKEND,   NULL,        echo,        NULL,   0,   ROUTE_API               },
    {POST, "/api/mine/",         PERM_SIGNED_IN, NULL,        echo,        NULL,   0,   ROUTE_API               },
    {POST, "/api/run/",          PERM_JOB_RUN,   NULL,        echo,        NULL,   0,   ROUTE_API               },
    {GET,  "/uploaded/",         PERM_ANYONE,    NULL,        uploaded,    NULL,   0,   0                       },
    {POST, "/upload/",           PERM_ANYONE,    NULL,        counted,     NULL,   10,  ROUTE_API | ROUTE_STREAM},
};
static RouteList rooms[] = {ROUTES(rows), {0}};
static const Visitor ada = {
    .id = 1, .username = {"ada", 3},
         .name = {"Ada", 3}
};

static void close_db(Db **db)
{
    db_close(*db);
}
#define closed_db __attribute__((cleanup(close_db))) Db *

#define WEB_TEST                                                                                   \
    scratch s = scratch_make();                                                                    \
    closed_db db;                                                                                  \
    ck_works(db_in_memory(&s.a, DB_SERVER, DB_AS_SERVER, &db));                                    \
    rooms[1] = asset_routes;                                                                       \
    WebTest t = web_test(&s.a, db, rooms, COUNT(rooms))
#define is(call_status, ...)                                                                       \
    r = web_call(&t, __VA_ARGS__);                                                                 \
    ck_assert_msg(r.status == (call_status), "status %d: %.*s", r.status, STR(r.body))

START_TEST(the_most_specific_address_answers)
{
    WEB_TEST;
    WebAnswer is(200, "GET /hello/?q=a%20b");
    ck_str(r.body, S("hello /hello/ a b"));
    is(200, "GET /o/acme/one/two");
    ck_str(r.body, S("acme|one/two"));
    is(200, "GET /o/ac%20me/x%2Fy");
    ck_str(r.body, S("ac me|x/y"));
    is(404, "GET /o/a%2Fb/x");
    is(404, "GET /");
}
END_TEST

START_TEST(a_missing_slash_is_added_for_reading_only)
{
    WEB_TEST;
    WebAnswer is(301, "GET /hello?q=1");
    ck_str(r.location, S("/hello/?q=1"));
    is(404, "POST /keep", .form = "name=x");
    is(404, "GET //hello");
}
END_TEST

START_TEST(other_methods_are_refused_with_what_is_possible)
{
    WEB_TEST;
    WebAnswer is(405, "POST /hello/");
    ck_assert(str_has(r.head, S("\r\nAllow: GET, HEAD\r\n")));
    is(405, "OPTIONS /hello/");
    ck_assert(!str_has(r.head, S("Access-Control")));
    is(405, "TRACE /keep/"); // already by the guard
    is(405, "PUT /api/echo/");
    ck_str(r.body, S("{\"detail\":\"Method \\\"PUT\\\" not allowed.\"}"));
}
END_TEST

START_TEST(head_answers_like_get_without_the_body)
{
    WEB_TEST;
    WebAnswer is(200, "HEAD /hello/");
    ck_assert_int_eq(r.body.n, 0);
    ck_assert(str_has(r.head, S("\r\nContent-Length: 14\r\n")));
}
END_TEST

START_TEST(a_form_is_checked_field_by_field)
{
    static const struct {
        const char *form;
        int status;
        const char *says;
    } forms[] = {
        {"name=x",                     200, "x 0 0 0"                     },
        {"name=+x+&count=-7&flag=on",  200, "x -7 1 0"                    },
        {"name=x&many=a&many=b&many=", 200, "x 0 0 2"                     },
        {"name=x&text=a%0d%0ab",       200, "x 0 0 0"                     },
        {"count=1",                    400, "&quot;name&quot; is required"},
        {"name=++",                    400, "is required"                 },
        {"name=12345678901",           400, "longer than 10 bytes"        },
        {"name=a%01",                  400, "control character"           },
        {"name=a&count=x",             400, "a whole number"              },
        {"name=a&name=b",              400, "sent twice"                  },
        {"name=a&else=b",              400, "no field &quot;else"         },
        {"name=%zz",                   400, "%25"                         },
        {"name=%ff",                   400, "UTF-8"                       },
        {"name=x&idle=1",              200, "x 0 0 0"                     },
        {"name=x&silent=1",            500, "tell the operator"           },
    };
    WEB_TEST;
    for (isize i = 0; i < COUNT(forms); i++) {
        WebAnswer r = web_call(&t, "POST /keep/", .form = forms[i].form);
        ck_assert_msg(r.status == forms[i].status && str_has(r.body, str_from(forms[i].says)),
                      "%s: %d %.*s", forms[i].form, r.status, STR(r.body));
    }
    Buf big = {.a = &s.a};
    buf_put(&big, S("name=x&text="));
    for (int i = 0; i < 300; i++)
        buf_byte(&big, 'y');
    buf_byte(&big, 0);
    WebAnswer is(413, "POST /keep/", .form = big.s);
    is(415, "POST /keep/", .body = "{}", .headers = "Content-Type: application/json\r\n");
}
END_TEST

START_TEST(a_change_must_come_from_our_own_page)
{
    WEB_TEST;
    WebAnswer is(403, "POST /go/", .form = "", .stranger = true);
    is(403, "POST /go/", .form = "", .as = &ada, .stranger = true);
    is(403, "POST /go/", .form = "", .as = &ada, .stranger = true,
       .headers = "Origin: https://evil.test\r\nX-CSRFToken: token-of-this-session\r\n");
    is(403, "POST /go/", .form = "", .as = &ada, .stranger = true,
       .headers = "Origin: https://tresor.test\r\n");
    is(403, "POST /go/", .form = "csrf=wrong", .as = &ada, .stranger = true,
       .headers = "Origin: https://tresor.test\r\n");
    is(403, "POST /go/", .form = "csrf=token-of-this-session", .as = &ada, .stranger = true,
       .headers = "Referer: https://tresor.test.evil/\r\n");
    is(303, "POST /go/", .form = "csrf=token-of-this-session", .as = &ada, .stranger = true,
       .headers = "Referer: https://tresor.test/page\r\n");
    is(403, "POST /api/mine/", .body = "{}", .as = &ada, .stranger = true);
    is(201, "POST /api/mine/", .body = "{}", .as = &ada);
}
END_TEST

START_TEST(a_masked_token_is_as_good_and_never_the_same)
{
    WEB_TEST;
    WebAnswer is(200, "GET /token/", .as = &ada);
    Str first = r.body;
    is(200, "GET /token/", .as = &ada);
    ck_assert(!str_eq(first, r.body) && !str_has(r.head, S("Set-Cookie")));
    char *form = cstr(&s.a, arena_fmt(&s.a, "csrf=%.*s", STR(first)));
    is(303, "POST /go/", .form = form, .as = &ada, .stranger = true,
       .headers = "Origin: https://tresor.test\r\n");
    is(200, "GET /token/");
    ck_assert(str_has(r.head, S("Set-Cookie: __Host-tresor-form=")));
}
END_TEST

START_TEST(who_may_come_in)
{
    WEB_TEST;
    WebAnswer is(303, "GET /mine/?q=1");
    ck_str(r.location, S("/login/?next=%2Fmine%2F%3Fq%3D1"));
    is(200, "GET /mine/", .as = &ada);
    is(403, "GET /run/", .as = &ada);
    ck_assert(str_has(r.body, S("job_run")));
    is(404, "GET /hidden/", .as = &ada);
    is(404, "GET /hidden/");
    is(404, "GET /lost/", .as = &ada);
    t.granted[PERM_JOB_RUN] = true;
    is(200, "GET /run/", .as = &ada);
    is(200, "GET /hidden/", .as = &ada);
}
END_TEST

START_TEST(an_api_says_no_in_the_words_of_the_contract)
{
    WEB_TEST;
    WebAnswer is(403, "POST /api/echo/", .body = "{}");
    ck_str(r.body, S("{\"detail\":\"Authorization header is missing\"}"));
    is(403, "POST /api/echo/", .body = "{}", .headers = "Authorization:\r\n");
    ck_str(r.body, S("{\"detail\":\"Authorization header is empty\"}"));
    is(403, "POST /api/echo/", .body = "{}", .headers = "Authorization: nonsense\r\n");
    ck_str(r.body, S("{\"detail\":\"Invalid token\"}"));
    is(403, "POST /api/mine/", .body = "{}");
    ck_str(r.body, S("{\"detail\":\"Authentication credentials were not provided.\"}"));
    is(403, "POST /api/run/", .body = "{}", .headers = "Authorization: ada:token\r\n");
    ck_str(r.body, S("{\"detail\":\"You do not have permission to perform this action.\"}"));
    is(404, "GET /api/nothing");
    is(415, "POST /api/echo/", .body = "x",
       .headers = "Authorization: backend-token\r\nContent-Type: text/csv\r\n");
    ck_str(r.body, S("{\"detail\":\"Unsupported media type \\\"text/csv\\\" in request.\"}"));
    is(201, "POST /api/echo/", .body = "[1]", .stranger = true,
       .headers = "Authorization: backend-token\r\nContent-Type: application/json\r\n");
    ck_str(r.body, S("[1]"));
}
END_TEST

START_TEST(a_fault_of_ours_is_told_by_number_only)
{
    WEB_TEST;
    t.log.fd = -1;
    WebAnswer is(500, "GET /broken/");
    ck_assert(!str_has(r.body, S("secret")) && str_has(r.body, S("the operator the number")));
}
END_TEST

START_TEST(a_form_shown_again_changes_nothing)
{
    WEB_TEST;
    WebAnswer is(422, "POST /again/", .form = "");
    ck_str(r.body, S("again"));
    ck_assert(!db_is_in_transaction(db));
}
END_TEST

START_TEST(a_line_for_the_next_page_is_signed_and_shown_once)
{
    WEB_TEST;
    WebAnswer is(303, "POST /go/", .form = "");
    isize at = str_find(r.head, S("Set-Cookie: __Host-tresor-flash="));
    ck_assert(at > 0);
    Str cookie = str_skip(r.head, at + 32);
    cookie = str_take(cookie, str_find_byte(cookie, ';'));
    char *line = cstr(&s.a, arena_fmt(&s.a, "Cookie: __Host-tresor-flash=%.*s\r\n", STR(cookie)));
    is(200, "GET /flash/", .headers = line, .stranger = true);
    ck_str(r.body, S("0:Kept <it>."));
    ck_assert(str_has(r.head, S("__Host-tresor-flash=;")));
    line[40] ^= 1;
    is(200, "GET /flash/", .headers = line, .stranger = true);
    ck_assert_int_eq(r.body.n, 0);
    line[40] ^= 1;
    t.now += SECONDS(301);
    is(200, "GET /flash/", .headers = line, .stranger = true);
    ck_assert_int_eq(r.body.n, 0);
}
END_TEST

START_TEST(embedded_files_are_kept_by_browsers)
{
    WEB_TEST;
    char *line = cstr(&s.a, arena_fmt(&s.a, "GET %.*s", STR(asset_url(S("app.css")))));
    WebAnswer is(200, line, .as = &ada);
    ck_assert(str_has(r.head, S("Cache-Control: public, max-age=31536000, immutable")));
    ck_assert(str_has(r.head, S("Content-Type: text/css")));
    ck_str(r.body, asset_named(S("app.css"))->bytes);
    is(200, line, .headers = "Accept-Encoding: br, gzip;q=0.5\r\n");
    ck_assert(str_has(r.head, S("Content-Encoding: gzip")));
    is(404, "GET /asset/nothing.css");
}
END_TEST

START_TEST(parts_and_unchanged_bodies)
{
    WEB_TEST;
    WebAnswer is(206, "GET /tagged/", .headers = "Range: bytes=2-4\r\n");
    ck_str(r.body, S("234"));
    ck_assert(str_has(r.head, S("Content-Range: bytes 2-4/10")));
    is(416, "GET /tagged/", .headers = "Range: bytes=10-\r\n");
    is(200, "GET /tagged/", .headers = "Range: bytes=2-4\r\nIf-Range: \"v0\"\r\n");
    is(206, "GET /tagged/", .headers = "Range: bytes=-1\r\nIf-Range: \"v1\"\r\n");
    ck_str(r.body, S("9"));
    is(304, "GET /tagged/", .headers = "If-None-Match: \"v0\", W/\"v1\"\r\n");
    ck_assert_int_eq(r.body.n, 0);
    is(200, "GET /tagged/", .headers = "If-None-Match: \"v0\"\r\n");
}
END_TEST

START_TEST(every_answer_is_safe)
{
    WEB_TEST;
    WebAnswer is(200, "GET /mine/", .as = &ada);
    static const char *const lines[] = {
        "Content-Security-Policy: default-src 'none'; script-src 'self'",
        "X-Content-Type-Options: nosniff",
        "Referrer-Policy: same-origin",
        "Cross-Origin-Opener-Policy: same-origin",
        "Strict-Transport-Security: ",
        "Cache-Control: no-store"};
    for (isize i = 0; i < COUNT(lines); i++)
        ck_assert_msg(str_has(r.head, str_from(lines[i])), "%s", lines[i]);
}
END_TEST

START_TEST(what_people_uploaded_can_do_nothing)
{
    WEB_TEST;
    WebAnswer is(200, "GET /uploaded/", .as = &ada);
    ck_assert(str_has(r.head, S("Content-Security-Policy: sandbox; default-src 'none';")));
    ck_assert(!str_has(r.head, S("script-src")) && !str_has(r.head, S("connect-src")));
    ck_assert(!str_has(r.head, S("allow-")));
}
END_TEST

START_TEST(a_stream_reads_and_writes_by_itself)
{
    WEB_TEST;
    WebAnswer is(200, "POST /upload/", .body = "12345678", .stranger = true);
    ck_str(r.body, S("7\r\n8 bytes\r\n0\r\n\r\n"));
    is(413, "POST /upload/", .body = "12345678901", .stranger = true);
}
END_TEST

static fallible nothing(Req *q)
{
    (void)q;
    return NULL;
}

START_TEST(rows_that_cannot_work_do_not_start)
{
    static const Route bad[][2] = {
        {{GET, "/x/{a}/", PERM_ANYONE, NULL, nothing, NULL, 0, 0},
         {GET, "/x/{b}/", PERM_ANYONE, NULL, nothing, NULL, 0, 0}},
        {{GET, "/x/", 0, NULL, nothing, NULL, 0, 0},
         {GET, "/y/", PERM_ANYONE, NULL, nothing, NULL, 0, 0}    },
        {{GET, "/x/", PERM_ANYONE, NULL, NULL, NULL, 0, 0},
         {GET, "/y/", PERM_ANYONE, NULL, nothing, NULL, 0, 0}    },
        {{GET, "x/", PERM_ANYONE, NULL, nothing, NULL, 0, 0},
         {GET, "/y/", PERM_ANYONE, NULL, nothing, NULL, 0, 0}    },
        {{GET, "/{x...}/", PERM_ANYONE, NULL, nothing, NULL, 0, 0},
         {GET, "/y/", PERM_ANYONE, NULL, nothing, NULL, 0, 0}    },
        {{GET, "/a{x}/", PERM_ANYONE, NULL, nothing, NULL, 0, 0},
         {GET, "/y/", PERM_ANYONE, NULL, nothing, NULL, 0, 0}    },
    };
    scratch s = scratch_make();
    Router router;
    for (isize i = 0; i < COUNT(bad); i++) {
        RouteList list = {bad[i], 2, NULL};
        ck_fails(ERR_BUG, router_make(&s.a, &list, 1, &router));
    }
}
END_TEST

Suite *web_dispatch_suite(void)
{
    Suite *s = suite_create("web_dispatch");
    TCase *t = tcase_create("dispatch");
    tcase_add_test(t, the_most_specific_address_answers);
    tcase_add_test(t, a_missing_slash_is_added_for_reading_only);
    tcase_add_test(t, other_methods_are_refused_with_what_is_possible);
    tcase_add_test(t, head_answers_like_get_without_the_body);
    tcase_add_test(t, a_form_is_checked_field_by_field);
    tcase_add_test(t, a_change_must_come_from_our_own_page);
    tcase_add_test(t, a_masked_token_is_as_good_and_never_the_same);
    tcase_add_test(t, who_may_come_in);
    tcase_add_test(t, an_api_says_no_in_the_words_of_the_contract);
    tcase_add_test(t, a_fault_of_ours_is_told_by_number_only);
    tcase_add_test(t, a_form_shown_again_changes_nothing);
    tcase_add_test(t, a_line_for_the_next_page_is_signed_and_shown_once);
    tcase_add_test(t, embedded_files_are_kept_by_browsers);
    tcase_add_test(t, parts_and_unchanged_bodies);
    tcase_add_test(t, every_answer_is_safe);
    tcase_add_test(t, what_people_uploaded_can_do_nothing);
    tcase_add_test(t, a_stream_reads_and_writes_by_itself);
    tcase_add_test(t, rows_that_cannot_work_do_not_start);
    suite_add_tcase(s, t);
    return s;
}
