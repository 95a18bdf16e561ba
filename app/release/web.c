// Pages of releases: what left a workspace, one release, one file, everything as one archive.
#include "release/release.h"

#include "project/project.h"
#include "release/archive.h"
#include "release/release.page.h"
#include "release/show.h"
#include "web/frame.h"
#include "web/piece.h"

enum { SHOWN_MAX = 10000 };

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

// The release that the path names, if it belongs to the path's workspace.
static fallible release_here(Req *q, const WorkspaceGet *w, ReleaseGet *out)
{
    TRY(release_get(q->db, q->a, req_param(q, "release"), out));
    if (out->workspace != w->id || !out->completed_at)
        return fail(q->a, ERR_NOT_FOUND, "there is no such release in this workspace");
    return NULL;
}

static fallible viewer_show(Req *q, ReleaseViewer *v, Str path)
{
    for (isize i = 0; i < v->files.n && !v->chosen; i++) {
        Str name = v->files.v[i].name;
        if (!v->files.v[i].has_deleted_at && str_eq(name, path)) v->chosen = &v->files.v[i];
    }
    if (path.n && !v->chosen)
        return fail(q->a, ERR_NOT_FOUND, "there is no file \"%.*s\" here", STR(path));
    if (v->chosen) {
        Str folder = release_folder(q->a, q->server->data, v->w->name, v->chosen->release);
        v->raw = arena_fmt(q->a, "/api/v2/releases/file/%.*s", STR(v->chosen->id));
        ViewAsk ask = {.path = arena_fmt(q->a, "%.*s/%.*s", STR(folder), STR(v->chosen->name)),
                       .name = v->chosen->name,
                       .sha256 = v->chosen->filehash,
                       .keep = arena_fmt(q->a, "%.*s/views", STR(q->server->data)),
                       .raw = v->raw,
                       .wish = view_wish(q)};
        TRY(view_make(q->a, &ask, &v->view));
    }
    frame_head(q, v->chosen ? v->chosen->name : v->title);
    release_viewer(&q->answer.body, v);
    frame_foot(q);
    return NULL;
}

static fallible release_view(Req *q, Str path)
{
    WorkspaceGet w;
    ReleaseGet r;
    ReleaseViewer v = {.w = &w, .now = q->now, .a = q->a};
    TRY(workspace_of(q, &w));
    TRY(release_here(q, &w, &r));
    TRY(release_file_list(q->db, q->a, r.id, &v.files));
    v.title = arena_fmt(q->a, "Files released by %.*s from %.*s",
                        STR(r.person.n ? r.person : r.username), STR(r.backend_name));
    v.base = workspace_path(q->a, &w, cstr(q->a, arena_fmt(q->a, "/releases/%.*s/", STR(r.id))));
    return viewer_show(q, &v, path);
}

static fallible latest_view(Req *q, Str path)
{
    WorkspaceGet w;
    ReleaseViewer v = {.w = &w,
                       .now = q->now,
                       .a = q->a,
                       .title = S("All outputs, the newest version of each file")};
    TRY(workspace_of(q, &w));
    TRY(files_list(q->db, q->a, (FilesOf){.workspace = w.id}, SHOWN_MAX, &v.files));
    v.base = workspace_path(q->a, &w, "/outputs/latest/");
    return viewer_show(q, &v, path);
}

static fallible release_page(Req *q)
{
    return release_view(q, S(""));
}
static fallible release_file_page(Req *q)
{
    return release_view(q, req_param(q, "path"));
}
static fallible latest_page(Req *q)
{
    return latest_view(q, S(""));
}
static fallible latest_file_page(Req *q)
{
    return latest_view(q, req_param(q, "path"));
}

static fallible download(Req *q, bool newest)
{
    WorkspaceGet w;
    ReleaseGet r = {0};
    q->db = req_db_take(q, DB_READ_ONLY);
    owned_archive x = {.q = q, .db = q->db, .w = &w, .release = newest ? NULL : &r};
    Err *e = workspace_of(q, &w);
    if (!e && !newest) e = release_here(q, &w, &r);
    x.of = (FilesOf){.release = r.id, .workspace = w.id};
    if (!e) e = archive_plan(&x);
    req_db_give(q, q->db);
    q->db = NULL;
    TRY(e);
    return archive_send(&x, newest ? arena_fmt(q->a, "workspace-%.*s", STR(w.name))
                                   : arena_fmt(q->a, "release-%.*s", STR(r.id)));
}

static fallible release_download(Req *q)
{
    return download(q, false);
}

static fallible latest_download(Req *q)
{
    return download(q, true);
}

static fallible delete_post(Req *q)
{
    WorkspaceGet w;
    ReleaseGet r;
    ReleaseFile f;
    TRY(workspace_of(q, &w));
    TRY(release_here(q, &w, &r));
    TRY(release_file_get(q->db, q->a, req_param(q, "file"), &f));
    if (!str_eq(f.release, r.id))
        return fail(q->a, ERR_NOT_FOUND, "there is no such file in this release");
    TRY(release_file_delete(q->db, q->a, q->now, q->who.id, q->server->data, &f, w.name,
                            req_field(q, "reason")));
    answer_flash(q, FLASH_DONE, "%.*s is deleted; archives say so in its place", STR(f.name));
    return answer_redirect(q, workspace_path(q->a, &w, "/releases/"));
}

static const Field delete_fields[] = {
    {"reason", FIELD_TEXT, true, 500},
    {0   }
};

#define PATH "/{org}/{project}/{workspace}/"
static const Route rows[] = {
    {GET,  "/{org}/{project}/releases/",             PERM_ANYONE,              NULL,            project_page,    NULL,          0, ROUTE_PAGE               },
    {GET,  PATH "releases/",                         PERM_ANYONE,              NULL,            index_page,      NULL,          0, ROUTE_PAGE               },
    {GET,  PATH "releases/{release}/",               PERM_RELEASE_FILE_VIEW,   workspace_scope, release_page,    NULL,
     0,                                                                                                                            ROUTE_HIDE               },
    {GET,  PATH "releases/{release}/{path...}",      PERM_RELEASE_FILE_VIEW,   workspace_scope,
     release_file_page,                                                                                          NULL,          0, ROUTE_HIDE               },
    {GET,  PATH "releases/{release}/download/",      PERM_RELEASE_FILE_VIEW,   workspace_scope,
     release_download,                                                                                           NULL,          0, ROUTE_HIDE | ROUTE_STREAM},
    {POST, PATH "releases/{release}/{file}/delete/", PERM_RELEASE_FILE_DELETE, workspace_scope,
     delete_post,                                                                                                delete_fields, 0, ROUTE_HIDE               },
    {GET,  PATH "outputs/latest/",                   PERM_RELEASE_FILE_VIEW,   workspace_scope, latest_page,     NULL,          0,
     ROUTE_HIDE                                                                                                                                             },
    {GET,  PATH "outputs/latest/{path...}",          PERM_RELEASE_FILE_VIEW,   workspace_scope,
     latest_file_page,                                                                                           NULL,          0, ROUTE_HIDE               },
    {GET,  PATH "outputs/latest/download/",          PERM_RELEASE_FILE_VIEW,   workspace_scope, latest_download,
     NULL,                                                                                                                      0, ROUTE_HIDE | ROUTE_STREAM},
};
const RouteList release_routes = ROUTES(rows);
