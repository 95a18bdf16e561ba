// The one place that writes a head. Pages are compressed although they carry a token: it is masked anew for each
// page (web/origin.c), so its compressed length tells nothing.
#include "web/answer_send.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "kit/deflate.h"
#include "os/file.h"
#include "os/own.h"
#include "web/gate.h"
#include "web/range.h"

enum { GZIP_FROM = 1024, ONE_WRITE_MAX = 64 * 1024, PIECE_BYTES = 32 * 1024 };

const char *status_text(int status)
{
    static const struct {
        int status;
        const char *text;
    } texts[] = {
        {200, "OK"                             },
        {201, "Created"                        },
        {202, "Accepted"                       },
        {204, "No Content"                     },
        {206, "Partial Content"                },
        {301, "Moved Permanently"              },
        {302, "Found"                          },
        {303, "See Other"                      },
        {304, "Not Modified"                   },
        {307, "Temporary Redirect"             },
        {308, "Permanent Redirect"             },
        {400, "Bad Request"                    },
        {401, "Unauthorized"                   },
        {403, "Forbidden"                      },
        {404, "Not Found"                      },
        {405, "Method Not Allowed"             },
        {408, "Request Timeout"                },
        {409, "Conflict"                       },
        {410, "Gone"                           },
        {411, "Length Required"                },
        {413, "Content Too Large"              },
        {414, "URI Too Long"                   },
        {415, "Unsupported Media Type"         },
        {416, "Range Not Satisfiable"          },
        {417, "Expectation Failed"             },
        {422, "Unprocessable Content"          },
        {429, "Too Many Requests"              },
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"          },
        {501, "Not Implemented"                },
        {502, "Bad Gateway"                    },
        {503, "Service Unavailable"            },
        {505, "HTTP Version Not Supported"     },
    };
    for (isize i = 0; i < COUNT(texts); i++)
        if (texts[i].status == status) return texts[i].text;
    return "Answer";
}

#define SANDBOX_REST                                                                               \
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; "               \
    "form-action 'none'; frame-ancestors 'self'; base-uri 'none'"

// What the policy leaves open, connections of WebRTC and the names of hosts, this one closes in browsers that know it:
// Chromium's since version 152.
#define NO_CONNECTION "Connection-Allowlist: ()\r\n"

static void safety_headers(Buf *o, bool https, bool sandboxed, bool scripts)
{
    Str policy = S("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                   "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
                   "frame-src 'self'; base-uri 'none'");
    if (sandboxed) policy = S("sandbox; " SANDBOX_REST);
    if (sandboxed && scripts)
        policy =
            S("sandbox allow-scripts; script-src 'unsafe-inline' 'unsafe-eval'; " SANDBOX_REST);
    buf_fmt(o, "Content-Security-Policy: %.*s\r\n", STR(policy));
    if (sandboxed) buf_put(o, S(NO_CONNECTION));
    buf_put(o, S("X-Content-Type-Options: nosniff\r\n"
                 "Referrer-Policy: same-origin\r\n"
                 "Cross-Origin-Opener-Policy: same-origin\r\n"
                 "Cross-Origin-Resource-Policy: same-origin\r\n"));
    if (https) buf_put(o, S("Strict-Transport-Security: max-age=31536000\r\n"));
}

static bool has_header(const Answer *r, Str name)
{
    for (isize i = 0; i < r->headers_n; i++)
        if (str_eq_nocase(r->headers[i].name, name)) return true;
    return false;
}

static Str answer_mime(const Answer *r)
{
    return r->mime.n ? r->mime : S("text/html; charset=utf-8");
}

// Pages of signed-in people are kept nowhere; what has an ETag may be asked for again with it.
static Str cache_rule(const Req *q)
{
    const Answer *r = &q->answer;
    if (r->no_store || r->status >= 400 || has_header(r, S("Set-Cookie"))) return S("no-store");
    bool known = q->who.id || q->who.backend;
    if (known && !r->etag.n) return S("no-store");
    return known ? S("private, no-cache") : S("no-cache");
}

Str answer_head(Req *q, i64 length)
{
    const Exchange *x = exchange(q);
    const Answer *r = &q->answer;
    bool bodyless = r->status == 304 || r->status == 204;
    Buf o = {.a = q->a};
    buf_fmt(&o, "HTTP/1.1 %d %s\r\nDate: %.*s\r\n", r->status, status_text(r->status),
            STR(time_http(q->a, q->now)));
    if (!bodyless) buf_fmt(&o, "Content-Type: %.*s\r\n", STR(answer_mime(r)));
    if (!bodyless && length >= 0) buf_fmt(&o, "Content-Length: %lld\r\n", (long long)length);
    if (length < 0 && x->head->http11) buf_put(&o, S("Transfer-Encoding: chunked\r\n"));
    if (r->location.n) buf_fmt(&o, "Location: %.*s\r\n", STR(r->location));
    if (r->etag.n) buf_fmt(&o, "ETag: \"%.*s\"\r\n", STR(r->etag));
    if (r->modified) buf_fmt(&o, "Last-Modified: %.*s\r\n", STR(time_http(q->a, r->modified)));
    if (!has_header(r, S("Cache-Control")))
        buf_fmt(&o, "Cache-Control: %.*s\r\n", STR(cache_rule(q)));
    safety_headers(&o, str_starts(q->server->origin, S("https://")), r->sandboxed, r->scripts);
    for (isize i = 0; i < r->headers_n; i++)
        buf_fmt(&o, "%.*s: %.*s\r\n", STR(r->headers[i].name), STR(r->headers[i].value));
    if (x->close) buf_put(&o, S("Connection: close\r\n"));
    buf_put(&o, S("\r\n"));
    return buf_str(&o);
}

Str answer_refusal(Arena *a, Time now, int status, const char *why, bool https)
{
    Buf o = {.a = a};
    buf_fmt(&o,
            "HTTP/1.1 %d %s\r\nDate: %.*s\r\nContent-Type: text/plain; charset=utf-8\r\n"
            "Content-Length: %zu\r\nCache-Control: no-store\r\nConnection: close\r\n",
            status, status_text(status), STR(time_http(a, now)), strlen(why) + 1);
    if (status == 405) buf_put(&o, S("Allow: GET, HEAD, POST, PUT, PATCH, DELETE\r\n"));
    safety_headers(&o, https, false, false);
    buf_fmt(&o, "\r\n%s\n", why);
    return buf_str(&o);
}

// A list of quoted tags, or "*". Weak and strong count alike, as If-None-Match wants it.
static bool tags_have(Str header, Str tag)
{
    Str piece;
    while (str_next(&header, ',', &piece)) {
        piece = str_trim(piece);
        if (str_eq(piece, S("*"))) return true;
        if (str_starts(piece, S("W/"))) piece = str_skip(piece, 2);
        if (piece.n == tag.n + 2 && piece.s[0] == '"' &&
            str_eq(str_span(piece, 1, piece.n - 1), tag))
            return true;
    }
    return false;
}

bool answer_is_unchanged(const Req *q)
{
    const Answer *r = &q->answer;
    if (r->status != 200 || q->method != GET) return false;
    Str tags = req_header(q, "If-None-Match");
    if (tags.n) return r->etag.n && tags_have(tags, r->etag);
    Str since = req_header(q, "If-Modified-Since");
    // Compared as text: browsers send back exactly what they were given.
    return since.n && r->modified && str_eq(since, time_http(q->a, r->modified));
}

void answer_range(Req *q, i64 size, i64 *from, i64 *n)
{
    Answer *r = &q->answer;
    *from = 0;
    *n = size;
    if (r->status != 200 || q->method != GET || !r->etag.n) return;
    answer_header(q, S("Accept-Ranges"), S("bytes"));
    Str asked = req_header(q, "Range"), only_if = req_header(q, "If-Range");
    if (!asked.n || exchange(q)->head_only) return; // defined for GET alone
    bool same = !only_if.n || (only_if.s[0] == '"'
                                   ? tags_have(only_if, r->etag)
                                   : r->modified && str_eq(only_if, time_http(q->a, r->modified)));
    if (!same) return;
    RangeKind kind = range_parse(asked, size, from, n);
    if (kind == RANGE_PART) {
        r->status = 206;
        answer_header(q, S("Content-Range"),
                      arena_fmt(q->a, "bytes %lld-%lld/%lld", (long long)*from,
                                (long long)(*from + *n - 1), (long long)size));
    } else if (kind == RANGE_IMPOSSIBLE) {
        r->status = 416;
        *from = *n = 0;
        answer_header(q, S("Content-Range"), arena_fmt(q->a, "bytes */%lld", (long long)size));
    }
}

static bool is_text(Str mime)
{
    return str_starts(mime, S("text/")) || str_starts(mime, S("application/json")) ||
           str_starts(mime, S("application/javascript")) || str_starts(mime, S("image/svg+xml"));
}

bool answer_accepts_gzip(const Req *q)
{
    Str rest = req_header(q, "Accept-Encoding"), piece, coding, weight;
    while (str_next(&rest, ',', &piece)) {
        str_cut(piece, ';', &coding, &weight);
        if (str_eq_nocase(str_trim(coding), S("gzip"))) {
            weight = str_trim(weight);
            return !str_eq(weight, S("q=0")) && !str_starts(weight, S("q=0.0"));
        }
    }
    return false;
}

static void compress(Req *q, Str *body)
{
    Answer *r = &q->answer;
    if (body->n < GZIP_FROM || !is_text(answer_mime(r)) || has_header(r, S("Content-Encoding")))
        return;
    answer_header(q, S("Vary"), S("Accept-Encoding"));
    if (!answer_accepts_gzip(q) || req_header(q, "Range").n) return;
    *body = gzip_bytes(q->a, *body, 1);
    answer_header(q, S("Content-Encoding"), S("gzip"));
}

static bool send_all(Req *q, Str body)
{
    Exchange *x = exchange(q);
    Str head = answer_head(q, body.n);
    if (x->head_only || !body.n) return x->wire->write(x->wire->self, head);
    if (head.n + body.n > ONE_WRITE_MAX)
        return x->wire->write(x->wire->self, head) && x->wire->write(x->wire->self, body);
    Buf both = {.a = q->a};
    buf_put(&both, head);
    buf_put(&both, body);
    return x->wire->write(x->wire->self, buf_str(&both));
}

static bool send_body(Req *q)
{
    Str body = buf_str(&q->answer.body);
    if (q->answer.status == 204) body = (Str){0};
    compress(q, &body);
    if (q->answer.etag.n && !has_header(&q->answer, S("Content-Encoding"))) {
        i64 from, n;
        answer_range(q, body.n, &from, &n);
        body = str_span(body, (isize)from, (isize)(from + n));
    }
    return send_all(q, body);
}

bool answer_file_part(Req *q, int fd, i64 from, i64 n)
{
    const Wire *w = exchange(q)->wire;
    if (w->send_file) return w->send_file(w->self, fd, from, n);
    char piece[PIECE_BYTES]; // not of the arena: an archive sends thousands of files in one answer
    while (n > 0) {
        ssize_t got = pread(fd, piece, n < PIECE_BYTES ? (size_t)n : PIECE_BYTES, from);
        if (got <= 0 || !w->write(w->self, (Str){piece, got})) return false;
        from += got;
        n -= got;
    }
    return true;
}

static bool send_file(Req *q, int fd, i64 size)
{
    Exchange *x = exchange(q);
    i64 from, n;
    answer_range(q, size, &from, &n);
    if (!x->wire->write(x->wire->self, answer_head(q, n))) return false;
    return x->head_only || !n || answer_file_part(q, fd, from, n);
}

static fallible open_answer_file(Req *q, int *fd, i64 *size)
{
    Answer *r = &q->answer;
    FileFacts facts;
    TRY(file_open(q->a, r->file, fd));
    TRY(file_facts_fd(q->a, *fd, &facts));
    *size = facts.size;
    if (!r->modified) r->modified = facts.modified;
    if (!r->etag.n)
        r->etag = arena_fmt(q->a, "%llx-%llx-%llx", (unsigned long long)facts.inode,
                            (unsigned long long)facts.size, (unsigned long long)facts.modified);
    return NULL;
}

bool answer_send(Req *q)
{
    Exchange *x = exchange(q);
    Answer *r = &q->answer;
    if (!r->status) r->status = 200;
    x->close = x->close || body_is_left(x) || !x->head->keep_alive;
    owned_fd fd = -1;
    i64 size = 0;
    if (r->file.n) {
        Err *e = open_answer_file(q, &fd, &size);
        if (e) {
            log_line(q->server->log, q->now, LOG_ERROR, "web", "%.*s", STR(e->say));
            Str say =
                answer_refusal(q->a, q->now, 500, "The file could not be read; tell the operator.",
                               str_starts(q->server->origin, S("https://")));
            x->close = true;
            return x->wire->write(x->wire->self, say);
        }
    }
    if (answer_is_unchanged(q)) {
        r->status = 304;
        return x->wire->write(x->wire->self, answer_head(q, 0));
    }
    return r->file.n ? send_file(q, fd, size) : send_body(q);
}
