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

typedef struct Req Req;
typedef struct Server
    Server; // what a running role shares with its requests; each role's own struct starts with it

typedef enum Method { GET = 1, POST, PUT, PATCH, DELETE } Method;

// Who asks. Empty (id 0) when nobody is signed in and no token was shown.
typedef struct Visitor {
    i64 id;       // person, or 0
    Str username; // as others see it
    Str name;     // full name, or the username
    i64 session;  // 0 when not by a session
    bool unseen;  // the session was not marked as used for a while: Gate.touch
    i64 backend;  // the backend whose token was shown, or 0
    Str csrf;     // the token that this session's forms carry
} Visitor;

// A place that a permission is asked for. Zeroes mean: globally.
typedef struct Scope {
    i64 org, project, workspace, object;
} Scope;

typedef enum FieldKind {
    FIELD_TEXT = 1, // one line; control bytes refused, blanks at the ends cut off
    FIELD_LONG,     // many lines
    FIELD_SECRET,   // as typed, never shown again
    FIELD_INT,
    FIELD_FLAG, // a checkbox: present or not
    FIELD_MANY, // a list of texts
} FieldKind;
typedef struct Field {
    const char *name;
    FieldKind kind;
    bool required;
    isize max; // bytes of one value; 0 means 200 (FIELD_LONG: 20000)
} Field;

typedef enum RouteFlags {
    ROUTE_PAGE = 0, // HTML: visitors who are not signed in are sent to /login/
    ROUTE_API =
        1 << 0, // JSON errors `{"detail": …}`; 403 instead of a redirect; no CSRF for tokens
    ROUTE_HIDE = 1 << 1, // lacking the permission looks like "not found" (contract 3)
    ROUTE_STREAM =
        1 << 2, // the handler reads the body or writes the answer itself, outside a transaction
    ROUTE_NO_NOTE =
        1 << 3,          // a change that needs no audit line (sign-in throttling, last-seen stamps)
    ROUTE_OPEN = 1 << 4, // a GET for everybody alike: no session is looked up, no database is taken
} RouteFlags;

typedef struct Route {
    Method method;
    const char *
        path; // "/{org}/{project}/settings/"; {name} is one segment, {name...} the rest, at the end only
    Perm perm;
    fallible (*scope)(
        Req *, Scope *out); // finds the object that the permission is asked of; NULL: globally
    fallible (*run)(Req *);
    const Field
        *fields; // ends with a row whose name is NULL; NULL: no form (unknown fields are refused)
    isize body_max; // bytes; 0 means 64 KiB for forms and JSON
    unsigned flags;
} Route;
typedef struct RouteList {
    const Route *v;
    isize n;
    // Says a failure in the words of a foreign protocol: fills q->answer. NULL: a page, or {"detail": …}.
    void (*say_failure)(Req *, int status, const Err *);
} RouteList;
#define ROUTES(rows)                                                                               \
    {                                                                                              \
        (rows), COUNT(rows), NULL                                                                  \
    }

struct Req {
    Arena *a;
    Server *server;
    Db *db; // read-only for GET; inside the transaction otherwise; NULL for ROUTE_STREAM: req_db_take
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
