// A pinned certificate counts whoever signed it; a pinned authority counts for all that it signed, under their names.
#include <unistd.h>

#include "base/encode.h"
#include "kit/crypto.h"
#include "kit/http_trust.h"
#include <mbedtls/ssl.h>

bool http_pin_set(HttpPin *p, Str hex)
{
    Arena a = {0};
    Str bytes = {0};
    bool good = hex_decode(&a, hex, &bytes) && bytes.n == SHA256_BYTES;
    if (good) memcpy(p->sha256, bytes.s, SHA256_BYTES);
    p->is_set = good;
    arena_free(&a);
    return good;
}

// mbedtls asks from the top of the chain down to the server's own certificate (depth 0) and adds up the flags, so
// judgement is kept back until the last one.
static int on_certificate(void *who, mbedtls_x509_crt *c, int depth, u32 *flags)
{
    HttpPin *p = who;
    u8 hash[SHA256_BYTES];
    Sha256 h;
    sha256_start(&h);
    sha256_add(&h, (Str){(const char *)c->raw.p, (isize)c->raw.len});
    sha256_end(&h, hash);
    bool here =
        crypto_equal((Str){(char *)hash, SHA256_BYTES}, (Str){(char *)p->sha256, SHA256_BYTES});
    if (here) { // what stands above, and who signed this one, no longer matters
        p->seen = true;
        p->flags = *flags & ~(u32)MBEDTLS_X509_BADCERT_NOT_TRUSTED;
    } else {
        p->flags |= *flags;
    }
    *flags = 0;
    if (depth) return 0;
    if (here)
        *flags =
            0; // exactly this certificate was asked for: neither its name nor its dates add to that
    else
        *flags = p->flags | (p->seen ? 0 : (u32)MBEDTLS_X509_BADCERT_NOT_TRUSTED);
    p->seen = false;
    p->flags = 0;
    return 0;
}

CURLcode http_pin_install(CURL *curl, void *ssl_config, void *pin)
{
    (void)curl;
    HttpPin *p = pin;
    p->seen = false;
    p->flags = 0;
    mbedtls_ssl_conf_verify(ssl_config, on_certificate, pin);
    return CURLE_OK;
}

Str http_machine_authorities(Arena *a)
{
    static const char *const usual[] = {
        "/etc/ssl/certs/ca-certificates.crt", // Debian, Ubuntu, Arch, Alpine
        "/etc/pki/tls/certs/ca-bundle.crt",   // Fedora, RHEL
        "/etc/ssl/ca-bundle.pem",             // SUSE
        "/etc/ssl/cert.pem",
    };
    const char *named = getenv("SSL_CERT_FILE");
    if (named && *named) return str_copy(a, str_from(named));
    for (isize i = 0; i < COUNT(usual); i++)
        if (access(usual[i], R_OK) == 0) return str_from(usual[i]);
    return (Str){0};
}
