// pages: the compiled pages of workspace/; rooms above add their parts as panels.
#pragma once
#include "project/project.h"
#include "web/html.h"
#include "workspace/workspace.h"

typedef struct WorkspaceShow {
    const WorkspaceGet *w;
    bool may_run, may_archive, may_notify, may_see_files;
    Str level_4_url; // of a backend where the visitor may look; or empty
    Time now;
    Arena *a;
    Html csrf;
} WorkspaceShow;
void workspace_new(Buf *, const ProjectGet *, Html csrf);
void workspace_show(Buf *, const WorkspaceShow *);
