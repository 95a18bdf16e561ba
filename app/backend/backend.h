// backend: the sites that can run things, who may run there, and whether they were heard of lately.
#pragma once
#include "backend/backend.gen.h"
#include "web/web.h"

extern const RouteList backend_routes;

// Makes a backend; *token is 40 hex digits, shown this once and kept as a hash.
fallible backend_make(Db *, Arena *, Time now, i64 by, Str slug, Str name, Str level_4_url,
                      BackendGet *out, Str *token);
// A new token; the old one is void at once.
fallible backend_token_rotate(Db *, Arena *, Time now, i64 by, const BackendGet *, Str *token);
fallible backend_change(Db *, Arena *, Time now, i64 by, const BackendGet *, Str name,
                        Str level_4_url, bool is_active);
fallible backend_member_set(Db *, Arena *, Time now, i64 by, const BackendGet *, i64 person,
                            bool member);
// The backend of a raw `Authorization` value (no scheme word). Unknown ones leave *found false.
fallible backend_by_token(Db *, Arena *, Str authorization, bool *found, BackendGet *out);
// [A-Za-z0-9][A-Za-z0-9_-]*[A-Za-z0-9]
bool backend_slug_is_valid(Str);
// Not heard of within its time; never seen counts from its making.
bool backend_is_missing(const BackendGet *, Time now);
// The page banner: "tpp runner not seen for at least 5 mins" for each missing active backend; or empty.
fallible backend_banner(Db *, Arena *, Time now, Str *out);
