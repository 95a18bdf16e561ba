// The guard: what is refused, because two programs could read it differently; what is let through.
#include "web_call.h"

static const struct {
    const char *raw;
    int status;
} heads[] = {
    {"GET / HTTP/1.1\r\nHost: a\r\n\r\n",                                                     0  },
    {"GET /a/b?c=d%20e HTTP/1.1\r\nHost: a:8443\r\nX: \ty \r\n\r\n",                          0  },
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",                               0  },
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",                      0  },
    {"GET / HTTP/1.0\r\n\r\n",                                                                0  },
    {"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",                                                 0  },
    {"GET / HTTP/1.1\r\n\r\n",                                                                400}, // no Host
    {"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",                                          400},
    {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",                                                   400},
    {"GET / HTTP/1.1\nHost: a\r\n\r\n",                                                       400}, // bare LF
    {"GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n",                                               400},
    {"GET / HTTP/1.1\r\nHost: a\r\n\n",                                                       400},
    {"GET / HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n",                                          400}, // bare CR
    {"GET / HTTP/1.1\r\nHost : a\r\n\r\n",                                                    400}, // blank before the colon
    {"GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",                                          400},
    {"GET / HTTP/1.1\r\nHost: a\r\n: empty\r\n\r\n",                                          400},
    {"GET / HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n",                                          400},
    {"GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n",                                                  400},
    {"GET /%0a HTTP/1.1\r\nHost: a\r\n\r\n",                                                  400},
    {"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",                                                  400},
    {"GET /%2 HTTP/1.1\r\nHost: a\r\n\r\n",                                                   400},
    {"GET /?a=%00 HTTP/1.1\r\nHost: a\r\n\r\n",                                               400},
    {"GET /a\x7f HTTP/1.1\r\nHost: a\r\n\r\n",                                                400},
    {"GET /a\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n",                                            400},
    {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n",                                                    400},
    {"GET / HTTP/1.1 \r\nHost: a\r\n\r\n",                                                    400},
    {"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",                                             400},
    {"get / HTTP/1.1\r\nHost: a\r\n\r\n",                                                     400},
    {"GET /\r\n\r\n",                                                                         400},
    {"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n",                                                   405},
    {"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",                                               405},
    {"BREW / HTTP/1.1\r\nHost: a\r\n\r\n",                                                    501},
    {"GET / HTTP/2.0\r\nHost: a\r\n\r\n",                                                     505},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",          400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",          400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\n",                            400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n",                              400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",                              400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",                                 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",                400},
    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n",                     400},
    {"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",                      400},
    {"POST / HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\n\r\n",                                 417},
    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\n\r\n",                          415},
};

START_TEST(a_head_is_read_in_one_way_or_refused)
{
    scratch t = scratch_make();
    Head h;
    const char *why;
    int got = guard_head(&t.a, str_from(heads[_i].raw), &h, &why);
    ck_assert_msg(got == heads[_i].status, "%s\nis %d, not %d", heads[_i].raw, got,
                  heads[_i].status);
    ck_assert(!got == !why);
}
END_TEST

START_TEST(a_nul_byte_is_refused)
{
    scratch t = scratch_make();
    Head h;
    const char *why;
    ck_assert_int_eq(guard_head(&t.a, S("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"), &h, &why), 400);
    ck_assert_int_eq(guard_head(&t.a, S("GET / HTTP/1.1\r\nHost: a\0\r\n\r\n"), &h, &why), 400);
}
END_TEST

START_TEST(too_many_lines_are_refused)
{
    scratch t = scratch_make();
    Buf o = {.a = &t.a};
    buf_put(&o, S("GET / HTTP/1.1\r\nHost: a\r\n"));
    for (int i = 0; i < 64; i++)
        buf_fmt(&o, "X-%d: y\r\n", i);
    buf_put(&o, S("\r\n"));
    Head h;
    const char *why;
    ck_assert_int_eq(guard_head(&t.a, buf_str(&o), &h, &why), 431);
}
END_TEST

START_TEST(what_a_head_says)
{
    scratch t = scratch_make();
    Head h;
    const char *why;
    Str raw = S("PUT /x?y=1 HTTP/1.1\r\nhost: a\r\nCONTENT-length: 12\r\nExpect: 100-Continue\r\n"
                "Connection: foo, Close\r\n\r\n");
    ck_assert_int_eq(guard_head(&t.a, raw, &h, &why), 0);
    ck_str(h.verb, S("PUT"));
    ck_str(h.path, S("/x"));
    ck_str(h.query, S("y=1"));
    ck_assert_int_eq(h.length, 12);
    ck_assert(h.expects_continue && !h.keep_alive && !h.chunked);
}
END_TEST

START_TEST(paths_are_cut_before_they_are_decoded)
{
    scratch t = scratch_make();
    Str path;
    StrList segments = {0};
    ck_assert(guard_path(&t.a, S("/a%2Fb/c%20d/"), &path, &segments));
    ck_assert_int_eq(segments.n, 3);
    ck_str(segments.v[0], S("a/b"));
    ck_str(segments.v[1], S("c d"));
    ck_assert_int_eq(segments.v[2].n, 0);
    ck_assert(!guard_path(&t.a, S("/a/../b"), &path, &segments));
    ck_assert(!guard_path(&t.a, S("/a/%2e%2E/b"), &path, &segments));
    ck_assert(!guard_path(&t.a, S("/."), &path, &segments));
    ck_assert(!guard_path(&t.a, S("/%ff"), &path, &segments));
}
END_TEST

Suite *web_guard_suite(void)
{
    Suite *s = suite_create("web_guard");
    TCase *t = tcase_create("guard");
    tcase_add_loop_test(t, a_head_is_read_in_one_way_or_refused, 0, COUNT(heads));
    tcase_add_test(t, a_nul_byte_is_refused);
    tcase_add_test(t, too_many_lines_are_refused);
    tcase_add_test(t, what_a_head_says);
    tcase_add_test(t, paths_are_cut_before_they_are_decoded);
    suite_add_tcase(s, t);
    return s;
}
