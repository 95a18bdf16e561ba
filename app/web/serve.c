// civetweb carries the bytes; everything it would decide by itself is decided by guard, dispatch and answer_send.
#include "web/serve.h"

#include <arpa/inet.h>
#include <civetweb.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

#include "os/clock.h"
#include "os/file.h"
#include "web/answer_send.h"
#include "web/asset_web.h"
#include "web/chunked.h"
#include "web/dispatch.h"
#include "web/event.h"
#include "web/front.h"

enum {
    THREADS_USUAL = 512,
    HEAD_MS = 10000,       // a request's head has come by then
    IDLE_MS = 15000,       // between two requests of one connection
    BODY_MS = 15000,       // without a byte of a body
    SLOW_SECONDS = 30,     // then a body must have come with
    SLOW_BYTES = 512,      // this many bytes a second
    DRAIN_SECONDS = 5,     // for running requests, at the stop
    HEAD_BYTES = 16 * 1024 // longest head
};

struct Serving {
    Server *server;
    Router router;
    struct mg_context *mg;
    bool https; // plain connections are sent there
    int threads;
    i64 dead_peer;
    pthread_mutex_t starting; // held until the origin is known; visitors may come before that
    pthread_mutex_t lock;
    pthread_cond_t finished;
    int running;                  // requests being answered; under the lock
    bool stopping;                // under the lock
    atomic_int open;              // connections
    atomic_int reloads, failures; // of certificates, as last told
};

// One connection; its request's memory goes when the answer is sent.
typedef struct Visit {
    Arena own, request;
    Serving *serving;
    struct mg_connection *mg;
    Head head;
    Chunks chunks;
    i64 body_left;
    i64 body_began, body_bytes; // for the least speed
} Visit;

static bool wire_write(void *self, Str bytes)
{
    Visit *v = self;
    while (bytes.n > 0) {
        isize n = bytes.n < (1 << 30) ? bytes.n : 1 << 30;
        if (mg_write(v->mg, bytes.s, (size_t)n) != n) return false;
        bytes = str_skip(bytes, n);
    }
    return true;
}

static bool is_too_slow(Visit *v)
{
    i64 now = clock_monotonic();
    if (!v->body_began) v->body_began = now;
    i64 seconds = (now - v->body_began) / SECONDS(1);
    return seconds > SLOW_SECONDS && v->body_bytes / seconds < SLOW_BYTES;
}

static isize raw_read(void *self, char *into, isize room)
{
    Visit *v = self;
    if (is_too_slow(v)) return -1;
    isize n = front_read(v->mg, into, room, BODY_MS);
    if (n > 0) v->body_bytes += n;
    return n;
}

static isize wire_read(void *self, char *into, isize room)
{
    Visit *v = self;
    isize n = 0;
    if (v->head.chunked) {
        n = chunks_read(&v->chunks, (ChunkSource){v, raw_read}, into, room);
        if (!n) front_body_over(v->mg);
        return n;
    }
    if (!v->body_left) return 0;
    n = raw_read(v, into, room < v->body_left ? room : (isize)v->body_left);
    if (n <= 0) return -1;
    v->body_left -= n;
    if (!v->body_left) front_body_over(v->mg);
    return n;
}

// Straight from the file to the socket; a reader who takes nothing for ten seconds is given up.
static bool wire_send_file(void *self, int fd, i64 from, i64 n)
{
    Visit *v = self;
    int out = front_socket(v->mg);
    off_t at = from;
    while (n > 0) {
        ssize_t sent = sendfile(out, fd, &at, n < (1 << 30) ? (size_t)n : 1 << 30);
        if (sent > 0) n -= sent;
        if (sent > 0) continue;
        struct pollfd p = {out, POLLOUT, 0};
        if (!sent || (errno != EAGAIN && errno != EINTR) || poll(&p, 1, HEAD_MS) <= 0) return false;
    }
    return true;
}

static void begin_running(Serving *s, Exchange *x)
{
    pthread_mutex_lock(&s->lock);
    s->running++;
    // When threads run short, nobody keeps one for the next request.
    x->close = s->stopping || atomic_load(&s->open) > s->threads / 8 * 7;
    pthread_mutex_unlock(&s->lock);
}

static void end_running(Serving *s)
{
    pthread_mutex_lock(&s->lock);
    if (!--s->running) pthread_cond_broadcast(&s->finished);
    pthread_mutex_unlock(&s->lock);
}

static void answer_request(Visit *v)
{
    Serving *s = v->serving;
    Wire wire = {v, wire_write, wire_read, front_is_tls(v->mg) ? NULL : wire_send_file,
                 front_socket(v->mg)};
    Exchange x = {.wire = &wire, .head = &v->head, .watching_max = s->threads / 4 * 3};
    const struct mg_request_info *info = mg_get_request_info(v->mg);
    Req q = {.a = &v->request,
             .server = s->server,
             .now = clock_now(),
             .address = str_from(info->remote_addr),
             .conn = &x};
    v->body_left = v->head.length > 0 ? v->head.length : 0;
    v->body_began = v->body_bytes = 0;
    v->chunks = (Chunks){0};
    begin_running(s, &x);
    dispatch(&s->router, &q);
    bool sent = x.begun ? !x.gone : answer_send(&q);
    end_running(s);
    if (!sent || x.close || (x.begun && !x.ended)) mg_disable_connection_keep_alive(v->mg);
}

static void send_to_https(Visit *v)
{
    Str origin = v->serving->server->origin;
    Str head =
        arena_fmt(&v->request,
                  "HTTP/1.1 308 Permanent Redirect\r\nDate: %.*s\r\nLocation: %.*s%.*s%s%.*s\r\n"
                  "Content-Length: 0\r\nConnection: close\r\n\r\n",
                  STR(time_http(&v->request, clock_now())), STR(origin), STR(v->head.path),
                  v->head.query.n ? "?" : "", STR(v->head.query));
    wire_write(v, head);
    mg_disable_connection_keep_alive(v->mg);
}

static int on_request(struct mg_connection *mg)
{
    Visit *v = mg_get_user_connection_data(mg);
    v->mg = mg;
    if (v->serving->https && !front_is_tls(mg))
        send_to_https(v);
    else
        answer_request(v);
    arena_free(&v->request);
    return 200; // answered; civetweb keeps the number for a log that we do not use
}

static void refuse(Visit *v, int status, const char *why)
{
    wire_write(v, answer_refusal(&v->request, clock_now(), status, why, front_is_tls(v->mg)));
    mg_disable_connection_keep_alive(v->mg);
    arena_free(&v->request);
}

static int on_head(struct mg_connection *mg, const char *head, int n)
{
    Visit *v = mg_get_user_connection_data(mg);
    v->mg = mg;
    const char *why;
    int status = guard_head(&v->request, arena_str(&v->request, head, n), &v->head, &why);
    if (status) refuse(v, status, why);
    return !status;
}

// What civetweb refuses before there is a whole head.
static int on_error(struct mg_connection *mg, int status, const char *reason)
{
    Visit *v = mg_get_user_connection_data(mg);
    bool full = front_head_is_full(mg);
    (void)reason;
    v->mg = mg;
    refuse(v, full ? 431 : status,
           full ? "The head of the request is longer than this server reads."
                : "The request is malformed, or did not come in time.");
    return 0;
}

static void tell_reloads(Serving *s, int reloads, int failures)
{
    if (atomic_exchange(&s->reloads, reloads) < reloads)
        log_line(s->server->log, clock_now(), LOG_INFO, "web", "the new certificate is in use");
    if (!atomic_exchange(&s->failures, failures) && failures)
        log_line(s->server->log, clock_now(), LOG_ERROR, "web",
                 "the changed certificate does not fit its key; the old one stays in use");
}

// A visitor whose machine or cable went away without a word is noticed: while there is something to send by the
// missing acknowledgements, else by probes. Without it a long wait would be kept for nobody.
static void peer_watch(int fd, i64 dead_peer)
{
    int yes = 1, ms = (int)(dead_peer / 1000), seconds = (int)(dead_peer / SECONDS(1) / 4),
        tries = 3;
    if (seconds < 1) seconds = 1;
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &seconds, sizeof seconds);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &seconds, sizeof seconds);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &tries, sizeof tries);
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof ms);
}

static int on_connection(const struct mg_connection *mg, void **out)
{
    Serving *s = mg_get_user_data(mg_get_context(mg));
    Arena own = {0};
    pthread_mutex_lock(&s->starting);
    pthread_mutex_unlock(&s->starting);
    Visit *v = make(&own, Visit, 1);
    v->own = own;
    v->serving = s;
    *out = v;
    atomic_fetch_add(&s->open, 1);
    peer_watch(front_socket(mg), s->dead_peer);
    int reloads, failures;
    front_tls_reloads(mg, &reloads, &failures);
    if (front_is_tls(mg)) tell_reloads(s, reloads, failures);
    return 0;
}

static void on_close(const struct mg_connection *mg)
{
    Visit *v = mg_get_user_connection_data(mg);
    if (!v) return; // closed before it was one: the handshake failed
    atomic_fetch_sub(&v->serving->open, 1);
    arena_free(&v->request);
    Arena own = v->own;
    arena_free(&own);
}

static int on_log(const struct mg_connection *mg, const char *line)
{
    const struct mg_context *context = mg ? mg_get_context(mg) : NULL;
    Serving *s = context ? mg_get_user_data(context) : NULL;
    if (s) log_line(s->server->log, clock_now(), LOG_DEBUG, "web", "%s", line);
    return 1;
}

static fallible check_files(Arena *a, const Listen *l)
{
    if (!l->https.n) return NULL;
    if (!file_exists(a, l->cert))
        return fail(a, ERR_BAD_INPUT, "the certificate %.*s is missing", STR(l->cert));
    if (!file_exists(a, l->key))
        return fail(a, ERR_BAD_INPUT, "the key %.*s is missing", STR(l->key));
    return NULL;
}

static Str ports_text(Arena *a, const Listen *l)
{
    return arena_fmt(a, "%.*s%s%s%.*s", STR(l->https), l->https.n ? "s" : "",
                     l->https.n && l->http.n ? "," : "", STR(l->http));
}

static fallible start_civetweb(Arena *a, Serving *s, const Listen *l)
{
    char *cert = cstr(a, l->cert), *key = cstr(a, l->key);
    const char *options[] = {"listening_ports",
                             cstr(a, ports_text(a, l)),
                             "num_threads",
                             cstr(a, arena_fmt(a, "%d", s->threads)),
                             "request_timeout_ms",
                             cstr(a, arena_fmt(a, "%d", HEAD_MS)),
                             "keep_alive_timeout_ms",
                             cstr(a, arena_fmt(a, "%d", IDLE_MS)),
                             "max_request_size",
                             cstr(a, arena_fmt(a, "%d", HEAD_BYTES)),
                             "enable_keep_alive",
                             "yes",
                             "tcp_nodelay",
                             "1",
                             "decode_url",
                             "no",
                             "enable_directory_listing",
                             "no",
                             "connection_queue",
                             "256",
                             "listen_backlog",
                             "1024",
                             l->https.n ? "ssl_certificate_chain" : NULL,
                             cert,
                             "ssl_certificate",
                             key,
                             NULL};
    struct mg_callbacks callbacks = {.begin_request = on_request,
                                     .read_head = on_head,
                                     .http_error = on_error,
                                     .init_connection = on_connection,
                                     .connection_close = on_close,
                                     .log_message = on_log};
    struct mg_init_data init = {
        .callbacks = &callbacks, .user_data = s, .configuration_options = options};
    char said[300] = "";
    struct mg_error_data error = {.text = said, .text_buffer_size = sizeof said};
    s->mg = mg_start2(&init, &error);
    if (s->mg) return NULL;
    return fail(a, ERR_IO, "cannot listen on %.*s: %s", STR(ports_text(a, l)),
                said[0] ? said : "unknown reason");
}

// A socket that was handed over takes the place of the one that civetweb opened for itself.
static fallible take_sockets(Arena *a, const Serving *s, const Listen *l)
{
    if ((l->https_fd >= 0 && front_listen_on(s->mg, 1, l->https_fd) < 0) ||
        (l->http_fd >= 0 && front_listen_on(s->mg, 0, l->http_fd) < 0))
        return fail(a, ERR_IO, "cannot listen on the socket that was passed: %m");
    return NULL;
}

// A socket of IPv6 takes both families unless it was told not to.
static bool takes_v4(int fd)
{
    int only = 0;
    socklen_t n = sizeof only;
    return !getsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, &n) && !only;
}

static fallible address_find(Arena *a, const Serving *s, struct sockaddr_storage *at, int *port)
{
    socklen_t n = sizeof *at;
    int fd = front_listening(s->mg, s->https);
    if (fd < 0 || getsockname(fd, (struct sockaddr *)at, &n))
        return fail(a, ERR_BUG, "the server listens nowhere");
    // The port lies at the same place in both families.
    *port = ntohs(((const struct sockaddr_in *)at)->sin_port);
    return NULL;
}

fallible serve_here(Arena *a, const Serving *s, Str *url)
{
    struct sockaddr_storage at = {0};
    char text[INET6_ADDRSTRLEN] = "";
    int port;
    TRY(address_find(a, s, &at, &port));
    bool v6 = at.ss_family == AF_INET6;
    const struct in_addr *four = &((const struct sockaddr_in *)&at)->sin_addr;
    struct in6_addr *six = &((struct sockaddr_in6 *)&at)->sin6_addr; // musl's macro wants no const
    bool any = v6 ? IN6_IS_ADDR_UNSPECIFIED(six) : four->s_addr == INADDR_ANY;
    inet_ntop(at.ss_family, v6 ? (const void *)six : four, text, sizeof text);
    if (any && v6) v6 = !takes_v4(front_listening(s->mg, s->https));
    if (any) snprintf(text, sizeof text, "%s", v6 ? "::1" : "127.0.0.1");
    *url = arena_fmt(a, "%s://%s%s%s:%d", s->https ? "https" : "http", v6 ? "[" : "", text,
                     v6 ? "]" : "", port);
    return NULL;
}

// The rooms' rows and our own: the embedded files belong to every role.
static fallible router_make_all(Arena *a, const RouteList *rooms, isize n, Router *out)
{
    RouteList *all = make(a, RouteList, n + 1);
    bool listed = false;
    for (isize i = 0; i < n; i++) {
        all[i] = rooms[i];
        listed = listed || rooms[i].v == asset_routes.v;
    }
    all[n] = asset_routes;
    return router_make(a, all, listed ? n : n + 1, out);
}

static fallible listen_start(Arena *a, Serving *s, const Listen *l, int *port)
{
    Server *server = s->server;
    struct sockaddr_storage at = {0};
    TRY(start_civetweb(a, s, l));
    TRY(take_sockets(a, s, l));
    TRY(address_find(a, s, &at, port));
    bool v6 = str_find_byte(l->name, ':') >= 0;
    bool usual =
        *port == (s->https ? 443 : 80); // browsers leave it out of what they call the origin
    if (!server->origin.n)
        server->origin =
            arena_fmt(a, "%s://%s%.*s%s%.*s", s->https ? "https" : "http", v6 ? "[" : "",
                      STR(l->name), v6 ? "]" : "", STR(usual ? S("") : arena_fmt(a, ":%d", *port)));
    return NULL;
}

fallible serve_start(Arena *a, Server *server, Listen l, const RouteList *rooms, isize rooms_n,
                     Serving **out, int *port)
{
    Serving *s = make(a, Serving, 1);
    s->server = server;
    if (l.https_fd >= 0) l.https = S("127.0.0.1:0");
    if (l.http_fd >= 0) l.http = S("127.0.0.1:0");
    s->https = l.https.n > 0;
    s->dead_peer = l.dead_peer > 0 ? l.dead_peer : MINUTES(1);
    s->threads = l.threads > 0 ? l.threads : THREADS_USUAL;
    must(!pthread_mutex_init(&s->starting, NULL) && !pthread_mutex_init(&s->lock, NULL) &&
         !pthread_cond_init(&s->finished, NULL));
    TRY(router_make_all(a, rooms, rooms_n, &s->router));
    TRY(check_files(a, &l));
    signal(SIGPIPE, SIG_IGN); // a visitor who went away is an error of one write
    mg_init_library(0);
    *out = s;
    pthread_mutex_lock(&s->starting);
    Err *e = listen_start(a, s, &l, port);
    pthread_mutex_unlock(&s->starting);
    return e;
}

fallible serve_reload(Arena *a, Serving *s)
{
    int reloads, failures, before = atomic_load(&s->failures);
    front_tls_look(s->mg, &reloads, &failures);
    tell_reloads(s, reloads, failures);
    return failures > before
               ? fail(a, ERR_BAD_INPUT,
                      "the certificate's files cannot be used; the old one stays in use")
               : NULL;
}

void serve_stop(Serving *s)
{
    if (!s || !s->mg) return;
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += DRAIN_SECONDS;
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    events_stop(s->server->events);
    while (s->running && !pthread_cond_timedwait(&s->finished, &s->lock, &until)) {}
    pthread_mutex_unlock(&s->lock);
    mg_stop(s->mg);
    mg_exit_library();
    s->mg = NULL;
}
