// answer: what goes back to the visitor. Handlers fill one in; web/serve sends it.
#pragma once
#include "base/str.h"
#include "base/time.h"

typedef struct Req Req;

typedef struct Header {
    Str name, value;
} Header;
typedef struct Answer {
    int status;   // 0 means 200
    Str mime;     // empty means text/html; charset=utf-8
    Buf body;     // set .a once; pages write here
    Str file;     // send this file instead of the body (ranges and ETag are done by serve)
    Str etag;     // without quotes; makes 304 and If-Range work
    Str location; // for 3xx
    Header headers[16];
    isize headers_n;
    Time modified;  // Last-Modified when set
    bool sandboxed; // content that people uploaded: CSP sandbox, no scripts, no network
    bool scripts;   // sandboxed, but scripts that stand in the content run
    bool no_store;  // never cached; pages for signed-in people are no-store anyway
} Answer;

void answer_header(Req *, Str name, Str value);
// HttpOnly, SameSite=Lax, and Secure wherever https is served. 0 seconds: until the browser closes; below 0: forget it.
void answer_cookie(Req *, Str name, Str value, i64 seconds);
fallible answer_redirect(Req *, Str location); // 303; location starts with "/"
fallible answer_json(Req *, int status, Str json);
// A line shown once on the next page (after a redirect), kept in a signed short-lived cookie; read by web/flash.h.
typedef enum FlashKind { FLASH_DONE, FLASH_WARNING, FLASH_ERROR } FlashKind;
void answer_flash(Req *, FlashKind, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

// For ROUTE_STREAM handlers. Each returns an Err when the visitor has gone.
fallible stream_begin(Req *, int status, Str mime, i64 length); // length < 0: chunked
// The same for content that can be had in parts: looks at Range, If-Range and If-None-Match with the answer's etag.
// Says what is to be sent then; *n = 0: nothing (304, 416, HEAD).
fallible stream_begin_part(Req *, Str mime, i64 length, i64 *from, i64 *n);
fallible stream_write(Req *, Str bytes);
fallible stream_file(Req *, int fd, i64 from, i64 n); // by the kernel where the connection is plain
fallible stream_end(Req *);
// The body as it comes; *n = 0 at the end. Never more than the row's body_max in all.
fallible stream_read(Req *, char *into, isize room, isize *n);
i64 stream_length(const Req *); // Content-Length, or -1
