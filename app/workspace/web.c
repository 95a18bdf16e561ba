// Pages of workspaces: making one, looking at it, its settings.
#include "workspace/workspace.h"

#include "backend/backend.h"
#include "web/frame.h"
#include "web/piece.h"
#include "workspace/pages.h"

static fallible new_page(Req *q)
{
    ProjectGet p;
    TRY(project_of(q, &p));
    frame_head(q, S("New workspace"));
    workspace_new(&q->answer.body, &p, csrf_field(q));
    frame_foot(q);
    return NULL;
}

static fallible new_post(Req *q)
{
    WorkspaceGet w;
    TRY(workspace_make(q->db, q->a, q->now, q->who.id, q->scope.project, req_field(q, "name"),
                       req_field(q, "repo"), req_field(q, "branch"), &w));
    if (req_field(q, "token").n)
        TRY(workspace_token_set(q->db, q->a, q->now, q->who.id, q->server->key, &w,
                                req_field(q, "token")));
    answer_flash(q, FLASH_DONE, "The workspace is here; now run its first jobs");
    return answer_redirect(q, workspace_path(q->a, &w, "/"));
}

// The airlock of the first site where the visitor may look; shown only to those who may see released files.
static fallible airlock_url(Req *q, Str *out)
{
    BackendGetList sites;
    *out = (Str){0};
    if (!q->who.id) return NULL;
    TRY(backend_of_person(q->db, q->a, q->who.id, &sites));
    for (isize i = 0; !out->n && i < sites.n; i++)
        *out = sites.v[i].level_4_url;
    return NULL;
}

static fallible show_page(Req *q)
{
    WorkspaceGet w;
    Scope here;
    Str airlock;
    TRY(workspace_of(q, &w));
    TRY(workspace_scope(q, &here));
    TRY(airlock_url(q, &airlock));
    frame_head(q, w.name);
    workspace_show(&q->answer.body,
                   &(WorkspaceShow){
                       .w = &w,
                       .now = q->now,
                       .a = q->a,
                       .csrf = csrf_field(q),
                       .level_4_url = airlock,
                       .may_run = req_may_in(q, PERM_JOB_RUN, here),
                       .may_archive = req_may_in(q, PERM_WORKSPACE_ARCHIVE, here),
                       .may_notify = req_may_in(q, PERM_WORKSPACE_TOGGLE_NOTIFICATIONS, here),
                       .may_see_files = req_may_in(q, PERM_RELEASE_FILE_VIEW, here),
                   });
    frame_foot(q);
    return NULL;
}

static fallible archive_post(Req *q)
{
    WorkspaceGet w;
    TRY(workspace_of(q, &w));
    TRY(workspace_archive(q->db, q->a, q->now, q->who.id, &w, req_flag(q, "is_archived")));
    return answer_redirect(q, arena_fmt(q->a, "/%.*s/%.*s/", STR(w.org_slug), STR(w.project_slug)));
}

static fallible notify_post(Req *q)
{
    WorkspaceGet w;
    TRY(workspace_of(q, &w));
    TRY(workspace_notify(q->db, q->a, q->now, q->who.id, &w, req_flag(q, "should_notify")));
    return answer_redirect(q, workspace_path(q->a, &w, "/"));
}

static fallible token_post(Req *q)
{
    WorkspaceGet w;
    TRY(workspace_of(q, &w));
    TRY(workspace_token_set(q->db, q->a, q->now, q->who.id, q->server->key, &w,
                            req_field(q, "token")));
    answer_flash(q, FLASH_DONE,
                 req_field(q, "token").n ? "The token is saved, sealed" : "The token is gone");
    return answer_redirect(q, workspace_path(q->a, &w, "/"));
}

static const Field new_fields[] = {
    {"name",      FIELD_TEXT, true, 100},
    {"repo",       FIELD_TEXT, true, 500},
    {"branch",           FIELD_TEXT, true, 200},
    {"token",FIELD_SECRET, false, 500},
    {0       }
};
static const Field archive_fields[] = {
    {"is_archived", FIELD_FLAG, false, 0},
    {0       }
};
static const Field notify_fields[] = {
    {"should_notify", FIELD_FLAG, false, 0},
    {0         }
};
static const Field token_fields[] = {
    {"token", FIELD_SECRET, false, 500},
    {0 }
};

#define PROJECT "/{org}/{project}/"
#define PATH    PROJECT "{workspace}/"
static const Route rows[] = {
    {GET,  PROJECT "new-workspace/",     PERM_WORKSPACE_CREATE,               project_scope,   new_page,     NULL,          0,
     ROUTE_HIDE                                                                                                                          },
    {POST, PROJECT "new-workspace/",     PERM_WORKSPACE_CREATE,               project_scope,   new_post,     new_fields,    0,
     ROUTE_HIDE                                                                                                                          },
    {GET,  PATH,                         PERM_ANYONE,                         NULL,            show_page,    NULL,          0, ROUTE_PAGE},
    {POST, PATH "archive-toggle/",       PERM_WORKSPACE_ARCHIVE,              workspace_scope, archive_post,
     archive_fields,                                                                                                        0, ROUTE_HIDE},
    {POST, PATH "notifications-toggle/", PERM_WORKSPACE_TOGGLE_NOTIFICATIONS, workspace_scope,
     notify_post,                                                                                            notify_fields, 0, ROUTE_HIDE},
    {POST, PATH "token/",                PERM_JOB_RUN,                        workspace_scope, token_post,   token_fields,  0, ROUTE_HIDE},
};
const RouteList workspace_routes = ROUTES(rows);
