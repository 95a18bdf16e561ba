// Pages of snapshots: what a workspace published, drafts for those who may see them, single published files, a badge.
#include "base/str.h"
#include "release/release.page.h"
#include "release/shown.h"
#include "release/snapshot.page.h"
#include "view/view.h"
#include "web/frame.h"
#include "web/gate.h"
#include "web/piece.h"

static fallible outputs_page(Req *q)
{
    WorkspaceGet w;
    TRY(workspace_of(q, &w));
    Scope here = {.org = w.org, .project = w.project, .workspace = w.id};
    SnapshotIndex x = {
        .w = &w, .may_view = req_may_in(q, PERM_RELEASE_FILE_VIEW, here), .now = q->now, .a = q->a};
    TRY(snapshot_list(q->db, q->a, w.id, x.may_view, &x.list));
    frame_head(q, S("Published outputs"));
    snapshot_index(&q->answer.body, &x);
    frame_foot(q);
    return NULL;
}

static fallible create_post(Req *q)
{
    WorkspaceGet w;
    i64 id;
    bool exists;
    TRY(workspace_of(q, &w));
    TRY(snapshot_make_latest(q->db, q->a, q->now, &w, q->who.id, &id, &exists));
    if (exists)
        answer_flash(q, FLASH_WARNING, SNAPSHOT_EXISTS);
    else
        answer_flash(q, FLASH_DONE, "The draft is made; somebody who may publish does the rest");
    return answer_redirect(q, snapshot_path(q->a, &w, id));
}

static fallible publish_post(Req *q)
{
    WorkspaceGet w;
    Snapshot s;
    TRY(workspace_of(q, &w));
    TRY(snapshot_of(q->db, q->a, &w, req_param(q, "snapshot"), &s));
    TRY(snapshot_publish(q->db, q->a, q->now, &w, q->who.id, &s));
    answer_flash(q, FLASH_DONE, "Published: everybody who has the address can see these files");
    return answer_redirect(q, snapshot_path(q->a, &w, s.id));
}

static fallible badge(Req *q)
{
    WorkspaceGet w;
    SnapshotPublishedCount count;
    TRY(workspace_of(q, &w));
    TRY(snapshot_published_count(q->db, q->a, w.id, &count));
    q->answer.mime = S("image/svg+xml");
    snapshot_badge(&q->answer.body, count.n);
    return NULL;
}

static fallible published_file(Req *q)
{
    WorkspaceGet w;
    ReleaseFile f;
    SnapshotShows shows;
    Str look;
    TRY(workspace_of(q, &w));
    TRY(snapshot_shows(q->db, q->a, w.id, req_param(q, "file"), &shows));
    if (!shows.published) return fail(q->a, ERR_NOT_FOUND, "There is no such published file.");
    TRY(release_file_get(q->db, q->a, req_param(q, "file"), &f));
    Str folder = release_folder(q->a, q->server->data, w.name, f.release);
    q->answer.etag = f.filehash;
    return view_serve(q, arena_fmt(q->a, "%.*s/%.*s", STR(folder), STR(f.name)), f.name, &look);
}

static const Field no_fields[] = {{0}};

#define PATH "/{org}/{project}/{workspace}/"
static const Route rows[] = {
    {GET,  PATH "outputs/",                    PERM_ANYONE,           NULL,            outputs_page,   NULL, 0, ROUTE_PAGE},
    {GET,  PATH "outputs/badge/",              PERM_ANYONE,           NULL,            badge,          NULL, 0, ROUTE_PAGE},
    {POST, PATH "outputs/latest/snapshot/",    PERM_SNAPSHOT_CREATE,  workspace_scope, create_post,
     no_fields,                                                                                              0, ROUTE_HIDE},
    {POST, PATH "outputs/{snapshot}/publish/", PERM_SNAPSHOT_PUBLISH, workspace_scope, publish_post,
     no_fields,                                                                                              0, ROUTE_HIDE},
    {GET,  PATH "published/{file}/",           PERM_ANYONE,           NULL,            published_file, NULL, 0, ROUTE_PAGE},
};
const RouteList snapshot_routes = ROUTES(rows);
