// route: one row for each thing that can be asked of a role: address, permission, fields, function. The row is the policy.
#pragma once
#include "base/str.h"
#include "web/perm.h"

typedef struct Req Req;

typedef enum Method { GET = 1, POST, PUT, PATCH, DELETE } Method;

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
    // HTML: visitors who are not signed in are sent to /login/.
    ROUTE_PAGE = 0,
    // JSON errors `{"detail": …}`; 403 instead of a redirect; no CSRF for tokens.
    ROUTE_API = 1,
    // Lacking the permission looks like "not found" (contract 3).
    ROUTE_HIDE = 2,
    // The handler reads the body or writes the answer itself, outside a transaction.
    ROUTE_STREAM = 4,
    // A change that needs no audit line (sign-in throttling, last-seen stamps).
    ROUTE_NO_NOTE = 8,
    // A GET for everybody alike: no session is looked up, no database is taken.
    ROUTE_OPEN = 16,
} RouteFlags;

typedef struct Route {
    Method method;
    // "/{org}/{project}/settings/"; {name} is one segment, {name...} the rest, at the end only.
    const char *path;
    Perm perm;
    // Finds the object that the permission is asked of; NULL: globally.
    fallible (*scope)(Req *, Scope *out);
    fallible (*run)(Req *);
    // Ends with a row whose name is NULL; NULL: no form. Fields that are not named are refused.
    const Field *fields;
    isize body_max; // bytes; 0 means 64 KiB for forms and JSON
    unsigned flags;
} Route;

// The rows of one room.
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
