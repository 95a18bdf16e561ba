// x509: a private authority, the server certificates it signs, and reading what a certificate says. Front of mbedtls.
//
// Keys are EC P-256, signatures SHA-256; texts are PEM. A fingerprint is the SHA-256 of the certificate's DER in lower
// case hex, as `openssl x509 -fingerprint -sha256` prints it without colons.
#pragma once
#include "base/str.h"
#include "base/time.h"

enum { X509_SERVER_DAYS = 825, X509_AUTHORITY_DAYS = 3650 };
typedef struct X509Pair {
    Str certificate; // for a server: its own, then the authority's
    Str key;         // secret: write it with mode 0600
} X509Pair;
// An authority that may sign servers only and no other authority. `name` is for people: "Tresor of Site A".
fallible x509_authority_make(Arena *, Str name, Time now, X509Pair *out);
// A certificate for a server that is reached under `names`: DNS names, also with "*." in front, and IP addresses.
fallible x509_server_make(Arena *, const X509Pair *authority, const StrList *names, Time now,
                          X509Pair *out);

typedef struct X509Facts {
    Str subject, issuer; // "CN=…, O=…"
    Str fingerprint;
    Time from, until;
    StrList names; // the server names, addresses as text
    bool authority;
} X509Facts;
// What the first certificate of a PEM text says.
fallible x509_facts(Arena *, Str pem, X509Facts *out);
// BAD_INPUT with the reason when the key is not the one of the first certificate, as the public half that lies with the
// key says.
fallible x509_pair_check(Arena *, const X509Pair *);
// A fingerprint as people copy it (either case, colons or blanks, "SHA256:" in front) as 64 hex letters; else false.
bool x509_fingerprint_read(Arena *, Str text, Str *out);
