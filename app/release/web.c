// Pages of releases: what left a workspace and a project; what was let out is taken back.
#include "os/file.h"
#include "project/project.h"
#include "release/release.page.h"
#include "release/shown.h"
#include "release/takeback.h"
#include "view/view.h"
#include "web/event.h"
#include "web/frame.h"
#include "web/piece.h"

static fallible index_load(Req *q, ReleaseIndex *x, WorkspaceGet *w)
{
    Scope here = {.org = w->org, .project = w->project, .workspace = w->id};
    *x = (ReleaseIndex){.w = w,
                        .now = q->now,
                        .a = q->a,
                        .csrf = csrf_field(q),
                        .may_view = req_may_in(q, PERM_RELEASE_FILE_VIEW, here),
                        .may_delete = req_may_in(q, PERM_RELEASE_FILE_DELETE, here)};
    TRY(release_of_workspace(q->db, q->a, w->id, &x->releases));
    if (!x->may_view && !x->may_delete) return NULL; // who takes files back must know their names
    TRY(files_list(q->db, q->a, (FilesOf){.workspace = w->id}, SHOWN_MAX, &x->latest));
    x->files = make(q->a, ReleaseFileList, x->releases.n + 1);
    for (isize i = 0; i < x->releases.n; i++)
        TRY(release_file_list(q->db, q->a, x->releases.v[i].id, &x->files[i]));
    return NULL;
}

static fallible index_page(Req *q)
{
    ReleaseIndex x;
    WorkspaceGet w;
    TRY(workspace_of(q, &w));
    TRY(index_load(q, &x, &w));
    frame_head(q, S("Released outputs"));
    release_index(&q->answer.body, &x);
    frame_foot(q);
    return NULL;
}

static fallible project_page(Req *q)
{
    ProjectGet p;
    ReleaseOfProject list;
    TRY(project_of(q, &p));
    TRY(release_of_project(q->db, q->a, p.id, &list));
    frame_head(q, S("Released outputs"));
    release_project(&q->answer.body, &p, &list, q->now, q->a);
    frame_foot(q);
    return NULL;
}

static Takeback takeback_of(const Req *q)
{
    return (Takeback){.db = q->db,
                      .a = q->a,
                      .now = q->now,
                      .data = q->server->data,
                      .who = q->who,
                      .through = S("page"),
                      .reason = req_field(q, "reason")};
}

static fallible bytes_remove(Req *q, Str path)
{
    return file_remove(q->a, path);
}

static fallible looks_forget(Req *q, Str sha256)
{
    return view_forget(q->a, arena_fmt(q->a, "%.*s/views", STR(q->server->data)), sha256);
}

// When the change is committed, and not before.
static void forget_after(Req *q, const Takeback *t)
{
    for (isize i = 0; i < t->bytes.n; i++)
        req_after(q, bytes_remove, t->bytes.v[i]);
    for (isize i = 0; i < t->looks.n; i++)
        req_after(q, looks_forget, t->looks.v[i]);
}

static fallible delete_post(Req *q)
{
    Takeback t = takeback_of(q);
    WorkspaceGet w;
    ReleaseGet r;
    ReleaseFile f;
    TRY(workspace_of(q, &w));
    TRY(release_here(q, &w, &r));
    TRY(release_file_get(q->db, q->a, req_param(q, "file"), &f));
    if (!str_eq(f.release, r.id))
        return fail(q->a, ERR_NOT_FOUND, "there is no such file in this release");
    TRY(takeback_file(&t, &r, &f));
    forget_after(q, &t);
    answer_flash(q, FLASH_DONE, "%.*s is deleted; archives say so in its place", STR(f.name));
    return answer_redirect(q, workspace_path(q->a, &w, "/releases/"));
}

static fallible withdraw_post(Req *q)
{
    Takeback t = takeback_of(q);
    WorkspaceGet w;
    ReleaseGet r;
    TRY(workspace_of(q, &w));
    TRY(release_here(q, &w, &r));
    TRY(takeback_release(&t, &r));
    forget_after(q, &t);
    answer_flash(q, FLASH_DONE, "The release is withdrawn; archives say so in place of its files");
    return answer_redirect(q, workspace_path(q->a, &w, "/releases/"));
}

static const Field reason_fields[] = {
    {"reason", FIELD_TEXT, true, 500},
    {0   }
};

#define PATH "/{org}/{project}/{workspace}/"
static const Route rows[] = {
    {GET,  "/{org}/{project}/releases/",             PERM_ANYONE,              NULL,            project_page, NULL,          0, ROUTE_PAGE},
    {GET,  PATH "releases/",                         PERM_ANYONE,              NULL,            index_page,   NULL,          0, ROUTE_PAGE},
    {POST, PATH "releases/{release}/withdraw/",      PERM_RELEASE_FILE_DELETE, workspace_scope,
     withdraw_post,                                                                                           reason_fields, 0, ROUTE_HIDE},
    {POST, PATH "releases/{release}/{file}/delete/", PERM_RELEASE_FILE_DELETE, workspace_scope,
     delete_post,                                                                                             reason_fields, 0, ROUTE_HIDE},
};
const RouteList release_routes = ROUTES(rows);
