// smtp: handing one letter to a mail server, so that the caller always knows what became of it. Front of libcurl.
//
// smtps:// speaks TLS from the start. smtp:// uses TLS when the server offers it, and insists on it when there is a
// password. The address must not hold a user or a password. Certificates are always checked.
#pragma once
#include <stdatomic.h>

#include "base/str.h"

typedef struct SmtpServer {
    Str url; // "smtps://mail.example.org:465", "smtp://localhost:25"
    Str user, password;
    Str ca_file; // PEM; empty: the authorities of the machine
} SmtpServer;
typedef enum SmtpOutcome {
    SMTP_TAKEN,    // the server answers for it now
    SMTP_LATER,    // it did not take it; try again
    SMTP_REFUSED,  // it never will: no such mailbox, or it does not want this letter
    SMTP_DOUBTFUL, // it has all of it, but its answer did not come: it may be on its way
} SmtpOutcome;

fallible smtp_url_check(Arena *, Str url);
// Sends `message` (RFC 5322, lines end in CRLF) and says what became of it; *why is a sentence unless it was taken.
// *stop ends what has not been handed over yet, as SMTP_LATER. Takes two minutes at most.
SmtpOutcome smtp_send(Arena *, const SmtpServer *, Str from, Str to, Str message,
                      const atomic_bool *stop, Str *why);
