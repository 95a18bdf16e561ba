// http: requests to other programs: a server, an engine's socket, a mail gateway. Front of libcurl.
//
// Secrets travel in headers only: a URL with a user or password is refused, and failures name the scheme and host,
// never the path's query, a header or a body. Certificates are always checked: against the authorities of the trust,
// against a fingerprint, or against those of the machine. Redirects are followed for GET and HEAD within the same
// scheme, host and port; any other one is handed back as the answer.
#pragma once
#include "base/str.h"
#include "base/time.h"

typedef struct HttpTrust {
    Str ca_file; // PEM of the authorities to trust; empty: those of the machine
    Str fingerprint; // 64 hex letters (kit/x509.h) of the server's certificate or of one above it; wins over ca_file
} HttpTrust;

// Keeps connections open between requests. One thread sends at a time; http_cancel may be called from any thread.
typedef struct Http Http;
fallible http_open(Arena *, const HttpTrust *, Http **out);
void http_close(Http *); // NULL is fine
static inline void http_close_owned(Http **h)
{
    http_close(*h);
}
#define owned_http __attribute__((cleanup(http_close_owned))) Http *
// The request under way, or else the next one, fails with ERR_BUSY and code "HttpCancelled". It wakes a waiting one.
void http_cancel(Http *);

typedef struct HttpHeader {
    Str name, value; // no line breaks, else BAD_INPUT
} HttpHeader;
typedef struct HttpHeaders {
    HttpHeader *v;
    isize n, cap;
} HttpHeaders;
void http_header_add(Arena *, HttpHeaders *, Str name, Str value);
Str http_header(const HttpHeaders *, Str name); // the first one, either case; empty when absent

typedef struct HttpRequest {
    Str method; // empty: GET
    Str url;    // http or https
    HttpHeaders headers;
    Str body;
    int body_fd;     // 0: send `body`; else the file's bytes from body_at, with a known length
    i64 body_at;     // of body_fd: the first byte that is sent
    Str unix_socket; // connect to this socket instead of the URL's host
    i64 timeout;     // micros for everything; 0: 60 s. A `Prefer: wait=N` needs more than N
    i64 stall;       // micros without a byte that end it; 0: only the timeout counts
    i64 connect;     // micros until there is a connection; 0: 20 s
    i64 dead_peer; // micros without an acknowledgement until the other side counts as gone; 0: 30 s
    i64 cap;       // most bytes of an answer; 0: 16 MiB in memory, no limit to a descriptor
    int into_fd;   // 0: into memory; else the body of a 2xx answer is written here
    // Instead of both: called for each piece of a 2xx body as it comes; a failure ends the request and is its result.
    Err *(*piece)(void *who, Str bytes);
    void *who;
} HttpRequest;

typedef struct HttpAnswer {
    int status;
    HttpHeaders headers;
    Str body; // empty when it went to a descriptor or to `piece`; other answers than 2xx are always here
    i64 bytes; // of the body, wherever it went
    Str url;   // the one that answered, after redirects
} HttpAnswer;
// Failures carry a code: HttpUnreachable, HttpUntrusted, HttpTimeout, HttpCut (all of these may work later, except
// HttpUntrusted), HttpCancelled. A status such as 500 is an answer, not a failure.
fallible http_send(Http *, Arena *, const HttpRequest *, HttpAnswer *out);
// Turns an answer that is not 2xx into a failure that quotes its first line.
fallible http_expect_ok(Arena *, const HttpRequest *, const HttpAnswer *);

Str http_origin(
    Arena *, Str url); // "https://host:port" for sentences and comparisons; empty when it is no URL
