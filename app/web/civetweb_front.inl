// The inside of civetweb that web/serve.c needs, and its TLS over mbedtls 3.6; compiled at the end of civetweb.c.
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/pk.h>
#include <mbedtls/ssl_ciphersuites.h>
#include <mbedtls/ssl_ticket.h>
#include <mbedtls/x509_crt.h>
#include <sys/mman.h>

#include "kit/tls.h"
#include "web/front.h"

enum { HANDSHAKE_MS = 10000, LOOK_MS = 1000, TICKET_SECONDS = 86400 };

struct TlsEnd {
    int users; // connections, and the shop itself; under its lock
    mbedtls_ssl_config conf;
    mbedtls_x509_crt cert;
    mbedtls_pk_context key;
    mbedtls_ctr_drbg_context random;
    mbedtls_entropy_context entropy;
    mbedtls_ssl_ticket_context tickets;
};

enum { FRONT_PAGE = 4096, FRONT_LARGE = 16 * FRONT_PAGE };

// What civetweb calls calloc (app.mk gives it this name). It reserves 1.5 MB for connections that most sites never have
// at once: whole pages of a large piece are dropped, and what comes in their place, when it is touched, is zero.
#undef calloc
void *front_reserve(size_t count, size_t size)
{
    if (size && count > PTRDIFF_MAX / size) return NULL;
    size_t n = count * size;
    char *p = mg_malloc(n);
    if (!p || n < FRONT_LARGE) return p ? memset(p, 0, n) : NULL;
    char *from = p + (-(uintptr_t)p & (FRONT_PAGE - 1)), *to = p + n - ((uintptr_t)(p + n) & (FRONT_PAGE - 1));
    if (madvise(from, (size_t)(to - from), MADV_DONTNEED) < 0) return memset(p, 0, n);
    memset(p, 0, (size_t)(from - p));
    memset(to, 0, (size_t)(p + n - to));
    return p;
}

static long long front_now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void tls_end_free(TlsEnd *e)
{
    mbedtls_ssl_ticket_free(&e->tickets);
    mbedtls_ssl_config_free(&e->conf);
    mbedtls_pk_free(&e->key);
    mbedtls_x509_crt_free(&e->cert);
    mbedtls_ctr_drbg_free(&e->random);
    mbedtls_entropy_free(&e->entropy);
    mg_free(e);
}

static void tls_settings(mbedtls_ssl_config *conf)
{
    // mbedtls computes ChaCha20-Poly1305 half as fast again as AES-GCM, also where the processor helps with AES.
    static const int suites[] = {MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256,
                                 MBEDTLS_TLS1_3_AES_128_GCM_SHA256,
                                 MBEDTLS_TLS1_3_AES_256_GCM_SHA384,
                                 MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
                                 MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
                                 MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                                 MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
                                 MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
                                 MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
                                 0};
    static const uint16_t groups[] = {MBEDTLS_SSL_IANA_TLS_GROUP_X25519,
                                      MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1,
                                      MBEDTLS_SSL_IANA_TLS_GROUP_SECP384R1,
                                      MBEDTLS_SSL_IANA_TLS_GROUP_NONE};
    static const char *alpn[] = {"http/1.1", NULL};
    mbedtls_ssl_conf_min_tls_version(conf, MBEDTLS_SSL_VERSION_TLS1_2);
    mbedtls_ssl_conf_ciphersuites(conf, suites);
    mbedtls_ssl_conf_preference_order(conf, MBEDTLS_SSL_SRV_CIPHERSUITE_ORDER_SERVER);
    mbedtls_ssl_conf_groups(conf, groups);
    mbedtls_ssl_conf_alpn_protocols(conf, alpn);
    mbedtls_ssl_conf_authmode(conf, MBEDTLS_SSL_VERIFY_NONE);
    mbedtls_ssl_conf_tls13_key_exchange_modes(conf, MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL |
                                                        MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_PSK_EPHEMERAL);
}

static int tls_end_fill(TlsEnd *e, const char *cert, const char *key)
{
    int rc = mbedtls_ctr_drbg_seed(&e->random, mbedtls_entropy_func, &e->entropy,
                                   (const unsigned char *)"tresor", 6);
    if (!rc) rc = mbedtls_x509_crt_parse_file(&e->cert, cert);
    if (!rc) rc = mbedtls_pk_parse_keyfile(&e->key, key, NULL, mbedtls_ctr_drbg_random, &e->random);
    if (!rc) rc = mbedtls_pk_check_pair(&e->cert.pk, &e->key, mbedtls_ctr_drbg_random, &e->random);
    if (!rc)
        rc = mbedtls_ssl_config_defaults(&e->conf, MBEDTLS_SSL_IS_SERVER, MBEDTLS_SSL_TRANSPORT_STREAM,
                                         MBEDTLS_SSL_PRESET_DEFAULT);
    if (rc) return rc;
    mbedtls_ssl_conf_rng(&e->conf, mbedtls_ctr_drbg_random, &e->random);
    tls_settings(&e->conf);
    rc = mbedtls_ssl_ticket_setup(&e->tickets, mbedtls_ctr_drbg_random, &e->random,
                                  MBEDTLS_CIPHER_AES_256_GCM, TICKET_SECONDS);
    if (rc) return rc;
    mbedtls_ssl_conf_session_tickets_cb(&e->conf, mbedtls_ssl_ticket_write, mbedtls_ssl_ticket_parse,
                                        &e->tickets);
    mbedtls_ssl_conf_new_session_tickets(&e->conf, 1);
    return mbedtls_ssl_conf_own_cert(&e->conf, &e->cert, &e->key);
}

static TlsEnd *tls_end_make(const char *cert, const char *key)
{
    TlsEnd *e = (TlsEnd *)mg_calloc(1, sizeof *e);
    if (!e) return NULL;
    e->users = 1;
    mbedtls_entropy_init(&e->entropy);
    mbedtls_ctr_drbg_init(&e->random);
    mbedtls_ssl_config_init(&e->conf);
    mbedtls_pk_init(&e->key);
    mbedtls_x509_crt_init(&e->cert);
    mbedtls_ssl_ticket_init(&e->tickets);
    if (!tls_end_fill(e, cert, key)) return e;
    tls_end_free(e);
    return NULL;
}

static int same_moment(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

// Have the files changed since they were read? Looked at once a second at most. Under the lock.
static int tls_files_changed(TlsShop *s)
{
    struct stat cert, key;
    long long now = front_now_ms();
    if (s->now && now - s->looked < LOOK_MS) return 0;
    s->looked = now;
    if (stat(s->cert, &cert) || stat(s->key, &key)) return 0;
    if (same_moment(cert.st_mtim, s->cert_at) && same_moment(key.st_mtim, s->key_at)) return 0;
    s->cert_at = cert.st_mtim;
    s->key_at = key.st_mtim;
    return 1;
}

static void tls_end_leave(TlsShop *s, TlsEnd *e)
{
    pthread_mutex_lock(&s->lock);
    int last = --e->users == 0;
    pthread_mutex_unlock(&s->lock);
    if (last) tls_end_free(e);
}

// A new certificate that does not fit its key (one of the two files may be halfway) leaves the old one in place.
static TlsEnd *tls_end_take(TlsShop *s)
{
    TlsEnd *old = NULL, *e;
    pthread_mutex_lock(&s->lock);
    if (tls_files_changed(s)) {
        TlsEnd *fresh = tls_end_make(s->cert, s->key);
        if (fresh) {
            old = s->now;
            s->now = fresh;
            s->reloads++;
        } else {
            s->failures++;
            s->cert_at = (struct timespec){0, 0}; // look again
        }
    }
    e = s->now;
    e->users++;
    pthread_mutex_unlock(&s->lock);
    if (old) tls_end_leave(s, old);
    return e;
}

static int mbed_sslctx_init(SSL_CTX *s, const char *cert, const char *key)
{
    if (!cert || !key || strlen(cert) >= sizeof s->cert || strlen(key) >= sizeof s->key) return -1;
    if (!tls_start() || pthread_mutex_init(&s->lock, NULL)) return -1;
    memcpy(s->cert, cert, strlen(cert) + 1);
    memcpy(s->key, key, strlen(key) + 1);
    (void)tls_files_changed(s);
    s->now = tls_end_make(cert, key);
    return s->now ? 0 : -1;
}

static void mbed_sslctx_uninit(SSL_CTX *s)
{
    if (s->now) tls_end_leave(s, s->now);
    s->now = NULL;
    pthread_mutex_destroy(&s->lock);
}

// Sleeps between the messages, so that a silent peer costs nothing, and for ten seconds at most.
static int tls_handshake(mbedtls_ssl_context *ssl, int sock, struct mg_context *ctx)
{
    long long end = front_now_ms() + HANDSHAKE_MS, left;
    int rc;
    while ((rc = mbedtls_ssl_handshake(ssl)) != 0) {
        struct pollfd p = {sock, (short)(rc == MBEDTLS_ERR_SSL_WANT_WRITE ? POLLOUT : POLLIN), 0};
        if (rc != MBEDTLS_ERR_SSL_WANT_READ && rc != MBEDTLS_ERR_SSL_WANT_WRITE) return -1;
        left = end - front_now_ms();
        if (left <= 0 || !STOP_FLAG_IS_ZERO(&ctx->stop_flag)) return -1;
        poll(&p, 1, left > 500 ? 500 : (int)left);
    }
    return 0;
}

static int mbed_ssl_accept(mbedtls_ssl_context **out, SSL_CTX *s, int *sock, struct mg_context *ctx)
{
    mbedtls_ssl_context *ssl = (mbedtls_ssl_context *)mg_calloc(1, sizeof *ssl);
    *out = NULL;
    if (!ssl) return -1;
    TlsEnd *e = tls_end_take(s);
    mbedtls_ssl_init(ssl);
    int rc = mbedtls_ssl_setup(ssl, &e->conf);
    if (!rc) {
        mbedtls_ssl_set_user_data_p(ssl, s);
        mbedtls_ssl_set_bio(ssl, sock, mbedtls_net_send, mbedtls_net_recv, NULL);
        rc = tls_handshake(ssl, *sock, ctx);
    }
    if (!rc) {
        *out = ssl;
        return 0;
    }
    mbedtls_ssl_free(ssl);
    mg_free(ssl);
    tls_end_leave(s, e);
    return -1;
}

static void mbed_ssl_close(mbedtls_ssl_context *ssl)
{
    TlsShop *s = (TlsShop *)mbedtls_ssl_get_user_data_p(ssl);
    const mbedtls_ssl_config *conf = mbedtls_ssl_context_get_config(ssl);
    TlsEnd *e = (TlsEnd *)((char *)conf - offsetof(TlsEnd, conf));
    mbedtls_ssl_close_notify(ssl);
    mbedtls_ssl_free(ssl);
    mg_free(ssl);
    tls_end_leave(s, e);
}

static int mbed_ssl_read(mbedtls_ssl_context *ssl, unsigned char *buf, int len)
{
    return mbedtls_ssl_read(ssl, buf, (size_t)len);
}

static int mbed_ssl_write(mbedtls_ssl_context *ssl, const unsigned char *buf, int len)
{
    return mbedtls_ssl_write(ssl, buf, (size_t)len);
}

int front_socket(const struct mg_connection *c)
{
    return c->client.sock;
}

int front_is_tls(const struct mg_connection *c)
{
    return c->client.is_ssl;
}

int front_head_is_full(const struct mg_connection *c)
{
    return c->data_len >= c->buf_size;
}

static void tls_counts(TlsShop *s, int *reloads, int *failures)
{
    *reloads = *failures = 0;
    if (!s) return;
    pthread_mutex_lock(&s->lock);
    *reloads = s->reloads;
    *failures = s->failures;
    pthread_mutex_unlock(&s->lock);
}

void front_tls_reloads(const struct mg_connection *c, int *reloads, int *failures)
{
    tls_counts(c->phys_ctx->dd.ssl_ctx, reloads, failures);
}

void front_tls_look(struct mg_context *ctx, int *reloads, int *failures)
{
    TlsShop *s = ctx->dd.ssl_ctx;
    if (s) {
        pthread_mutex_lock(&s->lock);
        s->looked = front_now_ms() - LOOK_MS;
        pthread_mutex_unlock(&s->lock);
        tls_end_leave(s, tls_end_take(s));
    }
    tls_counts(s, reloads, failures);
}

// consumed_content counts every byte after the head that was taken, framing included.
long front_read(struct mg_connection *c, char *into, long room, int timeout_ms)
{
    long buffered = (long)(c->data_len - c->request_len - c->consumed_content);
    if (room > INT_MAX) room = INT_MAX;
    if (buffered > 0) {
        if (room > buffered) room = buffered;
        memcpy(into, c->buf + c->request_len + c->consumed_content, (size_t)room);
        c->consumed_content += room;
        return room;
    }
    long long end = front_now_ms() + timeout_ms, left = timeout_ms;
    int n = -1;
    // -1 is "nothing yet", which TLS also says for a record that is not whole.
    while (n == -1 && left > 0) {
        n = pull_inner(NULL, c, into, (int)room, (double)left / 1000.0);
        left = end - front_now_ms();
    }
    if (n > 0) c->consumed_content += n;
    return n > 0 ? n : n == -1 ? -1 : 0;
}

void front_body_over(struct mg_connection *c)
{
    c->content_len = c->consumed_content;
    if (c->is_chunked) c->is_chunked = 4; // civetweb's word for "read to the end"
}

int front_listening(const struct mg_context *ctx, int is_tls)
{
    for (unsigned i = 0; i < ctx->num_listening_sockets; i++)
        if (!ctx->listening_sockets[i].is_ssl == !is_tls) return ctx->listening_sockets[i].sock;
    return -1;
}

// The number stays, what is behind it changes: the thread that accepts sees it at its next look.
int front_listen_on(struct mg_context *ctx, int is_tls, int fd)
{
    int own = front_listening(ctx, is_tls);
    if (own < 0) return -1;
    set_non_blocking_mode(fd);
    return dup3(fd, own, O_CLOEXEC);
}
