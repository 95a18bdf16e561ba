// exchange: one request and its answer on a connection; known inside web/ only.
#pragma once
#include "web/guard.h"
#include "web/web.h"

// What carries the bytes: web/serve.c over civetweb, the unit tests over memory.
typedef struct Wire {
    void *self;
    bool (*write)(void *self, Str bytes); // all of it; false when the visitor has gone
    isize (*read)(void *self, char *into,
                  isize room); // of the body; 0 at its end, below 0 when broken
    bool (*send_file)(void *self, int fd, i64 from, i64 n); // NULL: read and written piece by piece
    int socket;                                             // to wait on, or -1
} Wire;

typedef struct Pair {
    Str name, value;
} Pair;
typedef struct Pairs {
    Pair *v;
    isize n, cap;
} Pairs;
void pairs_add(Arena *, Pairs *, Str name, Str value);
Str pairs_get(const Pairs *, Str name); // the first value, or empty
bool pairs_has(const Pairs *, Str name);
// "a=1&b=2" into pairs, decoded; more than `most` pairs or a bad escape is BAD_INPUT.
fallible pairs_parse(Arena *, Str text, isize most, Pairs *out);

typedef struct Params {
    const Head *head;
    Pairs path, query, fields, cookies;
} Params;

typedef struct After { // what is done after the commit
    fallible (*what)(Req *, Str);
    Str of;
    struct After *next;
} After;

typedef struct Exchange {
    const Wire *wire;
    const Head *head;
    const Route *row;      // NULL until an address matched
    const RouteList *list; // the row's room
    Db *db; // serves the whole request when given (tests); else the server's pool does
    Params params;
    StrList posts;   // topics to post after the commit
    After *after;    // the last one first
    StrList flashes; // lines of the next page, each with its kind as the first byte
    Str form_token; // what the forms of a visitor without a session carry; made when first asked for
    int watching_max;           // event streams at once; 0: any number
    int status;                 // of a failure whose kind says too little, or 0
    bool flashes_shown;         // the lines that came with this request
    bool asked;                 // who is there was looked up
    bool by_token;              // an Authorization header speaks, no cookie
    bool head_only;             // HEAD: everything but the body
    bool close;                 // the connection ends with this answer
    bool gone;                  // the visitor went away
    bool continued;             // "100 Continue" was said
    bool body_over;             // the body was read to its end
    i64 body_read;              // bytes of it
    bool begun, chunked, ended; // the answer is streamed
    i64 unsent;                 // bytes still owed of a streamed answer with a length
} Exchange;

static inline Exchange *exchange(const Req *q)
{
    return q->conn;
}
bool body_is_left(const Exchange *); // bytes of the body may still be on their way
isize body_max(const Route *);
// The next bytes of the body; *n = 0 at the end; TOO_LARGE over `most` in all.
fallible body_read(Req *, i64 most, char *into, isize room, isize *n);
fallible body_read_all(Req *, i64 most, Str *out);
