// One file as people read it: what it is by its bytes, what is escaped, named, paged, compared, and how it is served.
#include "web_call.h"

#include "os/file.h"
#include "os/own.h"
#include "view/picture.h"
#include "view/view.h"

static Str stored(Scratch *t, const char *name, Str bytes)
{
    Str path = path_join(&t->a, t->folder, str_from(name));
    ck_works(file_write(&t->a, path, bytes, 0600));
    return path;
}

static Str seen(Scratch *t, const char *name, Str bytes, ViewWish wish, View *v)
{
    ViewAsk ask = {.path = stored(t, "file", bytes),
                   .name = str_from(name),
                   .raw = S("/raw/1/"),
                   .wish = wish};
    ck_works(view_make(&t->a, &ask, v));
    return v->inside.trusted;
}

START_TEST(kinds)
{
    ck_assert_int_eq(view_kind(S("output/A.PNG")), VIEW_PICTURE);
    ck_assert_int_eq(view_kind(S("x.html")), VIEW_PAGE);
    ck_assert_int_eq(view_kind(S("x.exe")), VIEW_DOWNLOAD);
    ck_assert_int_eq(view_kind(S(".csv")), VIEW_DOWNLOAD);
    scratch t = scratch_make();
    ck_str(view_href(&t.a, S("/w/"), S("a b/ü?.csv")), S("/w/a%20b/%C3%BC%3F.csv"));
}
END_TEST

START_TEST(a_table_is_escaped_and_sortable)
{
    scratch t = scratch_make();
    View v;
    Str text = S("name,n\r\n<script>alert(1)</script>,5\r\n\"a,b\",10\r\n*,\r\n");
    Str page = seen(&t, "a.csv", text, (ViewWish){.row = 1}, &v);
    ck_assert(v.kind == VIEW_TABLE && str_eq(v.look, S("table")));
    ck_assert(!str_has(page, S("<script>")) && str_has(page, S("&lt;script&gt;")));
    ck_assert(str_has(page, S("<td class=\"num\">10</td>")));
    ck_assert(str_has(page, S("<td class=\"gone\">*</td>")));
    ck_assert(str_has(page, S("aria-sort=\"none\"><a href=\"?sort=2\">n")));
    ck_assert(str_has(page, S("Rows 1 to 3 of 3")));
    page = seen(&t, "a.csv", text, (ViewWish){.row = 1, .sort = 2, .down = true}, &v);
    ck_assert(str_has(page, S("aria-sort=\"descending\"><a href=\"?sort=2\">n")));
    ck_assert_int_lt(str_find(page, S(">10<")), str_find(page, S(">5<")));
    page = seen(&t, "a.csv", text, (ViewWish){.show = S("columns")}, &v);
    ck_assert(str_has(page, S("whole number")) && str_has(page, S(">15<")));
    ck_str(v.look, S("columns"));
}
END_TEST

START_TEST(pages_of_a_table)
{
    scratch t = scratch_make();
    View v;
    Buf b = {.a = &t.a};
    buf_put(&b, S("n\n"));
    for (int i = 1; i <= 1234; i++)
        buf_fmt(&b, "v%d\n", i);
    Str page = seen(&t, "a.csv", buf_str(&b), (ViewWish){.row = 401}, &v);
    ck_assert(str_has(page, S("Rows 401 to 600 of 1,234")));
    ck_assert(str_has(page, S(">v401<")) && str_has(page, S(">v600<")) &&
              !str_has(page, S(">v601<")));
    ck_assert(str_has(page, S("href=\"?row=601\" rel=\"next\"")));
    ck_assert(str_has(page, S("href=\"?row=201\" rel=\"prev\"")));
    ck_assert(str_has(page, S("href=\"?row=1201\">Last")));
    page = seen(&t, "a.csv", buf_str(&b), (ViewWish){.row = 99999999}, &v);
    ck_assert(str_has(page, S(">v1234<")));
    page = seen(&t, "a.log", buf_str(&b), (ViewWish){.row = 1001}, &v);
    ck_assert(str_has(page, S("<ol class=\"lines\" start=\"1001\">")));
    ck_assert(str_has(page, S("Lines 1,001 to 1,235 of 1,235")) && str_has(page, S(">v1000<")) &&
              !str_has(page, S(">v999<")));
}
END_TEST

// A file without a survey is walked by places that links carry.
START_TEST(a_huge_table_goes_on_by_place)
{
    scratch t = scratch_make();
    View v;
    Buf b = {.a = &t.a};
    buf_put(&b, S("n,text\n"));
    for (int i = 1; i <= 120000; i++)
        buf_fmt(&b, "%d,%080d\n", i, i);
    Str page = seen(&t, "a.csv", buf_str(&b), (ViewWish){.row = 1}, &v);
    ck_assert(str_has(page, S("Rows 1 to 200.")) && str_has(page, S("Count all of it")));
    isize at = str_find(page, S("?row=201&amp;place="));
    ck_assert_int_gt(at, 0);
    i64 place;
    Str head, tail;
    str_cut(str_skip(page, at + 19), '"', &head, &tail);
    ck_assert(str_i64(head, &place));
    page = seen(&t, "a.csv", buf_str(&b), (ViewWish){.row = 201, .place = place}, &v);
    ck_assert(str_has(page, S(">201<")) && str_has(page, S(">400<")) && !str_has(page, S(">200<")));
    page = seen(&t, "a.csv", buf_str(&b), (ViewWish){.row = 1, .sort = 1, .down = true}, &v);
    ck_assert(str_has(page, S(">120000<")) && str_has(page, S("Only the first 10,000")) == false);
}
END_TEST

START_TEST(a_survey_is_kept_by_hash)
{
    scratch t = scratch_make();
    View v;
    ViewAsk ask = {.path = stored(&t, "file", S("n\n1\n")),
                   .name = S("a.csv"),
                   .sha256 = S("00000000000000000000000000000000000000000000000000000000000000aa"),
                   .keep = path_join(&t.a, t.folder, S("views")),
                   .raw = S("/raw/1/")};
    StrList kept = {0};
    ck_works(view_make(&t.a, &ask, &v));
    ck_works(folder_names(&t.a, ask.keep, &kept));
    ck_assert_int_eq(kept.n, 1);
    ck_works(view_make(&t.a, &ask, &v));
    ck_assert(str_has(v.inside.trusted, S("Rows 1 to 1 of 1")));
    // what is kept but nonsense, or of another length, is made anew
    ck_works(file_write(&t.a, path_join(&t.a, ask.keep, kept.v[0]), S("nonsense"), 0600));
    ck_works(view_make(&t.a, &ask, &v));
    ck_assert(str_has(v.inside.trusted, S("Rows 1 to 1 of 1")));
}
END_TEST

START_TEST(what_hides_is_named)
{
    scratch t = scratch_make();
    ck_str(view_shown(&t.a, S("a\u202Egnp.exe"), 100), S("a‹U+202E›gnp.exe"));
    ck_str(view_shown(&t.a, S("a\u200Bb\u2066c\uFEFF"), 100), S("a‹U+200B›b‹U+2066›c‹U+FEFF›"));
    ck_str(view_shown(&t.a, S("a\0b\x1b[2J"), 100), S("a\uFFFDb\uFFFD[2J"));
    ck_str(view_shown(&t.a, S("Größe – 5 €"), 100), S("Größe – 5 €"));
    ck_str(view_shown(&t.a, S("abcü"), 4), S("abc…"));
    ck_str(view_shown(&t.a, S("abcd"), 4), S("abcd"));
}
END_TEST

START_TEST(changes_show_old_and_new)
{
    scratch t = scratch_make();
    View v;
    ViewBefore before = {.path = stored(&t, "old", S("k,n\na,1\nb,<i>\nc,3\n")),
                         .raw = S("/raw/0/"),
                         .title = S("the version released on 2026-11-03")};
    ViewAsk ask = {.path = stored(&t, "new", S("k,n\na,1\nb,5\nd,4\n")),
                   .name = S("t.csv"),
                   .raw = S("/raw/1/"),
                   .befores = &before,
                   .befores_n = 1,
                   .wish = {.show = S("changes")}};
    ck_works(view_make(&t.a, &ask, &v));
    Str page = v.inside.trusted;
    ck_assert(str_has(page, S("<del>&lt;i&gt;</del>")) && str_has(page, S("<ins>5</ins>")));
    ck_assert(str_has(page, S("<strong>1 row changed</strong>, <strong>1 new</strong>, <strong>1 "
                              "gone</strong>, 1 the same")));
    ck_assert(str_has(page, S("the version released on 2026-11-03")));
    ck_str(v.look, S("changes"));
    ask.path = before.path;
    ck_works(view_make(&t.a, &ask, &v));
    ck_assert(str_has(v.inside.trusted, S("byte for byte")));
}
END_TEST

#define PNG_HEAD "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
#define PNG_END  "\0\0\0\0IEND\xae\x42\x60\x82"
START_TEST(pictures_are_what_their_bytes_say)
{
    scratch t = scratch_make();
    View v;
    Str small = S(PNG_HEAD "\0\0\0\x02\0\0\0\x03\x08\0\0\0\0____" PNG_END);
    Str tailed = S(PNG_HEAD "\0\0\0\x02\0\0\0\x03\x08\0\0\0\0____\0\0\0\x05tEXtabcde____" PNG_END
                            "<script>");
    Str bomb = S(PNG_HEAD "\0\1\0\0\0\1\0\0\x08\0\0\0\0____" PNG_END);
    Str page = seen(&t, "p.png", small, (ViewWish){0}, &v);
    ck_assert(str_has(page, S("2 × 3 pixels")) &&
              str_has(page, S("<img class=\"picture\" src=\"/raw/1/\"")));
    page = seen(&t, "p.png", tailed, (ViewWish){0}, &v);
    ck_assert(str_has(page, S("8 bytes stand behind")) && str_has(page, S("carries 5 bytes")));
    page = seen(&t, "p.png", bomb, (ViewWish){0}, &v);
    ck_assert(!str_has(page, S("<img")) && str_has(page, S("65,536 × 65,536")));
    page = seen(&t, "p.png", S("<html><script>x</script>"), (ViewWish){0}, &v);
    ck_assert(!str_has(page, S("<img")) && v.kind == VIEW_DOWNLOAD);
    page = seen(&t, "p.svg", S("<?xml version='1.0'?><!-- x --><svg onload='x()'/>"), (ViewWish){0},
                &v);
    ck_assert(str_has(page, S("<img")) && !str_has(page, S("onload")));
    page = seen(&t, "p.svg", S("<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>"), (ViewWish){0}, &v);
    ck_assert(!str_has(page, S("<img")));
    page = seen(&t, "noname", small, (ViewWish){0}, &v);
    ck_assert(str_has(page, S("<img")));
}
END_TEST

START_TEST(a_page_stands_in_a_sandbox)
{
    scratch t = scratch_make();
    View v;
    Str page = seen(&t, "a\"><b>.html", S("<p>x"), (ViewWish){0}, &v);
    ck_assert(str_has(page, S("<iframe class=\"framed\" sandbox src=\"/raw/1/?frame=1\"")));
    ck_assert(!str_has(page, S("<b>")) && !str_has(page, S("allow-scripts src")));
    ck_assert(!str_has(page, S("?scripts=1")) && str_has(page, S("--allow-scripts")));
    page = seen(&t, "a.html", S("<p>x"), (ViewWish){.may = VIEW_SCRIPTS_NOT_HERE}, &v);
    ck_assert(!str_has(page, S("?scripts=1")) && str_has(page, S("from version 152")));
    page = seen(&t, "a.html", S("<p>x"), (ViewWish){.may = VIEW_SCRIPTS_MAY}, &v);
    ck_assert(str_has(page, S("?scripts=1")) && !str_has(page, S("sandbox=\"allow-scripts\"")));
    page = seen(&t, "a.html", S("<p>x"), (ViewWish){.scripts = true, .may = VIEW_SCRIPTS_MAY}, &v);
    ck_assert(str_has(page, S("sandbox=\"allow-scripts\" src=\"/raw/1/?frame=1&amp;scripts=1\"")));
    ck_str(v.look, S("scripts"));
    page = seen(&t, "a.html", S("\xff\xfe<\0p\0"), (ViewWish){0}, &v);
    ck_assert(!str_has(page, S("<iframe")));
    page = seen(&t, "a.html", S("<p>x\n"), (ViewWish){.show = S("source")}, &v);
    ck_assert(!str_has(page, S("<iframe")) && str_has(page, S("&lt;p&gt;x")));
}
END_TEST

// --- served
static Str served_folder, served_name, served_look;
static fallible serve_one(Req *q)
{
    return view_serve(q, path_join(q->a, served_folder, S("file")), served_name, &served_look);
}
static const Route serve_rows[] = {
    {GET, "/raw/", PERM_ANYONE, NULL, serve_one, NULL, 0, ROUTE_PAGE}
};
#define serve_routes ROUTES(serve_rows)

static FileScripts served_scripts; // what the operator said
static WebAnswer served(Scratch *t, const char *name, Str bytes, const char *line, const char *dest)
{
    const RouteList rooms[] = {serve_routes};
    Db *db;
    stored(t, "file", bytes);
    served_folder = t->folder;
    served_name = str_from(name);
    ck_works(db_in_memory(&t->a, DB_SITE, DB_AS_AIRLOCK, &db));
    WebTest w = web_test(&t->a, db, rooms, 1);
    w.server.scripts = served_scripts;
    WebAnswer r = web_call(&w, line, .headers = dest);
    db_close(db);
    return r;
}

START_TEST(bytes_are_served_harmless)
{
    scratch t = scratch_make();
    WebAnswer r = served(&t, "x/<\"ü>.svg", S("<svg/>"), "GET /raw/", NULL);
    ck_assert(str_has(r.head, S("Content-Type: image/svg+xml\r\n")));
    ck_assert(str_has(r.head, S("Content-Security-Policy: sandbox; default-src 'none'; ")));
    ck_assert(str_has(r.head, S("X-Content-Type-Options: nosniff\r\n")));
    ck_assert(str_has(r.head, S("Content-Disposition: attachment; filename=\"_____.svg\"; "
                                "filename*=UTF-8''%3C%22%C3%BC%3E.svg\r\n")));
    ck_str(served_look, S("raw"));
    r = served(&t, "x.png", S("<script>1</script>"), "GET /raw/", NULL);
    ck_assert(str_has(r.head, S("Content-Type: application/octet-stream\r\n")));
    r = served(&t, "x.csv", S("a\n"), "GET /raw/", NULL);
    ck_str(served_look, S("download"));
    // a page to keep, and a page in a frame
    Str page = S("<p>a<LINK rel=preconnect href=//x><iframe src=//x><script>1</script>");
    r = served(&t, "x.html", page, "GET /raw/", NULL);
    ck_assert(str_has(r.head, S("attachment")) && str_eq(r.body, page));
    r = served(&t, "x.html", page, "GET /raw/?frame=1", NULL);
    ck_assert(!str_has(r.head, S("attachment")) && !str_has(r.head, S("allow-scripts")));
    ck_str(r.body, S("<p>a<LIN- rel=preconnect href=//x><ifram- src=//x><script>1</script>"));
    ck_assert(str_has(r.head, S("\r\nConnection-Allowlist: ()\r\n")));
}
END_TEST

// What the operator says, in which browser a frame asks, and the status; 200: its scripts run.
static const struct {
    FileScripts said;
    const char *browser;
    int status;
} scripts_asked[] = {
    {FILE_SCRIPTS_NEVER,    "Sec-CH-UA: \"Chromium\";v=\"156\"\r\n",                           403},
    {FILE_SCRIPTS_CONFINED, "Sec-CH-UA: \"Not/A)Brand\";v=\"8\", \"Chromium\";v=\"152\"\r\n",  200},
    {FILE_SCRIPTS_CONFINED, "Sec-CH-UA: \"Chromium\";v=\"151\", \"Not/A)Brand\";v=\"99\"\r\n", 403},
    {FILE_SCRIPTS_CONFINED, "Sec-CH-UA: \"Chromium\";v=\"x\"\r\n",                             403},
    {FILE_SCRIPTS_CONFINED, "Sec-CH-UA: \"Chromium\";v=\"\r\n",                                403},
    {FILE_SCRIPTS_CONFINED, "",                                                                403},
    {FILE_SCRIPTS_ALWAYS,   "",                                                                200},
};
START_TEST(scripts_run_where_the_operator_and_the_browser_let_them)
{
    scratch t = scratch_make();
    for (isize i = 0; i < COUNT(scripts_asked); i++) {
        served_scripts = scripts_asked[i].said;
        Str asks = arena_fmt(&t.a, "Sec-Fetch-Dest: iframe\r\n%s", scripts_asked[i].browser);
        WebAnswer r = served(&t, "x.html", S("<script>1</script>"), "GET /raw/?frame=1&scripts=1",
                             cstr(&t.a, asks));
        ck_assert_int_eq(r.status, scripts_asked[i].status);
        bool runs = str_has(r.head, S("sandbox allow-scripts; script-src 'unsafe-inline' "
                                      "'unsafe-eval'; default-src 'none'"));
        ck_assert_int_eq(runs, r.status == 200);
        ck_assert_int_eq(str_has(r.body, S("<script>")), r.status == 200);
        if (runs) ck_str(served_look, S("scripts"));
    }
    // where it may be, but not in a frame
    WebAnswer r = served(&t, "x.html", S("<p>"), "GET /raw/?frame=1&scripts=1", NULL);
    ck_assert(!str_has(r.head, S("allow-scripts")));
}
END_TEST

Suite *view_suite(void);
Suite *view_suite(void)
{
    Suite *s = suite_create("view");
    TCase *c = tcase_create("views");
    tcase_set_timeout(c, 60);
    tcase_add_test(c, kinds);
    tcase_add_test(c, a_table_is_escaped_and_sortable);
    tcase_add_test(c, pages_of_a_table);
    tcase_add_test(c, a_huge_table_goes_on_by_place);
    tcase_add_test(c, a_survey_is_kept_by_hash);
    tcase_add_test(c, what_hides_is_named);
    tcase_add_test(c, changes_show_old_and_new);
    tcase_add_test(c, pictures_are_what_their_bytes_say);
    tcase_add_test(c, a_page_stands_in_a_sandbox);
    tcase_add_test(c, scripts_run_where_the_operator_and_the_browser_let_them);
    tcase_add_test(c, bytes_are_served_harmless);
    suite_add_tcase(s, c);
    return s;
}
