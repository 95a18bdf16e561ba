// The TLS end of civetweb: what its own file knows of mbedtls; the bodies are in civetweb_front.inl.
//
// It replaces civetweb's mod_mbedtls.inl, whose handshake spins for ever on a silent connection and which knows
// neither tickets nor a changed certificate.
#include <mbedtls/ssl.h>
#include <mbedtls/version.h>

struct mg_context;

// One certificate with its settings and ticket keys; connections keep theirs when a newer one takes its place.
typedef struct TlsEnd TlsEnd;
typedef struct TlsShop {
    pthread_mutex_t lock;
    TlsEnd *now;
    char cert[4096], key[4096];  // PEM files
    struct timespec cert_at, key_at; // when they were changed, as last seen
    long long looked;            // monotonic milliseconds of the last look
    int reloads, failures;       // since the start
} TlsShop;
typedef mbedtls_ssl_context SSL;
typedef TlsShop SSL_CTX;

static int mbed_sslctx_init(SSL_CTX *, const char *cert, const char *key);
static void mbed_sslctx_uninit(SSL_CTX *);
static int mbed_ssl_accept(mbedtls_ssl_context **, SSL_CTX *, int *sock, struct mg_context *);
static void mbed_ssl_close(mbedtls_ssl_context *);
static int mbed_ssl_read(mbedtls_ssl_context *, unsigned char *buf, int len);
static int mbed_ssl_write(mbedtls_ssl_context *, const unsigned char *buf, int len);
