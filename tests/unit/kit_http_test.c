// Requests against a small server of openssl and Python: answers, limits, trust, redirects, cancelling.
#include "scratch_server.h"

#include <pthread.h>

#include "kit/http.h"
#include "kit/x509.h"
#include "os/clock.h"
#include "os/own.h"

static const char server_py[] =
    "import http.server, ssl, sys, time\n"
    "class H(http.server.BaseHTTPRequestHandler):\n"
    "    protocol_version = 'HTTP/1.1'\n"
    "    def log_message(self, *a): pass\n"
    "    def answer(self, status, body, *headers):\n"
    "        self.send_response(status)\n"
    "        for k, v in headers: self.send_header(k, v)\n"
    "        self.send_header('Content-Length', str(len(body)))\n"
    "        self.end_headers()\n"
    "        if self.command != 'HEAD': self.wfile.write(body)\n"
    "    def do_GET(self):\n"
    "        p = self.path\n"
    "        if p == '/hang': self.connection.recv(1); return\n"
    "        if p == '/big': return self.answer(200, b'x' * 100000)\n"
    "        if p == '/gone': return self.answer(404, b'no such thing\\nmore')\n"
    "        if p == '/near': return self.answer(302, b'', ('Location', '/hello'))\n"
    "        if p == '/far': return self.answer(302, b'', ('Location', "
    "'http://localhost:1/hello'))\n"
    "        if p == '/circle': return self.answer(302, b'', ('Location', '/circle'))\n"
    "        if p == '/port': return self.answer(200, str(self.client_address[1]).encode())\n"
    "        self.answer(200, b'hello ' + self.headers.get('Authorization', 'nobody').encode(), "
    "('X-Two', ' a b '))\n"
    "    do_HEAD = do_GET\n"
    "    def do_POST(self):\n"
    "        body = self.rfile.read(int(self.headers['Content-Length']))\n"
    "        self.answer(201, self.command.encode() + b' ' + body)\n"
    "    do_PUT = do_DELETE = do_POST\n"
    "s = http.server.ThreadingHTTPServer(('127.0.0.1', 0), H)\n"
    "if sys.argv[1:2] == ['unix']:\n"
    "    import socketserver\n"
    "    s = socketserver.ThreadingUnixStreamServer(sys.argv[2], H); s.server_address = ('', 1)\n"
    "elif len(sys.argv) > 1:\n"
    "    c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); c.load_cert_chain(*sys.argv[1:])\n"
    "    s.socket = c.wrap_socket(s.socket, server_side=True)\n"
    "print(s.server_address[1], flush=True)\n"
    "s.serve_forever()\n";

static Str at(Scratch *t, const char *scheme, const Server *s, const char *path)
{
    return arena_fmt(&t->a, "%s://127.0.0.1:%d%s", scheme, s->port, path);
}

START_TEST(asks_and_answers)
{
    scratch t = scratch_make();
    Server s = server_start(&t, server_py, NULL, NULL);
    owned_server server = s.pid;
    owned_http h = NULL;
    HttpAnswer r;
    ck_works(http_open(&t.a, NULL, &h));
    HttpRequest q = {.url = at(&t, "http", &s, "/hello")};
    http_header_add(&t.a, &q.headers, S("Authorization"), S("Bearer t0ken"));
    ck_works(http_send(h, &t.a, &q, &r));
    ck_assert_int_eq(r.status, 200);
    ck_str(r.body, S("hello Bearer t0ken"));
    ck_str(http_header(&r.headers, S("x-two")), S("a b"));
    q.url = at(&t, "http", &s, "/near");
    ck_works(http_send(h, &t.a, &q, &r));
    ck_str(r.body, S("hello Bearer t0ken"));
    q.url = at(&t, "http", &s, "/far");
    ck_works(http_send(h, &t.a, &q, &r));
    ck_assert_int_eq(r.status, 302); // handed back, the token did not go there
    q.url = at(&t, "http", &s, "/circle");
    ck_fails(ERR_IO, http_send(h, &t.a, &q, &r));
    q.url = at(&t, "http", &s, "/gone");
    ck_works(http_send(h, &t.a, &q, &r));
    Err *e = http_expect_ok(&t.a, &q, &r);
    ck_assert_int_eq(e->kind, ERR_NOT_FOUND);
    ck_assert(str_ends(e->say, S("answered 404: no such thing")));
    q = (HttpRequest){.url = at(&t, "http", &s, "/"), .method = S("PUT"), .body = S("data")};
    ck_works(http_send(h, &t.a, &q, &r));
    ck_str(r.body, S("PUT data"));
    q = (HttpRequest){.url = at(&t, "http", &s, "/"), .method = S("DELETE")};
    ck_works(http_send(h, &t.a, &q, &r));
    ck_str(r.body, S("DELETE "));
    q = (HttpRequest){.url = at(&t, "http", &s, "/big"), .method = S("HEAD")};
    ck_works(http_send(h, &t.a, &q, &r));
    ck_str(http_header(&r.headers, S("content-length")), S("100000"));
    ck_assert_int_eq(r.body.n, 0);
}
END_TEST

START_TEST(speaks_through_a_socket_file)
{
    scratch t = scratch_make();
    Str path = path_join(&t.a, t.folder, S("engine.sock"));
    Server s = server_start(&t, server_py, "unix", cstr(&t.a, path));
    owned_server server = s.pid;
    owned_http h = NULL;
    HttpAnswer r;
    ck_works(http_open(&t.a, NULL, &h));
    HttpRequest q = {.url = S("http://engine/hello"), .unix_socket = path};
    ck_works(http_send(h, &t.a, &q, &r));
    ck_str(r.body, S("hello nobody"));
    q.unix_socket = path_join(&t.a, t.folder, S("none.sock"));
    Err *e = http_send(h, &t.a, &q, &r);
    ck_str(e->code, S("HttpUnreachable"));
}
END_TEST

START_TEST(keeps_the_connection)
{
    scratch t = scratch_make();
    Server s = server_start(&t, server_py, NULL, NULL);
    owned_server server = s.pid;
    owned_http h = NULL;
    HttpAnswer one, two;
    ck_works(http_open(&t.a, NULL, &h));
    HttpRequest q = {.url = at(&t, "http", &s, "/port")};
    ck_works(http_send(h, &t.a, &q, &one));
    ck_works(http_send(h, &t.a, &q, &two));
    ck_str(one.body, two.body);
}
END_TEST

static Err *collect(void *who, Str bytes)
{
    buf_put(who, bytes);
    return NULL;
}

START_TEST(bodies_are_capped_streamed_and_sent_from_files)
{
    scratch t = scratch_make();
    Server s = server_start(&t, server_py, NULL, NULL);
    owned_server server = s.pid;
    owned_http h = NULL;
    HttpAnswer r;
    ck_works(http_open(&t.a, NULL, &h));
    HttpRequest q = {.url = at(&t, "http", &s, "/big"), .cap = 99999};
    ck_fails(ERR_TOO_LARGE, http_send(h, &t.a, &q, &r));
    q.cap = 100000;
    ck_works(http_send(h, &t.a, &q, &r));
    ck_assert_int_eq(r.body.n, 100000);
    Str path = path_join(&t.a, t.folder, S("big")), got;
    owned_fd fd = open(cstr(&t.a, path), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    q.into_fd = fd;
    ck_works(http_send(h, &t.a, &q, &r));
    ck_assert_int_eq(r.body.n, 0);
    ck_assert_int_eq(r.bytes, 100000);
    ck_works(file_read(&t.a, path, 1 << 20, &got));
    ck_assert_int_eq(got.n, 100000);
    Buf b = {.a = &t.a};
    q = (HttpRequest){.url = q.url, .piece = collect, .who = &b};
    ck_works(http_send(h, &t.a, &q, &r));
    ck_assert_int_eq(b.n, 100000);
    q = (HttpRequest){.url = q.url, .method = S("POST"), .body_fd = fd};
    ck_works(http_send(h, &t.a, &q, &r));
    ck_assert_int_eq(r.body.n, 100005);
}
END_TEST

START_TEST(refuses_what_could_leak_or_lie)
{
    scratch t = scratch_make();
    owned_http h = NULL;
    HttpAnswer r;
    ck_works(http_open(&t.a, NULL, &h));
    static const char *const bad[] = {"ftp://a/",
                                      "file:///etc/passwd",
                                      "https://u:secret@host/",
                                      "http://a b/",
                                      "http://a/\r\nX: y",
                                      "//a",
                                      "",
                                      "http://"};
    for (isize i = 0; i < COUNT(bad); i++) {
        HttpRequest q = {.url = str_from(bad[i])};
        Err *e = http_send(h, &t.a, &q, &r);
        ck_assert_msg(e && e->kind == ERR_BAD_INPUT, "%s", bad[i]);
        ck_assert(!str_has(e->say, S("secret")));
    }
    HttpRequest q = {.url = S("http://127.0.0.1:1/?token=secret")};
    Err *e = http_send(h, &t.a, &q, &r);
    ck_str(e->code, S("HttpUnreachable"));
    ck_assert(!str_has(e->say, S("secret")));
    http_header_add(&t.a, &q.headers, S("A"), S("b\nC: d"));
    ck_fails(ERR_BAD_INPUT, http_send(h, &t.a, &q, &r));
}
END_TEST

static Err *get_with(Scratch *t, HttpTrust trust, Str url)
{
    owned_http h = NULL;
    HttpAnswer r;
    HttpRequest q = {.url = url};
    TRY(http_open(&t->a, &trust, &h));
    TRY(http_send(h, &t->a, &q, &r));
    TRY(http_send(h, &t->a, &q, &r));
    return NULL;
}

START_TEST(certificates_are_checked)
{
    scratch t = scratch_make();
    X509Pair ca, other, pair;
    X509Facts f;
    StrList names = {0};
    str_list_add(&t.a, &names, S("127.0.0.1"));
    Time now = clock_now();
    ck_works(x509_authority_make(&t.a, S("Site A"), now, &ca));
    ck_works(x509_authority_make(&t.a, S("Site B"), now, &other));
    ck_works(x509_server_make(&t.a, &ca, &names, now, &pair));
    Str ca_file = path_join(&t.a, t.folder, S("ca.pem")),
        other_file = path_join(&t.a, t.folder, S("other.pem"));
    Str cert = path_join(&t.a, t.folder, S("cert.pem")),
        key = path_join(&t.a, t.folder, S("key.pem"));
    ck_works(file_write(&t.a, ca_file, ca.certificate, 0600));
    ck_works(file_write(&t.a, other_file, other.certificate, 0600));
    ck_works(file_write(&t.a, cert, pair.certificate, 0600));
    ck_works(file_write(&t.a, key, pair.key, 0600));
    Server s = server_start(&t, server_py, cstr(&t.a, cert), cstr(&t.a, key));
    owned_server server = s.pid;
    Str url = at(&t, "https", &s, "/hello");
    Str by_name = arena_fmt(&t.a, "https://localhost:%d/", s.port);
    ck_works(get_with(&t, (HttpTrust){.ca_file = ca_file}, url));
    Err *e = get_with(&t, (HttpTrust){.ca_file = other_file}, url);
    ck_str(e->code, S("HttpUntrusted"));
    e = get_with(&t, (HttpTrust){0}, url);
    ck_str(e->code, S("HttpUntrusted"));
    e = get_with(&t, (HttpTrust){.ca_file = ca_file},
                 by_name); // the certificate does not have that name
    ck_str(e->code, S("HttpUntrusted"));
    ck_works(x509_facts(&t.a, pair.certificate, &f));
    ck_works(get_with(&t, (HttpTrust){.fingerprint = f.fingerprint}, url));
    ck_works(get_with(&t, (HttpTrust){.fingerprint = f.fingerprint}, by_name));
    ck_works(x509_facts(&t.a, ca.certificate, &f));
    ck_works(get_with(&t, (HttpTrust){.fingerprint = f.fingerprint}, url));
    e = get_with(&t, (HttpTrust){.fingerprint = f.fingerprint}, by_name);
    ck_str(e->code, S("HttpUntrusted"));
    ck_works(x509_facts(&t.a, other.certificate, &f));
    e = get_with(&t, (HttpTrust){.fingerprint = f.fingerprint, .ca_file = ca_file}, url);
    ck_str(e->code, S("HttpUntrusted"));
    ck_fails(ERR_BAD_INPUT, get_with(&t, (HttpTrust){.fingerprint = S("12")}, url));
}
END_TEST

static void *cancel(void *h)
{
    http_cancel(h);
    return NULL;
}

START_TEST(cancelling_wakes_a_waiting_request)
{
    scratch t = scratch_make();
    Server s = server_start(&t, server_py, NULL, NULL);
    owned_server server = s.pid;
    owned_http h = NULL;
    HttpAnswer r;
    pthread_t other;
    ck_works(http_open(&t.a, NULL, &h));
    HttpRequest q = {.url = at(&t, "http", &s, "/hang"), .timeout = HOURS(1)};
    ck_assert_int_eq(pthread_create(&other, NULL, cancel, h), 0);
    Err *e = http_send(h, &t.a, &q, &r);
    pthread_join(other, NULL);
    ck_str(e->code, S("HttpCancelled"));
    q.timeout = SECONDS(1) / 10;
    e = http_send(h, &t.a, &q, &r);
    ck_assert_msg(str_eq(e->code, S("HttpTimeout")), "%.*s", STR(e->say));
    q.url = at(&t, "http", &s, "/hello"); // and the handle still works
    q.timeout = 0;
    ck_works(http_send(h, &t.a, &q, &r));
}
END_TEST

Suite *kit_http_suite(void)
{
    Suite *s = suite_create("kit http");
    TCase *c = tcase_create("http");
    tcase_set_timeout(c, 60); // python takes its time to start on a busy machine
    tcase_add_test(c, asks_and_answers);
    tcase_add_test(c, speaks_through_a_socket_file);
    tcase_add_test(c, keeps_the_connection);
    tcase_add_test(c, bodies_are_capped_streamed_and_sent_from_files);
    tcase_add_test(c, refuses_what_could_leak_or_lie);
    tcase_add_test(c, certificates_are_checked);
    tcase_add_test(c, cancelling_wakes_a_waiting_request);
    suite_add_tcase(s, c);
    return s;
}
