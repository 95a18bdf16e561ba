// crypto: hashes, passwords, one-time codes, signatures and secrets at rest. Front of libsodium and mbedtls.
//
// Nothing here fails for lack of memory or randomness: the process stops instead. Comparisons of secrets take the
// same time whatever they find.
#pragma once
#include "base/time.h"

bool crypto_equal(Str a, Str b); // in constant time for equal lengths

enum { SHA1_BYTES = 20, SHA256_BYTES = 32 };
Str sha1(Arena *, Str bytes); // raw; for ids and old protocols only
Str sha256(Arena *, Str bytes);
Str sha256_hex(Arena *, Str bytes);
typedef struct Sha256 {
    _Alignas(16) u8 state[128]; // private
} Sha256;
void sha256_start(Sha256 *);
void sha256_add(Sha256 *, Str bytes);
void sha256_end(Sha256 *, u8 out[SHA256_BYTES]);
fallible sha256_fd(Arena *, int fd,
                   Str *hex); // a whole file from its start; the position of fd stays
enum { SHA512_BYTES = 64 };
typedef struct Sha512 {
    _Alignas(16) u8 state[224]; // private
} Sha512;
void sha512_start(Sha512 *);
void sha512_add(Sha512 *, Str bytes);
void sha512_end(Sha512 *, u8 out[SHA512_BYTES]);
Str sha512_hex(Arena *, Str bytes);
fallible sha512_fd(Arena *, int fd, Str *hex); // like sha256_fd
Str hmac_sha1(Arena *, Str key, Str message);
Str hmac_sha256(Arena *, Str key, Str message);

// Passwords: argon2id. The text holds its own cost and salt; verifying reads them from it.
typedef enum PasswordCost { PASSWORD_INTERACTIVE = 1, PASSWORD_STRONG } PasswordCost;
Str password_hash(Arena *, Str password, PasswordCost);
bool password_matches(Str hash, Str password);
bool password_is_outdated(Str hash,
                          PasswordCost); // made with another cost: hash again at the next login
// Takes as long as password_matches, for names that do not exist; always false.
bool password_waste(Str password, PasswordCost);

// One-time codes (RFC 6238): SHA-1, 6 digits, 30 s, one step early or late is accepted.
enum { TOTP_STEP_SECONDS = 30, TOTP_SECRET_BYTES = 20 };
Str totp_secret(Arena *);                        // raw random bytes
Str totp_code(Arena *, Str secret, i64 counter); // six digits; counter = seconds since 1970 / 30
// True when the code fits a counter above `used` (the one kept from last time, so that no code works twice).
bool totp_matches(Str secret, Str code, Time now, i64 used, i64 *counter);
Str totp_uri(Arena *, Str secret, Str issuer, Str account); // otpauth://… for a QR code

// Secrets at rest: XChaCha20-Poly1305 under a key in its own file. `place` (table, column and row) is authenticated,
// so that a sealed text moved to another row does not open. Sealed is plain ASCII.
typedef struct SecretKey {
    u8 bytes[32];
} SecretKey;
// Reads the key file or makes it (0600, durable). Others being able to read it is ERR_FORBIDDEN.
fallible secret_key_load(Arena *, Str path, SecretKey *out);
// The same of a file that must be there and whose keeper answers for who may read it (os/service.h).
fallible secret_key_read(Arena *, Str path, SecretKey *out);
Str secret_seal(Arena *, const SecretKey *, Str plain, Str place);
bool secret_open(Arena *, const SecretKey *, Str sealed, Str place, Str *plain);

// Ed25519.
enum { SIGN_BYTES = 64, SIGN_PUBLIC_BYTES = 32 };
typedef struct SignKey {
    u8 seed[32], public_key[SIGN_PUBLIC_BYTES];
} SignKey;
void sign_key_make(SignKey *);
void sign_key_from_seed(SignKey *, const u8 seed[32]);
fallible sign_key_load(Arena *, Str path, SignKey *out); // like secret_key_load
Str sign_bytes(Arena *, const SignKey *, Str message);
bool sign_matches(Str public_key, Str message, Str signature);

// VALUE.SIGNATURE as itsdangerous.Signer(key, salt, sep=".", key_derivation="hmac", digest_method=sha256) makes it.
Str signer_sign(Arena *, Str key, Str salt, Str value);
bool signer_open(Arena *, Str key, Str salt, Str signed_value, Str *value);
