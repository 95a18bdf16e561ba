// message: a letter of the outbox as mail programs read it (RFC 5322): headers, one plain text in UTF-8. Pure.
#pragma once
#include "base/time.h"

typedef struct MessageParts {
    Str from, to; // addresses
    Str subject, body;
    Time when; // it was written
    i64 id; // in the outbox: the same letter always has the same Message-ID, however often it is tried
    Str host; // of this site, for the Message-ID
} MessageParts;
Str message_text(Arena *,
                 const MessageParts *); // lines end in CRLF and are short enough for every server
