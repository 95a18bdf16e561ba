// project: approved work of an org, its members and who is invited. What a member may do is a role grant (account).
#pragma once
#include "project/project.gen.h"
#include "web/web.h"

extern const RouteList project_routes;

// The project that the path's {org}/{project} names goes into scope.project and scope.org; not found otherwise.
fallible project_scope(Req *, Scope *);
fallible project_of(Req *, ProjectGet *out); // the same row, for handlers
// Second segments that are pages under an org.
bool project_slug_is_reserved(Str slug);
// Makes a project in an org; the maker becomes a member with the role Project Developer. number 0: none.
fallible project_make(Db *, Arena *, Time now, i64 by, i64 org, Str name, i64 number,
                      ProjectGet *out);
// Makes somebody a member with exactly these roles (contract 1.6: only local ones); an empty list is a member who may look.
fallible project_member_set(Db *, Arena *, Time now, i64 by, const ProjectGet *, i64 person,
                            const StrList *roles);
fallible project_member_drop(Db *, Arena *, Time now, i64 by, const ProjectGet *, i64 person);
fallible project_edit(Db *, Arena *, Time now, i64 by, const ProjectGet *, Str name);
