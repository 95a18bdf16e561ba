// answer_send: an answer as bytes: head, cache and safety headers, ranges, compression.
#pragma once
#include "web/exchange.h"

// Sends q->answer in as few writes as possible; false when the visitor has gone.
bool answer_send(Req *);
// The head alone. length -1: chunked (or, in HTTP/1.0, until the connection ends).
Str answer_head(Req *, i64 length);
// For status 200 and 206: the part of `size` bytes that the visitor wants, by Range and If-Range. Sets status and headers.
void answer_range(Req *, i64 size, i64 *from, i64 *n);
bool answer_is_unchanged(const Req *); // by If-None-Match or If-Modified-Since: 304 is enough
// n bytes of a file after the head; false when the visitor has gone or the file is shorter.
bool answer_file_part(Req *, int fd, i64 from, i64 n);
// A whole answer for a request whose head was refused: one line of text, then the connection ends.
Str answer_refusal(Arena *, Time now, int status, const char *why, bool https);
const char *status_text(int status);
bool answer_accepts_gzip(const Req *);
