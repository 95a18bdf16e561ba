// Pages of projects: an org's list, one project, its settings and members.
#include "project/project.h"

#include "project/invite.h"
#include "project/pages.h"
#include "web/frame.h"
#include "web/gate.h"
#include "web/piece.h"

static Str project_path(Req *q, const ProjectGet *p, const char *rest)
{
    return arena_fmt(q->a, "/%.*s/%.*s/%s", STR(p->org_slug), STR(p->slug), rest);
}

bool project_roles_have(Str list, Str role)
{
    Str one;
    while (str_next(&list, ',', &one))
        if (str_eq(str_trim(one), role)) return true;
    return false;
}

Str project_roles_said(Arena *a, Str list)
{
    StrList names = {0};
    Str one;
    while (str_next(&list, ',', &one))
        str_list_add(a, &names, str_trim(one));
    return project_role_titles(a, &names);
}

static fallible index_page(Req *q)
{
    OrgGet org;
    ProjectList list;
    TRY(org_get(q->db, q->a, req_param(q, "org"), &org));
    TRY(project_list(q->db, q->a, org.id, &list));
    frame_head(q, org.name);
    project_index(&q->answer.body, &org, &list,
                  req_may_in(q, PERM_PROJECT_CREATE, (Scope){.org = org.id}));
    frame_foot(q);
    return NULL;
}

static fallible new_page(Req *q)
{
    OrgGet org;
    TRY(org_get(q->db, q->a, req_param(q, "org"), &org));
    frame_head(q, S("New project"));
    project_new(&q->answer.body, &org, csrf_field(q));
    frame_foot(q);
    return NULL;
}

static fallible new_post(Req *q)
{
    ProjectGet p;
    TRY(project_make(q->db, q->a, q->now, q->who.id, q->scope.org, req_field(q, "name"),
                     req_field_i64(q, "number"), &p));
    answer_flash(q, FLASH_DONE, "The project is here; now make a workspace in it");
    return answer_redirect(q, project_path(q, &p, ""));
}

static fallible show_load(Req *q, ProjectShow *s)
{
    ProjectGet *p = make(q->a, ProjectGet, 1);
    ProjectMembers *members = make(q->a, ProjectMembers, 1);
    ProjectWorkspaces *workspaces = make(q->a, ProjectWorkspaces, 1);
    TRY(project_of(q, p));
    TRY(project_members(q->db, q->a, p->id, members));
    TRY(project_workspaces(q->db, q->a, p->id, workspaces));
    Scope here = {.org = p->org, .project = p->id};
    *s = (ProjectShow){
        .project = p,
        .members = members,
        .workspaces = workspaces,
        .now = q->now,
        .a = q->a,
        .may_make_workspace = req_may_in(q, PERM_WORKSPACE_CREATE, here),
        .may_edit = req_may_in(q, PERM_PROJECT_MEMBERSHIP_EDIT, here) || req_may(q, PERM_STAFF),
    };
    return NULL;
}

static fallible show_page(Req *q)
{
    ProjectShow s;
    ProjectInvitation i;
    bool found = false;
    TRY(show_load(q, &s));
    if (q->who.id) TRY(project_invitation_of(q->db, q->a, s.project->id, q->who.id, &i, &found));
    if (found) s.invited = project_invite_path(q->a, q->server->key, s.project, i.id);
    frame_head(q, s.project->name);
    project_show(&q->answer.body, &s);
    frame_foot(q);
    return NULL;
}

static fallible settings_page(Req *q)
{
    ProjectShow s;
    ProjectStrangers strangers;
    ProjectInvitationsWaiting waiting;
    TRY(show_load(q, &s));
    TRY(project_invitations_waiting(q->db, q->a, s.project->id, &waiting));
    s.waiting = &waiting;
    TRY(project_strangers(q->db, q->a, s.project->id, &strangers));
    frame_head(q, S("Project settings"));
    project_settings(&q->answer.body, &s, &strangers, csrf_field(q));
    frame_foot(q);
    return NULL;
}

static fallible settings_post(Req *q)
{
    ProjectGet p;
    TRY(project_of(q, &p));
    TRY(project_edit(q->db, q->a, q->now, q->who.id, &p, req_field(q, "name")));
    answer_flash(q, FLASH_DONE, "Saved");
    return answer_redirect(q, project_path(q, &p, "settings/"));
}

static fallible members_post(Req *q)
{
    ProjectGet p;
    StrList names = {0};
    TRY(project_of(q, &p));
    req_fields(q, "roles", &names);
    TRY(project_member_set(q->db, q->a, q->now, q->who.id, &p, req_field_i64(q, "person"), &names));
    answer_flash(q, FLASH_DONE, "The member's roles are saved");
    return answer_redirect(q, project_path(q, &p, "settings/"));
}

static fallible member_page(Req *q)
{
    ProjectGet p;
    ProjectMembers members;
    i64 person;
    TRY(project_of(q, &p));
    TRY(project_members(q->db, q->a, p.id, &members));
    for (isize i = 0; str_i64(req_param(q, "person"), &person) && i < members.n; i++) {
        if (members.v[i].id != person) continue;
        frame_head(q, members.v[i].username);
        project_member_page(&q->answer.body, &p, &members.v[i], csrf_field(q));
        frame_foot(q);
        return NULL;
    }
    return fail(q->a, ERR_NOT_FOUND, "this person does not belong to the project");
}

static fallible remove_post(Req *q)
{
    ProjectGet p;
    TRY(project_of(q, &p));
    TRY(project_member_drop(q->db, q->a, q->now, q->who.id, &p, req_field_i64(q, "person")));
    answer_flash(q, FLASH_DONE, "The person no longer belongs to the project");
    return answer_redirect(q, project_path(q, &p, "settings/"));
}

static const Field new_fields[] = {
    {"name", FIELD_TEXT, true, 100},
    {"number",  FIELD_INT, false, 12},
    {0     }
};
static const Field name_fields[] = {
    {"name", FIELD_TEXT, true, 100},
    {0 }
};
static const Field member_fields[] = {
    {"person", FIELD_INT, true, 20},
    {"roles",    FIELD_MANY, false, 60},
    {0       }
};
static const Field invite_fields[] = {
    {"users", FIELD_MANY, false, 20},
    {"roles",  FIELD_MANY, false, 60},
    {0      },
};
static const Field cancel_fields[] = {
    {"invite_pk", FIELD_INT, true, 20},
    {0      },
};
static const Field person_fields[] = {
    {"person", FIELD_INT, true, 20},
    {0   }
};

#define PATH "/{org}/{project}/"
static const Route rows[] = {
    {GET,  "/{org}/",                     PERM_ANYONE,                  NULL,          index_page,          NULL,          0, ROUTE_PAGE},
    {GET,  "/{org}/new-project/",         PERM_PROJECT_CREATE,          org_scope,     new_page,            NULL,          0, ROUTE_PAGE},
    {POST, "/{org}/new-project/",         PERM_PROJECT_CREATE,          org_scope,     new_post,            new_fields,    0,
     ROUTE_PAGE                                                                                                                         },
    {GET,  PATH,                          PERM_ANYONE,                  NULL,          show_page,           NULL,          0, ROUTE_PAGE},
    {GET,  PATH "settings/",              PERM_PROJECT_MEMBERSHIP_EDIT, project_scope, settings_page,       NULL,          0,
     ROUTE_HIDE                                                                                                                         },
    {POST, PATH "settings/",              PERM_PROJECT_MEMBERSHIP_EDIT, project_scope, settings_post,
     name_fields,                                                                                                          0, ROUTE_HIDE},
    {POST, PATH "members/",               PERM_PROJECT_MEMBERSHIP_EDIT, project_scope, members_post,
     member_fields,                                                                                                        0, ROUTE_HIDE},
    {GET,  PATH "members/{person}/edit/", PERM_PROJECT_MEMBERSHIP_EDIT, project_scope, member_page,
     NULL,                                                                                                                 0, ROUTE_HIDE},
    {POST, PATH "members/remove/",        PERM_PROJECT_MEMBERSHIP_EDIT, project_scope, remove_post,
     person_fields,                                                                                                        0, ROUTE_HIDE},
    {GET,  PATH "invite-users/",          PERM_PROJECT_MEMBERSHIP_EDIT, project_scope, project_invite_page,
     NULL,                                                                                                                 0, ROUTE_HIDE},
    {POST, PATH "invite-users/",          PERM_PROJECT_MEMBERSHIP_EDIT, project_scope, project_invite_post,
     invite_fields,                                                                                                        0, ROUTE_HIDE},
    {POST, PATH "cancel-invite/",         PERM_PROJECT_MEMBERSHIP_EDIT, project_scope,
     project_cancel_invite_post,                                                                            cancel_fields, 0, ROUTE_HIDE},
    {GET,  PATH "accept-invite/{token}/", PERM_SIGNED_IN,               NULL,          project_accept_page, NULL,          0,
     ROUTE_PAGE                                                                                                                         },
    {POST, PATH "accept-invite/{token}/", PERM_SIGNED_IN,               NULL,          project_accept_post, NULL,          0,
     ROUTE_PAGE                                                                                                                         },
};
const RouteList project_routes = ROUTES(rows);
