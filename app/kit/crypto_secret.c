// Passwords, keys in files, secrets at rest and signatures: libsodium.
#include <errno.h>
#include <sodium.h>

#include "base/encode.h"
#include "base/str.h"
#include "kit/crypto.h"
#include "os/file.h"
#include "os/random.h"

enum {
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES
};

// OWASP's least for argon2id is t=2, m=19 MiB, p=1; STRONG is for keys that are asked for once a day.
static const struct {
    u64 passes;
    size_t memory;
} password_costs[] = {
    [PASSWORD_INTERACTIVE] = {2, 19 * 1024 * 1024},
    [PASSWORD_STRONG] = {3, 64 * 1024 * 1024},
};

static void sodium_ready(void)
{
    must(sodium_init() >= 0); // counts only once, from whatever thread
}

Str password_hash(Arena *a, Str password, PasswordCost cost)
{
    sodium_ready();
    char *out = make(a, char, crypto_pwhash_STRBYTES);
    must(crypto_pwhash_str_alg(out, password.s, (u64)password.n, password_costs[cost].passes,
                               password_costs[cost].memory, crypto_pwhash_ALG_ARGON2ID13) == 0);
    return str_from(out);
}

bool password_matches(Str hash, Str password)
{
    char text[crypto_pwhash_STRBYTES] = {0};
    if (!hash.n || hash.n >= (isize)sizeof text) return false;
    sodium_ready();
    memcpy(text, hash.s, (size_t)hash.n);
    return crypto_pwhash_str_verify(text, password.s, (u64)password.n) == 0;
}

bool password_is_outdated(Str hash, PasswordCost cost)
{
    char text[crypto_pwhash_STRBYTES] = {0};
    if (!hash.n || hash.n >= (isize)sizeof text) return true;
    memcpy(text, hash.s, (size_t)hash.n);
    return crypto_pwhash_str_needs_rehash(text, password_costs[cost].passes,
                                          password_costs[cost].memory) != 0;
}

bool password_waste(Str password, PasswordCost cost)
{
    Arena a = {0};
    password_hash(&a, password, cost);
    arena_free(&a);
    return false;
}

Str totp_secret(Arena *a)
{
    return random_bytes(a, TOTP_SECRET_BYTES);
}

static fallible key_read(Arena *a, Str path, u8 out[32])
{
    Str text, bytes;
    TRY(file_read(a, path, 256, &text));
    if (!hex_decode(a, str_trim(text), &bytes) || bytes.n != 32)
        return fail(a, ERR_BAD_INPUT, "the key file %.*s must hold 64 hexadecimal letters",
                    STR(path));
    memcpy(out, bytes.s, 32);
    return NULL;
}

// A file of 32 random bytes in hex that nobody else may read.
static fallible key_load(Arena *a, Str path, u8 out[32])
{
    FileFacts facts;
    Err *e = file_facts(a, path, &facts);
    if (e && e->kind != ERR_NOT_FOUND) return e;
    if (e) {
        random_fill(out, 32);
        Str hex = hex_encode(a, (Str){(char *)out, 32});
        return file_write(a, path, arena_fmt(a, "%.*s\n", STR(hex)), 0600);
    }
    if (facts.kind != FILE_REGULAR || (facts.mode & 077))
        return fail(a, ERR_FORBIDDEN,
                    "the key file %.*s must be a file that only its owner can read: chmod 600 %.*s",
                    STR(path), STR(path));
    return key_read(a, path, out);
}

fallible secret_key_load(Arena *a, Str path, SecretKey *out)
{
    return key_load(a, path, out->bytes);
}

fallible secret_key_read(Arena *a, Str path, SecretKey *out)
{
    return key_read(a, path, out->bytes);
}

Str secret_seal(Arena *a, const SecretKey *key, Str plain, Str place)
{
    sodium_ready();
    u8 *out = make(a, u8, NONCE + plain.n + TAG);
    unsigned long long n;
    random_fill(out, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE, &n, (const u8 *)plain.s, (u64)plain.n,
                                               (const u8 *)place.s, (u64)place.n, NULL, out,
                                               key->bytes);
    Str text = base64url_encode(a, (Str){(char *)out, NONCE + (isize)n});
    return arena_fmt(a, "s1.%.*s", STR(text));
}

bool secret_open(Arena *a, const SecretKey *key, Str sealed, Str place, Str *plain)
{
    Str bytes;
    if (!str_starts(sealed, S("s1.")) || !base64_decode(a, str_skip(sealed, 3), &bytes))
        return false;
    if (bytes.n < NONCE + TAG) return false;
    sodium_ready();
    const u8 *in = (const u8 *)bytes.s;
    u8 *out = make(a, u8, bytes.n - NONCE);
    unsigned long long n;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, &n, NULL, in + NONCE,
                                                   (u64)(bytes.n - NONCE), (const u8 *)place.s,
                                                   (u64)place.n, in, key->bytes))
        return false;
    *plain = (Str){(char *)out, (isize)n};
    return true;
}

void sign_key_make(SignKey *k)
{
    u8 seed[32];
    random_fill(seed, sizeof seed);
    sign_key_from_seed(k, seed);
}

void sign_key_from_seed(SignKey *k, const u8 seed[32])
{
    u8 secret[crypto_sign_SECRETKEYBYTES];
    sodium_ready();
    crypto_sign_seed_keypair(k->public_key, secret, seed);
    memcpy(k->seed, seed, 32);
    sodium_memzero(secret, sizeof secret);
}

fallible sign_key_load(Arena *a, Str path, SignKey *out)
{
    u8 seed[32];
    TRY(key_load(a, path, seed));
    sign_key_from_seed(out, seed);
    return NULL;
}

Str sign_bytes(Arena *a, const SignKey *k, Str message)
{
    u8 out[SIGN_BYTES], secret[crypto_sign_SECRETKEYBYTES], public_key[SIGN_PUBLIC_BYTES];
    sodium_ready();
    crypto_sign_seed_keypair(public_key, secret, k->seed);
    crypto_sign_detached(out, NULL, (const u8 *)message.s, (u64)message.n, secret);
    sodium_memzero(secret, sizeof secret);
    return arena_str(a, out, sizeof out);
}

bool sign_matches(Str public_key, Str message, Str signature)
{
    if (public_key.n != SIGN_PUBLIC_BYTES || signature.n != SIGN_BYTES) return false;
    sodium_ready();
    return crypto_sign_verify_detached((const u8 *)signature.s, (const u8 *)message.s,
                                       (u64)message.n, (const u8 *)public_key.s) == 0;
}
