// One viewer and one download; what differs is which files they are of.
#include "release/shown.h"

#include "base/str.h"
#include "release/archive.h"
#include "release/release.page.h"
#include "web/frame.h"
#include "web/piece.h"

// What the path names: found for the visitor, or NOT_FOUND. q->db reads.
typedef struct Shown {
    WorkspaceGet w;
    ReleaseGet release;
    Snapshot snapshot;
    FilesOf of;
    Str title, base;
    Str name; // of the archive
} Shown;
typedef fallible Find(Req *, Shown *);

fallible release_here(Req *q, const WorkspaceGet *w, ReleaseGet *out)
{
    TRY(release_get(q->db, q->a, req_param(q, "release"), out));
    if (out->workspace != w->id || !out->completed_at)
        return fail(q->a, ERR_NOT_FOUND, "there is no such release in this workspace");
    return NULL;
}

static Err *find_release(Req *q, Shown *s)
{
    ReleaseGet *r = &s->release;
    TRY(workspace_of(q, &s->w));
    TRY(release_here(q, &s->w, r));
    s->of = (FilesOf){.release = r->id};
    s->title = arena_fmt(q->a, "Files released by %.*s from %.*s",
                         STR(r->person.n ? r->person : r->username), STR(r->backend_name));
    s->base =
        workspace_path(q->a, &s->w, cstr(q->a, arena_fmt(q->a, "/releases/%.*s/", STR(r->id))));
    s->name = arena_fmt(q->a, "release-%.*s", STR(r->id));
    return NULL;
}

static Err *find_latest(Req *q, Shown *s)
{
    TRY(workspace_of(q, &s->w));
    s->of = (FilesOf){.workspace = s->w.id};
    s->title = S("All outputs, the newest version of each file");
    s->base = workspace_path(q->a, &s->w, "/outputs/latest/");
    s->name = arena_fmt(q->a, "workspace-%.*s", STR(s->w.name));
    return NULL;
}

static Err *find_snapshot(Req *q, Shown *s)
{
    TRY(workspace_of(q, &s->w));
    TRY(snapshot_seen(q, &s->w, req_param(q, "snapshot"), &s->snapshot));
    s->of = (FilesOf){.snapshot = s->snapshot.id};
    s->title =
        arena_fmt(q->a, "%s outputs %lld", s->snapshot.published_at ? "Published" : "Draft of",
                  (long long)s->snapshot.id);
    s->base = snapshot_path(q->a, &s->w, s->snapshot.id);
    s->name = arena_fmt(q->a, "snapshot-%.*s-%lld", STR(s->w.name), (long long)s->snapshot.id);
    return NULL;
}

// Where the bytes of a file are: everybody may fetch those that were published.
static Str raw_of(Req *q, const Shown *s, const ReleaseFile *f)
{
    if (!s->snapshot.published_at) return arena_fmt(q->a, "/api/v2/releases/file/%.*s", STR(f->id));
    return arena_fmt(q->a, "%.*s%.*s/", STR(workspace_path(q->a, &s->w, "/published/")),
                     STR(f->id));
}

static fallible file_choose(Req *q, const Shown *s, ReleaseViewer *v, Str path)
{
    for (isize i = 0; i < v->files.n && !v->chosen; i++) {
        Str name = v->files.v[i].name;
        if (!v->files.v[i].has_deleted_at && str_eq(name, path)) v->chosen = &v->files.v[i];
    }
    if (!v->chosen) return fail(q->a, ERR_NOT_FOUND, "there is no file \"%.*s\" here", STR(path));
    Str folder = release_folder(q->a, q->server->data, s->w.name, v->chosen->release);
    v->raw = raw_of(q, s, v->chosen);
    ViewAsk ask = {.path = arena_fmt(q->a, "%.*s/%.*s", STR(folder), STR(v->chosen->name)),
                   .name = v->chosen->name,
                   .sha256 = v->chosen->filehash,
                   .keep = arena_fmt(q->a, "%.*s/views", STR(q->server->data)),
                   .raw = v->raw,
                   .wish = view_wish(q)};
    return view_make(q->a, &ask, &v->view);
}

static fallible viewer(Req *q, Find *find, Str path)
{
    Shown s = {0};
    TRY(find(q, &s));
    Scope here = {.org = s.w.org, .project = s.w.project, .workspace = s.w.id};
    ReleaseViewer v = {.w = &s.w,
                       .title = s.title,
                       .base = s.base,
                       .release = s.release.id.n ? &s.release : NULL,
                       .snapshot = s.snapshot.id ? &s.snapshot : NULL,
                       .may_create =
                           find == find_latest && req_may_in(q, PERM_SNAPSHOT_CREATE, here),
                       .may_publish = req_may_in(q, PERM_SNAPSHOT_PUBLISH, here),
                       .csrf = csrf_field(q),
                       .now = q->now,
                       .a = q->a};
    TRY(files_list(q->db, q->a, s.of, SHOWN_MAX, &v.files));
    if (path.n) TRY(file_choose(q, &s, &v, path));
    frame_head(q, v.chosen ? view_name(q->a, v.chosen->name) : v.title);
    release_viewer(&q->answer.body, &v);
    frame_foot(q);
    return NULL;
}

static fallible download(Req *q, Find *find)
{
    Shown s = {0};
    q->db = req_db_take(q, DB_READ_ONLY);
    owned_archive x = {.q = q, .db = q->db, .w = &s.w};
    Err *e = find(q, &s);
    x.of = s.of;
    x.release = s.release.id.n ? &s.release : NULL;
    if (!e) e = archive_plan(&x);
    req_db_give(q, q->db);
    q->db = NULL;
    return e ? e : archive_send(&x, s.name);
}

static fallible release_page(Req *q)
{
    return viewer(q, find_release, S(""));
}

static fallible release_file_page(Req *q)
{
    return viewer(q, find_release, req_param(q, "path"));
}

static fallible release_download(Req *q)
{
    return download(q, find_release);
}

static fallible latest_page(Req *q)
{
    return viewer(q, find_latest, S(""));
}

static fallible latest_file_page(Req *q)
{
    return viewer(q, find_latest, req_param(q, "path"));
}

static fallible latest_download(Req *q)
{
    return download(q, find_latest);
}

static fallible snapshot_page(Req *q)
{
    return viewer(q, find_snapshot, S(""));
}

static fallible snapshot_file_page(Req *q)
{
    return viewer(q, find_snapshot, req_param(q, "path"));
}

static fallible snapshot_download(Req *q)
{
    return download(q, find_snapshot);
}

// A snapshot that was published is for everybody; snapshot_seen hides drafts.
#define PATH "/{org}/{project}/{workspace}/"
static const Route rows[] = {
    {GET, PATH "releases/{release}/",          PERM_RELEASE_FILE_VIEW, workspace_scope, release_page,       NULL,
     0,                                                                                                              ROUTE_HIDE               },
    {GET, PATH "releases/{release}/{path...}", PERM_RELEASE_FILE_VIEW, workspace_scope,
     release_file_page,                                                                                     NULL, 0, ROUTE_HIDE               },
    {GET, PATH "releases/{release}/download/", PERM_RELEASE_FILE_VIEW, workspace_scope,
     release_download,                                                                                      NULL, 0, ROUTE_HIDE | ROUTE_STREAM},
    {GET, PATH "outputs/latest/",              PERM_RELEASE_FILE_VIEW, workspace_scope, latest_page,        NULL, 0,
     ROUTE_HIDE                                                                                                                               },
    {GET, PATH "outputs/latest/{path...}",     PERM_RELEASE_FILE_VIEW, workspace_scope,
     latest_file_page,                                                                                      NULL, 0, ROUTE_HIDE               },
    {GET, PATH "outputs/latest/download/",     PERM_RELEASE_FILE_VIEW, workspace_scope, latest_download,
     NULL,                                                                                                        0, ROUTE_HIDE | ROUTE_STREAM},
    {GET, PATH "outputs/{snapshot}/",          PERM_ANYONE,            NULL,            snapshot_page,      NULL, 0, ROUTE_PAGE               },
    {GET, PATH "outputs/{snapshot}/{path...}", PERM_ANYONE,            NULL,            snapshot_file_page, NULL, 0,
     ROUTE_PAGE                                                                                                                               },
    {GET, PATH "outputs/{snapshot}/download/", PERM_ANYONE,            NULL,            snapshot_download,  NULL, 0,
     ROUTE_STREAM                                                                                                                             },
};
const RouteList shown_routes = ROUTES(rows);
