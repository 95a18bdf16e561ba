// home_parts: what the first page shows to somebody who is signed in.
#pragma once
#include "backend/backend.h"
#include "release/release.h"
#include "web/html.h"
#include "workspace/workspace.h"

typedef struct HomeParts {
    Str name;
    WorkspaceRowList workspaces;
    BackendGetList sites; // where the person may run jobs; their airlocks
    Html running, newest;
    ReleaseOfPerson released;
    bool may_make_org;
    Time now;
    Arena *a;
} HomeParts;
