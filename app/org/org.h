// org: organisations; their members may make projects. The first segment of a URL is an org.
#pragma once
#include "org/org.gen.h"
#include "web/web.h"

extern const RouteList org_routes;

// The org that the path's {org} names goes into scope.org; not found otherwise.
fallible org_scope(Req *, Scope *);
// First segments that are pages, so no org may be called so.
bool org_slug_is_reserved(Str slug);
// Makes an org and notes it in the trail; the slug comes from the name. Errors are sentences for a form.
fallible org_make(Db *, Arena *, Time now, i64 by, Str name, Str description, OrgGet *out);
fallible org_member_set(Db *, Arena *, Time now, i64 by, i64 org, i64 person, bool member);
fallible org_edit(Db *, Arena *, Time now, i64 by, const OrgGet *, Str name, Str description);
fallible org_member_by_name(Db *, Arena *, Time now, i64 by, const OrgGet *, Str username,
                            bool member);
