// certificate: the certificate of a web role: the operator's own, or one that a private authority of ours signs and that
// is made anew before it ends.
#pragma once
#include "base/str.h"
#include "base/time.h"

typedef struct Certificate {
    Str folder; // data/tls: the authority and what it signed; empty: the operator's own files
    Str cert, key;
    StrList names; // what people call this machine
} Certificate;

// Looks that there is one which fits, else makes one (the authority too, when there is none). *next: when to look
// again; 0 for the operator's own. Connections that are open keep the certificate they began with.
fallible certificate_keep(Arena *, const Certificate *, Time now, Time *next, bool *made);
// When a certificate should be renewed: a third of its life before its end; now, when it lacks a name.
fallible certificate_due(Arena *, Str pem, const StrList *names, Time now, Time *due);
// What clients pin: the fingerprint of the authority of ours, or of the operator's own certificate.
fallible certificate_pin(Arena *, const Certificate *, Str *fingerprint);
