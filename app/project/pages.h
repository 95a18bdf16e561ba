// pages: the compiled pages of project/.
#pragma once
#include "account/role.h"
#include "org/org.h"
#include "project/project.h"
#include "web/html.h"

typedef struct ProjectShow {
    const ProjectGet *project;
    const ProjectMembers *members;
    const ProjectWorkspaces *workspaces;
    bool may_make_workspace, may_edit;
    Time now;
    Arena *a;
} ProjectShow;
void project_index(Buf *, const OrgGet *, const ProjectList *, bool may_make);
void project_new(Buf *, const OrgGet *, Html csrf);
void project_show(Buf *, const ProjectShow *);
void project_settings(Buf *, const ProjectShow *, const ProjectStrangers *, Html csrf);
void project_member_page(Buf *, const ProjectGet *, const ProjectMembersRow *, Html csrf);
// Is the role among "A, B, C"?
bool project_roles_have(Str list, Str role);
