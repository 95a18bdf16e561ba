// One multi handle per Http: it keeps the connections, and another thread can wake it to cancel.
#include <curl/curl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kit/http.h"
#include "kit/http_trust.h"
#include "kit/tls.h"
#include "os/file.h"

enum { HTTP_REDIRECTS = 5, HTTP_HEADERS = 200, HTTP_IDLE_SECONDS = 14 };
static const i64 HTTP_CAP = 16 << 20;

struct Http {
    Arena a; // of the handle itself
    CURLM *multi;
    CURL *easy;
    HttpPin pin;
    Str ca_file;
    atomic_bool cancelled;
};

// One request under way.
typedef struct Exchange {
    Arena *a;
    const HttpRequest *q;
    HttpAnswer *out;
    Buf body;
    Err *failed; // why we ended it ourselves
    i64 cap, sent;
    Str location;
} Exchange;

void http_header_add(Arena *a, HttpHeaders *h, Str name, Str value)
{
    if (h->n == h->cap) {
        h->cap = h->cap ? h->cap * 2 : 16;
        HttpHeader *v = make(a, HttpHeader, h->cap);
        if (h->n) memcpy(v, h->v, (size_t)h->n * sizeof *v);
        h->v = v;
    }
    h->v[h->n++] = (HttpHeader){name, value};
}

Str http_header(const HttpHeaders *h, Str name)
{
    for (isize i = 0; i < h->n; i++)
        if (str_eq_nocase(h->v[i].name, name)) return h->v[i].value;
    return (Str){0};
}

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;
static void curl_start(void)
{
    must(tls_start());
    must(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
}

void http_start(void)
{
    pthread_once(&curl_once, curl_start);
}

fallible http_open(Arena *a, const HttpTrust *trust, Http **out)
{
    http_start();
    Arena own = {0};
    Http *h = make(&own, Http, 1);
    h->a = own;
    if (trust && trust->fingerprint.n && !http_pin_set(&h->pin, trust->fingerprint)) {
        arena_free(&own);
        return fail(a, ERR_BAD_INPUT,
                    "a fingerprint is the SHA-256 of a certificate: 64 hexadecimal letters");
    }
    h->ca_file = trust && trust->ca_file.n ? str_copy(&h->a, trust->ca_file)
                                           : http_machine_authorities(&h->a);
    h->multi = curl_multi_init();
    h->easy = curl_easy_init();
    must(h->multi && h->easy);
    *out = h;
    return NULL;
}

void http_close(Http *h)
{
    if (!h) return;
    curl_easy_cleanup(h->easy);
    curl_multi_cleanup(h->multi);
    Arena own = h->a;
    arena_free(&own);
}

void http_cancel(Http *h)
{
    atomic_store(&h->cancelled, true);
    curl_multi_wakeup(h->multi);
}

static bool is_ok(const Exchange *x)
{
    return x->out->status >= 200 && x->out->status < 300;
}

static size_t on_header(char *s, size_t one, size_t n, void *who)
{
    Exchange *x = who;
    Str line = str_trim((Str){s, (isize)(one * n)}), name, value;
    if (str_starts(line, S("HTTP/"))) { // a 100 or a proxy's answer came before
        x->out->headers = (HttpHeaders){0};
        isize blank = str_find_byte(line, ' ');
        i64 status = 0;
        if (blank > 0) str_i64(str_take(str_trim(str_skip(line, blank)), 3), &status);
        x->out->status = (int)status;
        return one * n;
    }
    if (!str_cut(line, ':', &name, &value)) return one * n;
    if (x->out->headers.n >= HTTP_HEADERS) return 0;
    http_header_add(x->a, &x->out->headers, str_copy(x->a, str_trim(name)),
                    str_copy(x->a, str_trim(value)));
    return one * n;
}

static size_t on_body(char *s, size_t one, size_t n, void *who)
{
    Exchange *x = who;
    Str piece = {s, (isize)(one * n)};
    bool kept = !is_ok(x) || (!x->q->into_fd && !x->q->piece);
    i64 cap = !is_ok(x) && x->cap > HTTP_CAP ? HTTP_CAP : x->cap;
    x->out->bytes += piece.n;
    if (x->out->bytes > cap)
        x->failed = fail(x->a, ERR_TOO_LARGE, "the answer is larger than the %lld bytes allowed",
                         (long long)cap);
    else if (kept)
        buf_put(&x->body, piece);
    else if (x->q->piece)
        x->failed = x->q->piece(x->q->who, piece);
    else
        x->failed = file_write_fd(x->a, x->q->into_fd, piece);
    return x->failed ? 0 : one * n;
}

static size_t on_read(char *s, size_t one, size_t n, void *who)
{
    Exchange *x = who;
    ssize_t got = pread(x->q->body_fd, s, one * n, x->q->body_at + x->sent);
    if (got < 0) return CURL_READFUNC_ABORT;
    x->sent += got;
    return (size_t)got;
}

// Bytes that nobody acknowledges end the connection, and so does silence: keep-alive probes are bytes, too.
static int on_socket(void *who, curl_socket_t fd, curlsocktype purpose)
{
    Exchange *x = who;
    i64 gone = x->q->dead_peer ? x->q->dead_peer : SECONDS(30);
    int ms = (int)(gone / 1000);
    (void)purpose;
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms,
               sizeof ms); // of a unix socket: refused, and not needed
    return CURL_SOCKOPT_OK;
}

static int on_seek(void *who, curl_off_t at, int origin)
{
    Exchange *x = who;
    if (origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
    x->sent = at;
    return CURL_SEEKFUNC_OK;
}

Str http_origin(Arena *a, Str url)
{
    Str origin = {0};
    char *scheme = NULL, *host = NULL, *port = NULL;
    CURLU *u = curl_url();
    must(u);
    if (!curl_url_set(u, CURLUPART_URL, cstr(a, url), 0) &&
        !curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) &&
        !curl_url_get(u, CURLUPART_HOST, &host, 0) &&
        !curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT))
        origin = arena_fmt(a, "%s://%s:%s", scheme, host, port);
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    curl_url_cleanup(u);
    return origin;
}

static fallible request_check(Arena *a, const HttpRequest *q)
{
    if (!str_starts(q->url, S("http://")) && !str_starts(q->url, S("https://")))
        return fail(a, ERR_BAD_INPUT, "%.*s is not an address that starts with https:// or http://",
                    STR(str_printable(a, str_take(q->url, 60))));
    for (isize i = 0; i < q->url.n; i++)
        if ((u8)q->url.s[i] <= ' ' || q->url.s[i] == 0x7F)
            return fail(a, ERR_BAD_INPUT, "an address cannot hold blanks or control bytes");
    Str rest = str_skip(q->url, str_find(q->url, S("://")) + 3);
    isize end = 0;
    while (end < rest.n && !strchr("/?#", rest.s[end]))
        end++;
    if (str_find_byte(str_take(rest, end), '@') >= 0)
        return fail(
            a, ERR_BAD_INPUT,
            "an address with a user or password in it is not accepted: give the token by itself");
    if (!http_origin(a, q->url).n)
        return fail(a, ERR_BAD_INPUT, "the address cannot be understood");
    for (isize i = 0; i < q->headers.n; i++) {
        HttpHeader h = q->headers.v[i];
        bool bad = !h.name.n || str_find_byte(h.name, ':') >= 0;
        for (isize j = 0; j < h.name.n; j++)
            bad |= (u8)h.name.s[j] <= ' ';
        for (isize j = 0; j < h.value.n; j++)
            bad |= ((u8)h.value.s[j] < ' ' && h.value.s[j] != '\t') || h.value.s[j] == 0x7F;
        if (bad) return fail(a, ERR_BAD_INPUT, "a header line cannot hold a line break");
    }
    return NULL;
}

static struct curl_slist *header_lines(Arena *a, const HttpRequest *q)
{
    struct curl_slist *lines = NULL;
    for (isize i = 0; i < q->headers.n; i++) {
        HttpHeader h = q->headers.v[i];
        // "Name;" is how curl is told of a header without a value
        Str line = h.value.n ? arena_fmt(a, "%.*s: %.*s", STR(h.name), STR(h.value))
                             : arena_fmt(a, "%.*s;", STR(h.name));
        lines = curl_slist_append(lines, line.s);
    }
    return curl_slist_append(lines, "Expect:"); // no waiting for a 100
}

static fallible body_setup(Arena *a, CURL *c, Exchange *x)
{
    const HttpRequest *q = x->q;
    bool head = str_eq(q->method, S("HEAD")), get = !q->method.n || str_eq(q->method, S("GET"));
    if (head) curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
    if (q->body_fd) {
        struct stat st;
        if (fstat(q->body_fd, &st) || !S_ISREG(st.st_mode) || st.st_size < q->body_at)
            return fail(a, ERR_BUG, "only a regular file can be sent");
        curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(c, CURLOPT_READFUNCTION, on_read);
        curl_easy_setopt(c, CURLOPT_READDATA, x);
        curl_easy_setopt(c, CURLOPT_SEEKFUNCTION, on_seek);
        curl_easy_setopt(c, CURLOPT_SEEKDATA, x);
        curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)(st.st_size - x->q->body_at));
    } else if (q->body.n || (!head && !get)) {
        curl_easy_setopt(c, CURLOPT_POST, 1L);
        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->body.n);
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, q->body.n ? q->body.s : "");
    }
    if (!head && (!get || q->body.n || q->body_fd))
        curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, q->method.n ? cstr(a, q->method) : "GET");
    return NULL;
}

static fallible request_setup(Http *h, Exchange *x, Str url, struct curl_slist *lines)
{
    CURL *c = h->easy;
    const HttpRequest *q = x->q;
    i64 timeout = q->timeout ? q->timeout : SECONDS(60);
    curl_easy_reset(c); // keeps the connections
    curl_easy_setopt(c, CURLOPT_URL, cstr(x->a, url));
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, lines);
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)(timeout / 1000));
    i64 connect = q->connect ? q->connect : SECONDS(20);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS,
                     (long)((timeout < connect ? timeout : connect) / 1000));
    if (q->stall) {
        curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L);
        curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)(q->stall / 1000000 + 1));
    }
    i64 gone = q->dead_peer ? q->dead_peer : SECONDS(30);
    long probe = (long)(gone / SECONDS(1) / 4);
    curl_easy_setopt(c, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(c, CURLOPT_TCP_KEEPIDLE, probe > 0 ? probe : 1L);
    curl_easy_setopt(c, CURLOPT_TCP_KEEPINTVL, probe > 0 ? probe : 1L);
    curl_easy_setopt(c, CURLOPT_TCP_KEEPCNT, 3L);
    curl_easy_setopt(c, CURLOPT_SOCKOPTFUNCTION, on_socket);
    curl_easy_setopt(c, CURLOPT_SOCKOPTDATA, x);
    // A connection that was idle for longer may have been forgotten on its way; the server gives it up as well.
    curl_easy_setopt(c, CURLOPT_MAXAGE_CONN, (long)HTTP_IDLE_SECONDS);
    curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (q->unix_socket.n) curl_easy_setopt(c, CURLOPT_UNIX_SOCKET_PATH, cstr(x->a, q->unix_socket));
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, x);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, x);
    if (h->ca_file.n && !h->pin.is_set) curl_easy_setopt(c, CURLOPT_CAINFO, h->ca_file.s);
    if (h->pin.is_set) {
        curl_easy_setopt(c, CURLOPT_SSL_CTX_FUNCTION, http_pin_install);
        curl_easy_setopt(c, CURLOPT_SSL_CTX_DATA, &h->pin);
    }
    return body_setup(x->a, c, x);
}

// What curl reports, as a sentence; the rest is ERR_IO and "HttpCut".
static const struct {
    CURLcode code;
    const char *name, *say;
} http_failures[] = {
    {CURLE_COULDNT_RESOLVE_HOST,     "HttpUnreachable",
     "its name cannot be found; check the address and the network"                                           },
    {CURLE_COULDNT_RESOLVE_PROXY,    "HttpUnreachable",
     "the proxy's name cannot be found; check https_proxy"                                                   },
    {CURLE_COULDNT_CONNECT,          "HttpUnreachable",
     "nothing answers there; check the address and the network"                                              },
    {CURLE_OPERATION_TIMEDOUT,       "HttpTimeout",     "it did not answer in time"                          },
    {CURLE_PEER_FAILED_VERIFICATION, "HttpUntrusted",
     "its certificate is not trusted; give its authority's file or its fingerprint"                          },
    {CURLE_SSL_CACERT_BADFILE,       "HttpUntrusted",   "the file of trusted authorities cannot be read"     },
    {CURLE_SSL_CONNECT_ERROR,        "HttpNoTls",       "TLS could not be agreed on; is it an https address?"},
    {CURLE_UNSUPPORTED_PROTOCOL,     "HttpUnreachable", "only http and https are spoken"                     },
};

static Err *failure_of(Exchange *x, CURLcode code, const char *detail)
{
    Str where = http_origin(x->a, x->q->url);
    if (x->failed) return err_under(x->a, x->failed, "%.*s", STR(where));
    Err *e = NULL;
    for (isize i = 0; i < COUNT(http_failures) && !e; i++) {
        if (http_failures[i].code != code) continue;
        e = fail(x->a, ERR_IO, "cannot reach %.*s: %s", STR(where), http_failures[i].say);
        e->code = str_from(http_failures[i].name);
    }
    if (e) return e;
    Str why = str_printable(x->a, str_from(*detail ? detail : curl_easy_strerror(code)));
    e = fail(x->a, ERR_IO, "the connection to %.*s broke: %.*s", STR(where), STR(why));
    e->code = S("HttpCut");
    return e;
}

static Err *cancelled(Exchange *x)
{
    Err *e = fail(x->a, ERR_BUSY, "the request was cancelled");
    e->code = S("HttpCancelled");
    return e;
}

// Runs the easy handle to its end, or until somebody cancels.
static fallible exchange_run(Http *h, Exchange *x)
{
    char detail[CURL_ERROR_SIZE] = "";
    curl_easy_setopt(h->easy, CURLOPT_ERRORBUFFER, detail);
    must(curl_multi_add_handle(h->multi, h->easy) == CURLM_OK);
    CURLcode code = CURLE_OK;
    bool cut = false;
    for (int running = 1, left; running;) {
        cut = atomic_exchange(&h->cancelled, false);
        if (cut || curl_multi_perform(h->multi, &running)) break;
        for (CURLMsg *m; (m = curl_multi_info_read(h->multi, &left));)
            if (m->msg == CURLMSG_DONE) code = m->data.result;
        if (running) curl_multi_poll(h->multi, NULL, 0, 10000, NULL);
    }
    curl_multi_remove_handle(h->multi, h->easy);
    curl_easy_setopt(h->easy, CURLOPT_ERRORBUFFER, NULL);
    if (cut) return cancelled(x);
    return code || x->failed ? failure_of(x, code, detail) : NULL;
}

static bool follows(Arena *a, const Exchange *x, Str from, Str *to)
{
    int s = x->out->status;
    bool get = !x->q->method.n || str_eq(x->q->method, S("GET")) || str_eq(x->q->method, S("HEAD"));
    Str location = http_header(&x->out->headers, S("Location"));
    if (!get || !location.n || !(s == 301 || s == 302 || s == 303 || s == 307 || s == 308))
        return false;
    char *whole = NULL;
    CURLU *u = curl_url();
    must(u);
    if (!curl_url_set(u, CURLUPART_URL, cstr(a, from), 0) &&
        !curl_url_set(u, CURLUPART_URL, cstr(a, location), 0) &&
        !curl_url_get(u, CURLUPART_URL, &whole, 0))
        *to = str_copy(a, str_from(whole));
    curl_free(whole);
    curl_url_cleanup(u);
    return to->n && str_eq(http_origin(a, from), http_origin(a, *to));
}

fallible http_send(Http *h, Arena *a, const HttpRequest *q, HttpAnswer *out)
{
    TRY(request_check(a, q));
    Str url = q->url;
    for (int hop = 0; hop <= HTTP_REDIRECTS; hop++) {
        *out = (HttpAnswer){0};
        i64 cap = q->cap ? q->cap : q->into_fd || q->piece ? INT64_MAX : HTTP_CAP;
        Exchange x = {.a = a, .q = q, .out = out, .body = {.a = a}, .cap = cap};
        struct curl_slist *lines = header_lines(a, q);
        Err *e = request_setup(h, &x, url, lines);
        if (!e) e = exchange_run(h, &x);
        curl_slist_free_all(lines);
        TRY(e);
        out->body = buf_str(&x.body);
        out->url = url;
        Str next = {0};
        if (!follows(a, &x, url, &next)) return NULL;
        url = next;
    }
    return fail(a, ERR_IO, "%.*s redirects in a circle", STR(http_origin(a, q->url)));
}

fallible http_expect_ok(Arena *a, const HttpRequest *q, const HttpAnswer *r)
{
    if (r->status >= 200 && r->status < 300) return NULL;
    Str line, rest, where = http_origin(a, q->url);
    str_cut(str_trim(r->body), '\n', &line, &rest);
    line = str_printable(a, str_take(line, 300));
    ErrKind kind = r->status == 404                       ? ERR_NOT_FOUND
                   : r->status == 401                     ? ERR_SIGNED_OUT
                   : r->status == 403                     ? ERR_FORBIDDEN
                   : r->status == 409                     ? ERR_CONFLICT
                   : r->status == 429 || r->status == 503 ? ERR_BUSY
                   : r->status < 500                      ? ERR_BAD_INPUT
                                                          : ERR_IO;
    return fail(a, kind, "%.*s answered %d%s%.*s", STR(where), r->status, line.n ? ": " : "",
                STR(line));
}
