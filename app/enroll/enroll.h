// enroll: how a site comes to know its server: an invitation that pins the server's certificate, what stays of it beside
// the data, and the token that both renew without stopping.
#pragma once
#include "kit/http.h"

// What somebody hands to a site on paper or by mail: where the server is, which certificate proves that it is the one,
// and a secret that is worth something once.
typedef struct EnrollInvite {
    Str server; // "https://tresor.example.org"
    Str pin; // fingerprint of the certificate or of its authority (64 hex letters); empty: the machine's authorities count
    Str secret; // 32 hex letters
} EnrollInvite;
Str enroll_invite_text(Arena *, const EnrollInvite *);             // one word
fallible enroll_invite_read(Arena *, Str text, EnrollInvite *out); // BAD_INPUT when it is not whole

// How long a site waits for its server, in micros.
typedef struct EnrollPatience {
    i64 answer;    // for one answer
    i64 connect;   // for a connection
    i64 dead_peer; // without any acknowledgement, until the other side counts as gone
    i64 wait;      // how long the server may keep a question that has no answer yet
    i64 retry;     // longest pause after failures in a row
} EnrollPatience;

// How a site reaches its server and proves itself there.
typedef struct EnrollLink {
    Str server; // without a slash at its end; empty: none
    HttpTrust trust;
    Str backend;    // the site's short name at the server
    Str token_file; // holds the token; read for each request, so that a new one needs no restart
    Str folder;     // of what the enrolment left, when the token file is ours to renew; else empty
    EnrollPatience patience;
} EnrollLink;

// What an enrolment left in the site's folder; *found is false where there was none.
fallible enroll_link_load(Arena *, Str site, EnrollLink *out, bool *found);
fallible enroll_token(Arena *, const EnrollLink *, Str *token);
// Waits no longer than the link's patience says.
void enroll_request(const EnrollLink *, HttpRequest *);
// The pause after the n-th failure in a row (from 1): a second, doubling, at most `most`; a part of it is luck, so that
// many sites do not come back at the same moment.
i64 enroll_pause(int failures, i64 most);

// Takes up an invitation: checks the server's certificate, then shows the secret, then keeps what the server says in
// SITE/server/. A try whose answer was lost may be repeated. The files belong to whom the site's folder belongs.
fallible enroll_site(Arena *, const EnrollInvite *, Str site, Str ca_file, EnrollLink *out);
// Asks for a new token in place of the one in use, and for the authorities that count now. The old token is void as
// soon as the new one was used. Does nothing for a token file that is not ours.
fallible enroll_renew(Arena *, const EnrollLink *);
