// minisign: signature files that anybody can check with the small program of that name.
//
// A signature file is four lines: a comment nobody vouches for, the signature, a trusted comment, and a signature of
// both. We write the prehashed kind ('ED': Ed25519 over BLAKE2b-512) and read the older one ('Ed') as well. Format:
// https://jedisct1.github.io/minisign/. Equal input gives an equal file: Ed25519 needs no randomness.
#pragma once
#include "kit/crypto.h"

enum { MINISIGN_TEXT_MAX = 16 * 1024 };

typedef struct MinisignKey {
    u8 id[8];
    u8 bytes[SIGN_PUBLIC_BYTES];
} MinisignKey;
// Our keys have no id of their own: it is the start of the SHA-256 of the public key.
MinisignKey minisign_key_of(const SignKey *);
// Takes a key file of two lines or the second line alone. BAD_INPUT for anything else.
fallible minisign_key_read(Arena *, Str text, MinisignKey *out);
Str minisign_key_line(Arena *, const MinisignKey *); // base64, no line end
Str minisign_key_file(Arena *, const MinisignKey *); // two lines, as minisign -p reads them
Str minisign_key_name(Arena *, const MinisignKey *); // its id as minisign prints it
bool minisign_key_same(const MinisignKey *, const MinisignKey *);

// The comments are one line each, at most 1000 bytes: else the process stops.
Str minisign_sign(Arena *, const SignKey *, Str message, Str comment, Str trusted_comment);

// BAD_INPUT when `file` is no signature file, CONFLICT when it is one, but not of this message by this key; the
// sentence says which. *trusted_comment may be NULL.
fallible minisign_verify(Arena *, const MinisignKey *, Str message, Str file, Str *trusted_comment);
// The id of the key that a signature file names; nothing is verified.
fallible minisign_signer(Arena *, Str file, Str *key_name);
