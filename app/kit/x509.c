// Certificates are written and read by mbedtls; its randomness is the kernel's.
#include <arpa/inet.h>

#include "base/encode.h"
#include "kit/crypto.h"
#include "kit/x509.h"
#include "os/random.h"
#include <mbedtls/ecp.h>
#include <mbedtls/error.h>
#include <mbedtls/oid.h>
#include <mbedtls/pk.h>
#include <mbedtls/x509_crt.h>

enum { PEM_MAX = 16 * 1024, SERIAL_BYTES = 16, PUBLIC_MAX = 4096 };
#define owned_pk     __attribute__((cleanup(mbedtls_pk_free))) mbedtls_pk_context
#define owned_crt    __attribute__((cleanup(mbedtls_x509_crt_free))) mbedtls_x509_crt
#define owned_writer __attribute__((cleanup(mbedtls_x509write_crt_free))) mbedtls_x509write_cert

static int random_for_mbedtls(void *nothing, unsigned char *out, size_t n)
{
    (void)nothing;
    random_fill(out, (isize)n);
    return 0;
}

static fallible mbed(Arena *a, int code, ErrKind kind, const char *doing)
{
    char why[160];
    if (code >= 0) return NULL;
    mbedtls_strerror(code, why, sizeof why);
    return fail(a, kind, "cannot %s: %s", doing, why);
}

static fallible pem_parse(Arena *a, Str pem, mbedtls_x509_crt *out)
{
    // The ending NUL is part of what mbedtls wants to see.
    int code = mbedtls_x509_crt_parse(out, (const u8 *)cstr(a, pem), (size_t)pem.n + 1);
    if (code > 0) code = MBEDTLS_ERR_X509_INVALID_FORMAT;
    return mbed(a, code, ERR_BAD_INPUT, "read the certificate (is it PEM?)");
}

static fallible key_parse(Arena *a, Str pem, mbedtls_pk_context *out)
{
    int code = mbedtls_pk_parse_key(out, (const u8 *)cstr(a, pem), (size_t)pem.n + 1, NULL, 0,
                                    random_for_mbedtls, NULL);
    return mbed(a, code, ERR_BAD_INPUT, "read the private key (is it PEM, without a passphrase?)");
}

static fallible key_make(Arena *a, mbedtls_pk_context *out)
{
    int code = mbedtls_pk_setup(out, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY));
    if (!code)
        code = mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(*out),
                                   random_for_mbedtls, NULL);
    return mbed(a, code, ERR_BUG, "make a key");
}

static void stamp(Time at, char out[16])
{
    TimeParts p = time_parts(at);
    snprintf(out, 16, "%04u%02u%02u%02u%02u%02u", (unsigned)p.year % 10000, (unsigned)p.month % 100,
             (unsigned)p.day % 100, (unsigned)p.hour % 100, (unsigned)p.minute % 100,
             (unsigned)p.second % 100);
}

// mbedtls reads names as "CN=…,O=…", where a comma, a plus or a backslash would start something else.
static fallible subject_of(Arena *a, Str name, char **out)
{
    if (!name.n || !str_is_utf8(name))
        return fail(a, ERR_BAD_INPUT, "a certificate needs a name that people can read");
    Buf b = {.a = a};
    for (isize i = 0; i < name.n && b.n < 64; i++) {
        char c = name.s[i];
        bool plain = (u8)c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c >= '0' && c <= '9') || strchr(" .-_*:()", c);
        if (!c || !plain)
            return fail(
                a, ERR_BAD_INPUT,
                "the name of a certificate may hold letters, digits, blanks and . - _ : ( ) only");
        buf_byte(&b, c);
    }
    *out = cstr(a, arena_fmt(a, "CN=%.*s,O=Tresor", STR(buf_str(&b))));
    return NULL;
}

// What the certificates of authorities and servers have in common.
static int writer_fill(mbedtls_x509write_cert *w, const char *subject, const char *issuer,
                       Time from, Time until)
{
    char first[16], last[16];
    u8 serial[SERIAL_BYTES];
    random_fill(serial, sizeof serial);
    serial[0] = (u8)((serial[0] & 0x7F) | 0x40); // positive, and of full length
    stamp(from, first);
    stamp(until, last);
    mbedtls_x509write_crt_set_version(w, MBEDTLS_X509_CRT_VERSION_3);
    mbedtls_x509write_crt_set_md_alg(w, MBEDTLS_MD_SHA256);
    int code = mbedtls_x509write_crt_set_serial_raw(w, serial, sizeof serial);
    if (!code) code = mbedtls_x509write_crt_set_subject_name(w, subject);
    if (!code) code = mbedtls_x509write_crt_set_issuer_name(w, issuer);
    if (!code) code = mbedtls_x509write_crt_set_validity(w, first, last);
    if (!code) code = mbedtls_x509write_crt_set_subject_key_identifier(w);
    if (!code) code = mbedtls_x509write_crt_set_authority_key_identifier(w);
    return code;
}

static fallible writer_print(Arena *a, mbedtls_x509write_cert *w, mbedtls_pk_context *key,
                             X509Pair *out)
{
    u8 *pem = make(a, u8, PEM_MAX);
    TRY(mbed(a, mbedtls_x509write_crt_pem(w, pem, PEM_MAX, random_for_mbedtls, NULL), ERR_BUG,
             "write a certificate"));
    out->certificate = str_copy(a, str_from((char *)pem));
    TRY(mbed(a, mbedtls_pk_write_key_pem(key, pem, PEM_MAX), ERR_BUG, "write a key"));
    out->key = str_copy(a, str_from((char *)pem));
    return NULL;
}

fallible x509_authority_make(Arena *a, Str name, Time now, X509Pair *out)
{
    char *subject;
    TRY(subject_of(a, name, &subject));
    owned_pk key;
    owned_writer w;
    mbedtls_pk_init(&key);
    mbedtls_x509write_crt_init(&w);
    TRY(key_make(a, &key));
    mbedtls_x509write_crt_set_subject_key(&w, &key);
    mbedtls_x509write_crt_set_issuer_key(&w, &key);
    int code = writer_fill(&w, subject, subject, now - DAYS(1), now + DAYS(X509_AUTHORITY_DAYS));
    if (!code) code = mbedtls_x509write_crt_set_basic_constraints(&w, 1, 0);
    if (!code)
        code = mbedtls_x509write_crt_set_key_usage(&w, MBEDTLS_X509_KU_KEY_CERT_SIGN |
                                                           MBEDTLS_X509_KU_CRL_SIGN);
    TRY(mbed(a, code, ERR_BUG, "describe an authority"));
    return writer_print(a, &w, &key, out);
}

static bool is_host_name(Str name)
{
    if (str_starts(name, S("*."))) name = str_skip(name, 2);
    Str label;
    if (!name.n || name.n > 253 || name.s[name.n - 1] == '.') return false;
    while (str_next(&name, '.', &label)) {
        if (!label.n || label.n > 63 || label.s[0] == '-' || label.s[label.n - 1] == '-')
            return false;
        for (isize i = 0; i < label.n; i++) {
            char c = label.s[i];
            bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         (c >= '0' && c <= '9') || c == '-' || c == '_';
            if (!plain) return false;
        }
    }
    return true;
}

static fallible san_fill(Arena *a, Str name, mbedtls_x509_san_list *out)
{
    u8 *address = make(a, u8, 16);
    mbedtls_x509_subject_alternative_name *n = &out->node;
    n->type = MBEDTLS_X509_SAN_IP_ADDRESS;
    n->san.unstructured_name.p = address;
    n->san.unstructured_name.len = 4;
    char *text = cstr(a, name);
    if (inet_pton(AF_INET, text, address) == 1) return NULL;
    n->san.unstructured_name.len = 16;
    if (inet_pton(AF_INET6, text, address) == 1) return NULL;
    if (!is_host_name(name))
        return fail(a, ERR_BAD_INPUT, "%.*s is neither a host name nor an IP address",
                    STR(str_printable(a, name)));
    n->type = MBEDTLS_X509_SAN_DNS_NAME;
    n->san.unstructured_name.p = (u8 *)text;
    n->san.unstructured_name.len = (size_t)name.n;
    return NULL;
}

fallible x509_server_make(Arena *a, const X509Pair *authority, const StrList *names, Time now,
                          X509Pair *out)
{
    if (!names->n) return fail(a, ERR_BAD_INPUT, "a server certificate needs at least one name");
    mbedtls_x509_san_list *san = make(a, mbedtls_x509_san_list, names->n);
    for (isize i = 0; i < names->n; i++) {
        TRY(san_fill(a, names->v[i], &san[i]));
        san[i].next = i ? &san[i - 1] : NULL; // mbedtls writes the list from its end
    }
    owned_pk key, signer;
    owned_crt ca;
    owned_writer w;
    mbedtls_pk_init(&key);
    mbedtls_pk_init(&signer);
    mbedtls_x509_crt_init(&ca);
    mbedtls_x509write_crt_init(&w);
    TRY(pem_parse(a, authority->certificate, &ca));
    TRY(key_parse(a, authority->key, &signer));
    TRY(key_make(a, &key));
    char issuer[512], *subject;
    TRY(subject_of(a, names->v[0], &subject));
    TRY(mbed(a, mbedtls_x509_dn_gets(issuer, sizeof issuer, &ca.subject), ERR_BAD_INPUT,
             "read the authority's name"));
    mbedtls_x509write_crt_set_subject_key(&w, &key);
    mbedtls_x509write_crt_set_issuer_key(&w, &signer);
    u8 oid[] = MBEDTLS_OID_SERVER_AUTH;
    mbedtls_asn1_sequence for_servers = {
        .buf = {.tag = MBEDTLS_ASN1_OID, .len = sizeof oid - 1, .p = oid}
    };
    int code = writer_fill(&w, subject, issuer, now - DAYS(1), now + DAYS(X509_SERVER_DAYS - 1));
    if (!code) code = mbedtls_x509write_crt_set_basic_constraints(&w, 0, -1);
    if (!code) code = mbedtls_x509write_crt_set_key_usage(&w, MBEDTLS_X509_KU_DIGITAL_SIGNATURE);
    if (!code) code = mbedtls_x509write_crt_set_ext_key_usage(&w, &for_servers);
    if (!code) code = mbedtls_x509write_crt_set_subject_alternative_name(&w, &san[names->n - 1]);
    TRY(mbed(a, code, ERR_BUG, "describe a server certificate"));
    TRY(writer_print(a, &w, &key, out));
    out->certificate = arena_fmt(a, "%.*s%.*s", STR(out->certificate), STR(authority->certificate));
    return NULL;
}

static Time time_of(const mbedtls_x509_time *t)
{
    return time_from_parts((TimeParts){.year = t->year,
                                       .month = t->mon,
                                       .day = t->day,
                                       .hour = t->hour,
                                       .minute = t->min,
                                       .second = t->sec});
}

static void names_of(Arena *a, const mbedtls_x509_crt *c, StrList *out)
{
    for (const mbedtls_x509_sequence *s = &c->subject_alt_names; s && s->buf.p; s = s->next) {
        mbedtls_x509_subject_alternative_name n;
        if (mbedtls_x509_parse_subject_alt_name(&s->buf, &n)) continue;
        const mbedtls_x509_buf *raw = &n.san.unstructured_name;
        char text[INET6_ADDRSTRLEN];
        int family = raw->len == 4 ? AF_INET : AF_INET6;
        if (n.type == MBEDTLS_X509_SAN_DNS_NAME)
            str_list_add(a, out, arena_str(a, raw->p, (isize)raw->len));
        else if (n.type == MBEDTLS_X509_SAN_IP_ADDRESS && (raw->len == 4 || raw->len == 16) &&
                 inet_ntop(family, raw->p, text, sizeof text))
            str_list_add(a, out, str_copy(a, str_from(text)));
        mbedtls_x509_free_subject_alt_name(&n);
    }
}

fallible x509_facts(Arena *a, Str pem, X509Facts *out)
{
    owned_crt c;
    char text[512];
    mbedtls_x509_crt_init(&c);
    TRY(pem_parse(a, pem, &c));
    *out = (X509Facts){.from = time_of(&c.valid_from),
                       .until = time_of(&c.valid_to),
                       .authority = mbedtls_x509_crt_get_ca_istrue(&c) == 1};
    TRY(mbed(a, mbedtls_x509_dn_gets(text, sizeof text, &c.subject), ERR_BAD_INPUT,
             "read the subject"));
    out->subject = str_copy(a, str_from(text));
    TRY(mbed(a, mbedtls_x509_dn_gets(text, sizeof text, &c.issuer), ERR_BAD_INPUT,
             "read the issuer"));
    out->issuer = str_copy(a, str_from(text));
    out->fingerprint = sha256_hex(a, (Str){(char *)c.raw.p, (isize)c.raw.len});
    names_of(a, &c, &out->names);
    return NULL;
}

fallible x509_pair_check(Arena *a, const X509Pair *p)
{
    owned_crt c;
    owned_pk key;
    mbedtls_x509_crt_init(&c);
    mbedtls_pk_init(&key);
    TRY(pem_parse(a, p->certificate, &c));
    TRY(key_parse(a, p->key, &key));
    u8 one[PUBLIC_MAX], other[PUBLIC_MAX];
    int n = mbedtls_pk_write_pubkey_der(&c.pk, one, sizeof one),
        m = mbedtls_pk_write_pubkey_der(&key, other, sizeof other);
    // Both are written from the end.
    if (n <= 0 || n != m || memcmp(one + sizeof one - n, other + sizeof other - m, (size_t)n) != 0)
        return fail(a, ERR_BAD_INPUT, "the private key does not belong to the certificate");
    return NULL;
}

bool x509_fingerprint_read(Arena *a, Str text, Str *out)
{
    Buf b = {.a = a};
    Str bytes;
    text = str_lower(a, str_trim(text));
    if (str_starts(text, S("sha256:"))) text = str_skip(text, 7);
    for (isize i = 0; i < text.n; i++)
        if (text.s[i] != ':' && text.s[i] != ' ') buf_byte(&b, text.s[i]);
    if (b.n != 64 || !hex_decode(a, buf_str(&b), &bytes)) return false;
    *out = buf_str(&b);
    return true;
}
