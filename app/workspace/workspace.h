// workspace: a repository and a branch in a project; what jobs run in and releases come from.
#pragma once
#include "kit/crypto.h"
#include "web/web.h"
#include "workspace/workspace.gen.h"

extern const RouteList workspace_routes;

// The workspace that the path's {org}/{project}/{workspace} names: scope.workspace, .project and .org.
fallible workspace_scope(Req *, Scope *);
fallible workspace_of(Req *, WorkspaceGet *out); // the same row, for handlers
// "/org/project/workspace" + rest
Str workspace_path(Arena *, const WorkspaceGet *, const char *rest);
// Lower case letters, digits, dash and underscore, not the name of a page; what is wrong otherwise, as a sentence.
fallible workspace_name_check(Arena *, Str name);
// https, http or file URLs without credentials, blanks or control bytes.
fallible workspace_repo_check(Arena *, Str repo);
fallible workspace_make(Db *, Arena *, Time now, i64 by, i64 project, Str name, Str repo,
                        Str branch, WorkspaceGet *out);
// The access token of a private repository, unsealed with the installation's key; empty when there is none.
fallible workspace_token(Arena *, const SecretKey *, const WorkspaceGet *, Str *out);
fallible workspace_token_set(Db *, Arena *, Time now, i64 by, const SecretKey *,
                             const WorkspaceGet *, Str token);
fallible workspace_archive(Db *, Arena *, Time now, i64 by, const WorkspaceGet *, bool archived);
fallible workspace_notify(Db *, Arena *, Time now, i64 by, const WorkspaceGet *, bool notify);
