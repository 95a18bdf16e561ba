// backend: the sites that can run things, who may run there, and whether they were heard of lately.
#pragma once
#include "backend/backend.gen.h"
#include "backend/token.h"
#include "web/web.h"

extern const RouteList backend_routes, backend_token_routes;

// Makes a backend; *token is 40 hex digits, shown this once and kept as a hash (NULL: it gets one by an invitation).
fallible backend_make(Db *, Arena *, Time now, i64 by, Str slug, Str name, Str level_4_url,
                      BackendGet *out, Str *token);
fallible backend_change(Db *, Arena *, Time now, i64 by, const BackendGet *, Str name,
                        Str level_4_url, bool is_active);
fallible backend_member_set(Db *, Arena *, Time now, i64 by, const BackendGet *, i64 person,
                            bool member);
// [A-Za-z0-9][A-Za-z0-9_-]*[A-Za-z0-9]
bool backend_slug_is_valid(Str);
// Not heard of within its time; never seen counts from its making.
bool backend_is_missing(const BackendGet *, Time now);
// The page banner: "tpp runner not seen for at least 5 mins" for each missing active backend; or empty.
fallible backend_banner(Db *, Arena *, Time now, Str *out);
