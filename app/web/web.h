// web: a request in, an answer out. Routes are rows; the row says who may come in and what it may bring.
//
// The router does, once and in this order: match, session, origin and CSRF (every change), scope, permission, body
// (capped by the row), fields, transaction, handler, commit, answer. A GET gets a read-only database; any other
// method runs inside one `begin immediate` that is committed when the handler succeeds and left an audit line.
// A handler that answers 4xx by itself (a form shown again) and left no line is rolled back; rows that changed
// without a line are a BUG; a request that found nothing to change needs none.
#pragma once
#include "base/str.h"
#include "base/time.h"
#include "db/db.h"
#include "web/answer.h"
#include "web/perm.h"
#include "web/route.h"

// What a running role shares with its requests; each role's own struct starts with it.
typedef struct Server Server;

// Who asks. Empty (id 0) when nobody is signed in and no token was shown.
typedef struct Visitor {
    i64 id;       // person, or 0
    Str username; // as others see it
    Str name;     // full name, or the username
    i64 session;  // 0 when not by a session
    bool unseen;  // the session was not marked as used for a while: Gate.touch
    i64 backend;  // the backend whose token was shown, or 0
    i64 token;    // that token
    Str csrf;     // the token that this session's forms carry
} Visitor;

struct Req {
    Arena *a;
    Server *server;
    // Read-only for GET; inside the transaction otherwise; NULL for ROUTE_STREAM: req_db_take.
    Db *db;
    Time now; // one moment for the whole request
    Method method;
    Str path;    // decoded, starts with /
    Str query;   // raw, without ?
    Str body;    // raw; empty for forms
    Str address; // the peer's, without port
    Visitor who;
    Scope scope;                 // what the row's scope function found
    Answer answer;               // what goes back; 200 text/html until said otherwise
    bool noted;                  // an audit line was left
    void *conn;                  // web/exchange.h only
    const struct Params *params; // web/request.c only
};

// Path parameters by the row's names; a missing name is a broken promise.
Str req_param(const Req *, const char *name);
// Query parameters: the first value, or empty.
Str req_query(const Req *, const char *name);
i64 req_query_i64(const Req *, const char *name, i64 otherwise);
void req_query_all(const Req *, const char *name, StrList *out);
// Form fields, already checked against the row.
Str req_field(const Req *, const char *name);
i64 req_field_i64(const Req *, const char *name);
bool req_flag(const Req *, const char *name);
void req_fields(const Req *, const char *name, StrList *out);
// A connection for a moment, for ROUTE_STREAM handlers; transactions there are the handler's own.
Db *req_db_take(Req *, DbMode);
void req_db_give(Req *, Db *);
// A request header by name (any case), or empty.
Str req_header(const Req *, const char *name);
Str req_cookie(const Req *, Str name);
// What the hidden field "csrf" of every form carries: the visitor's token, masked anew for each page.
Str req_csrf(const Req *);
// May the visitor do this in the request's scope? For showing or hiding buttons; rows guard the routes.
bool req_may(const Req *, Perm);
bool req_may_in(const Req *, Perm, Scope);
