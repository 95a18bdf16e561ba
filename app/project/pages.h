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
    const ProjectInvitationsWaiting *waiting; // settings only
    Str invited; // the link that accepts what waits for this visitor, or empty
    Time now;
    Arena *a;
} ProjectShow;
void project_index(Buf *, const OrgGet *, const ProjectList *, bool may_make);
void project_new(Buf *, const OrgGet *, Html csrf);
void project_show(Buf *, const ProjectShow *);
void project_settings(Buf *, const ProjectShow *, const ProjectStrangers *, Html csrf);
void project_member_page(Buf *, const ProjectGet *, const ProjectMembersRow *, Html csrf);
void project_invite_form(Buf *, const ProjectGet *, const ProjectInvitable *, Str problem,
                         Html csrf);
void project_waiting(Buf *, const ProjectGet *, const ProjectInvitationsWaiting *, Time now,
                     Html csrf);
void project_accept(Buf *, const ProjectGet *, const ProjectInvitation *, Str roles, Str path,
                    Time now, Html csrf);
// Is the role among "A, B, C"?
bool project_roles_have(Str list, Str role);
Str project_roles_said(Arena *, Str list); // their titles, as people read them
