// Hashes and what is built on them: HMAC, one-time codes, signed values.
#include <errno.h>
#include <sodium.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/str.h"
#include "kit/crypto.h"
#include "kit/sha256.h"
#include <mbedtls/md.h>

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(((Sha256 *)0)->state),
               "Sha256 too small");

bool crypto_equal(Str a, Str b)
{
    return a.n == b.n && sodium_memcmp(a.s, b.s, (size_t)a.n) == 0;
}

static const u8 *bytes_of(Str s)
{
    return (const u8 *)(s.n ? s.s : "");
}

// Both ways keep their state in libsodium's struct; `count` is bits there and bytes here.
void sha256_start(Sha256 *h)
{
    crypto_hash_sha256_init((void *)h->state);
}

static void add_fast(crypto_hash_sha256_state *c, const u8 *p, isize n)
{
    isize held = (isize)(c->count % 64);
    c->count += (u64)n;
    if (held) {
        isize room = 64 - held < n ? 64 - held : n;
        memcpy(c->buf + held, p, (size_t)room);
        if (held + room < 64) return;
        sha256_blocks(c->state, c->buf, 1);
        p += room;
        n -= room;
    }
    if (n >= 64) sha256_blocks(c->state, p, n / 64);
    if (n % 64) memcpy(c->buf, p + n / 64 * 64, (size_t)(n % 64));
}

static void end_fast(crypto_hash_sha256_state *c, u8 out[SHA256_BYTES])
{
    static const u8 padding[64] = {0x80};
    u8 bits[8];
    for (int i = 0; i < 8; i++)
        bits[i] = (u8)(c->count * 8 >> (56 - 8 * i));
    isize held = (isize)(c->count % 64);
    add_fast(c, padding, held < 56 ? 56 - held : 120 - held);
    add_fast(c, bits, 8);
    for (int i = 0; i < SHA256_BYTES; i++)
        out[i] = (u8)(c->state[i / 4] >> (24 - 8 * (i % 4)));
}

void sha256_add(Sha256 *h, Str bytes)
{
    if (sha256_has_instructions())
        add_fast((void *)h->state, bytes_of(bytes), bytes.n);
    else
        crypto_hash_sha256_update((void *)h->state, bytes_of(bytes), (size_t)bytes.n);
}

void sha256_end(Sha256 *h, u8 out[SHA256_BYTES])
{
    if (sha256_has_instructions())
        end_fast((void *)h->state, out);
    else
        crypto_hash_sha256_final((void *)h->state, out);
}

Str sha256(Arena *a, Str bytes)
{
    Sha256 h;
    u8 out[SHA256_BYTES];
    sha256_start(&h);
    sha256_add(&h, bytes);
    sha256_end(&h, out);
    return arena_str(a, out, sizeof out);
}

Str sha256_hex(Arena *a, Str bytes)
{
    return hex_encode(a, sha256(a, bytes));
}

enum { PIECE = 64 * 1024 };

// The next piece of a file from *at; empty at its end.
static fallible piece_read(Arena *a, int fd, char room[PIECE], off_t *at, Str *out)
{
    ssize_t got;
    do
        got = pread(fd, room, PIECE, *at);
    while (got < 0 && errno == EINTR);
    if (got < 0) return fail(a, ERR_IO, "cannot read a file to hash it: %s", strerror(errno));
    *at += got;
    *out = (Str){room, got};
    return NULL;
}

fallible sha256_fd(Arena *a, int fd, Str *hex)
{
    char *room = make(a, char, PIECE);
    Str piece = {room, 1};
    Sha256 h;
    sha256_start(&h);
    for (off_t at = 0; piece.n;) {
        TRY(piece_read(a, fd, room, &at, &piece));
        sha256_add(&h, piece);
    }
    u8 out[SHA256_BYTES];
    sha256_end(&h, out);
    *hex = hex_encode(a, (Str){(char *)out, sizeof out});
    return NULL;
}

_Static_assert(sizeof(crypto_hash_sha512_state) <= sizeof(((Sha512 *)0)->state),
               "Sha512 too small");

void sha512_start(Sha512 *h)
{
    crypto_hash_sha512_init((void *)h->state);
}

void sha512_add(Sha512 *h, Str bytes)
{
    crypto_hash_sha512_update((void *)h->state, bytes_of(bytes), (size_t)bytes.n);
}

void sha512_end(Sha512 *h, u8 out[SHA512_BYTES])
{
    crypto_hash_sha512_final((void *)h->state, out);
}

Str sha512_hex(Arena *a, Str bytes)
{
    Sha512 h;
    u8 out[SHA512_BYTES];
    sha512_start(&h);
    sha512_add(&h, bytes);
    sha512_end(&h, out);
    return hex_encode(a, (Str){(char *)out, sizeof out});
}

fallible sha512_fd(Arena *a, int fd, Str *hex)
{
    char *room = make(a, char, PIECE);
    Str piece = {room, 1};
    Sha512 h;
    u8 out[SHA512_BYTES];
    sha512_start(&h);
    for (off_t at = 0; piece.n;) {
        TRY(piece_read(a, fd, room, &at, &piece));
        sha512_add(&h, piece);
    }
    sha512_end(&h, out);
    *hex = hex_encode(a, (Str){(char *)out, sizeof out});
    return NULL;
}

static Str hmac(Arena *a, mbedtls_md_type_t type, Str key, Str message)
{
    u8 out[MBEDTLS_MD_MAX_SIZE];
    const mbedtls_md_info_t *md = mbedtls_md_info_from_type(type);
    must(md && mbedtls_md_hmac(md, bytes_of(key), (size_t)key.n, bytes_of(message),
                               (size_t)message.n, out) == 0);
    return arena_str(a, out, mbedtls_md_get_size(md));
}

Str sha1(Arena *a, Str bytes)
{
    u8 out[SHA1_BYTES];
    const mbedtls_md_info_t *md = mbedtls_md_info_from_type(MBEDTLS_MD_SHA1);
    must(md && mbedtls_md(md, bytes_of(bytes), (size_t)bytes.n, out) == 0);
    return arena_str(a, out, sizeof out);
}

Str hmac_sha1(Arena *a, Str key, Str message)
{
    return hmac(a, MBEDTLS_MD_SHA1, key, message);
}

Str hmac_sha256(Arena *a, Str key, Str message)
{
    return hmac(a, MBEDTLS_MD_SHA256, key, message);
}

Str totp_code(Arena *a, Str secret, i64 counter)
{
    char message[8];
    for (int i = 0; i < 8; i++)
        message[i] = (char)((u64)counter >> (56 - 8 * i));
    const u8 *mac = (const u8 *)hmac_sha1(a, secret, (Str){message, 8}).s;
    const u8 *at = mac + (mac[SHA1_BYTES - 1] & 15); // RFC 4226, 5.3: dynamic truncation
    u32 bits = ((u32)(at[0] & 0x7F) << 24) | ((u32)at[1] << 16) | ((u32)at[2] << 8) | at[3];
    return arena_fmt(a, "%06u", bits % 1000000);
}

bool totp_matches(Str secret, Str code, Time now, i64 used, i64 *counter)
{
    Arena a = {0};
    i64 here = now / SECONDS(TOTP_STEP_SECONDS), found = -1;
    for (i64 c = here - 1; c <= here + 1; c++)
        if (crypto_equal(totp_code(&a, secret, c), code) && c > used) found = c;
    arena_free(&a);
    if (found >= 0) *counter = found;
    return found >= 0;
}

Str totp_uri(Arena *a, Str secret, Str issuer, Str account)
{
    Str i = percent_encode(a, issuer), c = percent_encode(a, account);
    Str s = str_upper(a, base32_encode(a, secret));
    return arena_fmt(
        a, "otpauth://totp/%.*s:%.*s?secret=%.*s&issuer=%.*s&algorithm=SHA1&digits=6&period=30",
        STR(i), STR(c), STR(s), STR(i));
}

static Str signer_signature(Arena *a, Str key, Str salt, Str value)
{
    return base64url_encode(a, hmac_sha256(a, hmac_sha256(a, key, salt), value));
}

Str signer_sign(Arena *a, Str key, Str salt, Str value)
{
    Str signature = signer_signature(a, key, salt, value);
    Buf signed_value = {.a = a}; // piece by piece, because a format would end at a NUL in the value
    buf_put(&signed_value, value);
    buf_put(&signed_value, S("."));
    buf_put(&signed_value, signature);
    return buf_str(&signed_value);
}

bool signer_open(Arena *a, Str key, Str salt, Str signed_value, Str *value)
{
    isize dot = str_rfind_byte(signed_value, '.');
    if (dot < 0) return false;
    Str said = str_take(signed_value, dot), signature = str_skip(signed_value, dot + 1);
    if (!crypto_equal(signer_signature(a, key, salt, said), signature)) return false;
    *value = said;
    return true;
}
