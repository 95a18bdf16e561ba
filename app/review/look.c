// What is compared with what, where the bytes lie, and the line in the trail.
#include "review/look.h"

#include "audit/audit.h"
#include "kit/json.h"
#include "os/own.h"
#include "output/manifest.h"
#include "output/output.h"
#include "review/link.h"
#include "review/look.gen.h"

enum { LOOK_AGAIN_MINUTES = 10 };

// A file that somebody looks at.
typedef struct Looked {
    Str workspace, file, sha256;
    i64 request; // 0: of the workspace
} Looked;

static fallible note_write(Req *q, const Looked *l, Str look)
{
    Buf b = {.a = q->a};
    JsonOut j = json_begin(&b, JSON_COMPACT);
    json_obj(&j);
    json_str(json_key(&j, S("file")), l->file);
    json_str(json_key(&j, S("sha256")), l->sha256);
    json_str(json_key(&j, S("look")), look);
    if (l->request) json_int(json_key(&j, S("request")), l->request);
    json_end(&j);
    Db *db = req_db_take(q, DB_READ_WRITE);
    Err *e = db_begin(db, q->a);
    if (!e)
        e = db_settle(db, q->a,
                      audit_note(db, q->a,
                                 (AuditLine){.at = q->now,
                                             .actor = q->who.id,
                                             .who = q->who.username,
                                             .action = S("review.look"),
                                             .kind = S("workspace"),
                                             .object = l->workspace,
                                             .details = buf_str(&b)}));
    req_db_give(q, db);
    return e;
}

// What a page shows of itself ("raw") is covered by any line about the same bytes; a download never is.
static fallible look_note(Req *q, const Looked *l, Str look)
{
    LookNoted before;
    bool part = str_eq(look, S("raw"));
    Time since = q->now - MINUTES(LOOK_AGAIN_MINUTES);
    if (str_eq(look, S("download"))) return note_write(q, l, look);
    TRY(look_noted(q->db, q->a, q->who.id, since, l->file, l->sha256, part ? S("") : look,
                   &before));
    return before.is_there ? NULL : note_write(q, l, look);
}

static Str surveys_folder(Req *q)
{
    return arena_fmt(q->a, "%.*s/views", STR(airlock_link(q)->site));
}

static Str request_bytes(Req *q, i64 request, Str sha256)
{
    return review_file_path(q->a, airlock_link(q)->site, request, sha256);
}

static Str day(Arena *a, Time t)
{
    return str_take(time_iso(a, t), 10);
}

// The version that left last; `v` has room.
static fallible released_add(Req *q, Str workspace, Str path, i64 request, ViewBefore *v, isize *n)
{
    LookReleased r;
    bool found;
    TRY(look_released(q->db, q->a, workspace, path, request, &r, &found));
    if (!found) return NULL;
    v[(*n)++] = (ViewBefore){
        .path = request_bytes(q, r.request, r.sha256),
        .raw = arena_fmt(q->a, "/requests/%lld/raw/%lld/", (long long)r.request, (long long)r.id),
        .title = arena_fmt(q->a, "the version released on %.*s (request %lld)",
                           STR(day(q->a, r.at)), (long long)r.request)};
    return NULL;
}

static fallible version_add(Req *q, const ReviewRequest *r, const ReviewFile *f, ViewBefore *v,
                            isize *n)
{
    LookVersion before;
    bool found;
    TRY(look_version_before(q->db, q->a, f->id, f->version, &before, &found));
    if (!found) return NULL;
    v[(*n)++] =
        (ViewBefore){.path = request_bytes(q, r->id, before.sha256),
                     .raw = arena_fmt(q->a, "/requests/%lld/raw/%lld/%lld/", (long long)r->id,
                                      (long long)f->id, (long long)before.version),
                     .title = arena_fmt(q->a, "version %lld of this request, of %.*s",
                                        (long long)before.version, STR(day(q->a, before.at)))};
    return NULL;
}

fallible look_at_request(Req *q, const ReviewRequest *r, const ReviewFile *f, View *out)
{
    ViewBefore befores[2];
    ViewAsk ask = {
        .path = request_bytes(q, r->id, f->sha256),
        .name = f->path,
        .sha256 = f->sha256,
        .keep = surveys_folder(q),
        .raw = arena_fmt(q->a, "/requests/%lld/raw/%lld/", (long long)r->id, (long long)f->id),
        .befores = befores,
        .wish = view_wish(q)};
    TRY(released_add(q, r->workspace, f->path, r->id, befores, &ask.befores_n));
    TRY(version_add(q, r, f, befores, &ask.befores_n));
    TRY(view_make(q->a, &ask, out));
    return look_note(q, &(Looked){r->workspace, f->path, f->sha256, r->id}, out->look);
}

fallible look_serve_request(Req *q, const ReviewRequest *r, const ReviewFile *f, Str sha256)
{
    Str look;
    TRY(view_serve(q, request_bytes(q, r->id, sha256), f->path, &look));
    return look_note(q, &(Looked){r->workspace, f->path, sha256, r->id}, look);
}

// From the manifest, if the file is still the one that it tells of; else from the bytes.
static fallible sha256_of(Req *q, Str workspace, Str path, Str bytes, Str *out)
{
    Manifest all;
    FileFacts facts;
    int opened;
    TRY(manifest_load(q->a, airlock_link(q)->site, workspace, &all));
    TRY(file_open(q->a, bytes, &opened));
    owned_fd fd = opened;
    TRY(file_facts_fd(q->a, fd, &facts));
    const ManifestEntry *e = manifest_find(&all, path);
    if (e && e->content_hash.n == 64 && e->size == facts.size && e->modified == facts.modified) {
        *out = e->content_hash;
        return NULL;
    }
    return sha256_fd(q->a, fd, out);
}

static fallible workspace_looked(Req *q, Str workspace, Str path, Looked *l, Str *bytes)
{
    *l = (Looked){.workspace = workspace, .file = path};
    *bytes = path_join(q->a, output_medium(q->a, airlock_link(q)->site, workspace), path);
    return sha256_of(q, workspace, path, *bytes, &l->sha256);
}

static Str workspace_href(Req *q, Str workspace, const char *what, Str path)
{
    return view_href(q->a, arena_fmt(q->a, "/workspaces/%.*s/%s/", STR(workspace), what), path);
}

fallible look_at_workspace(Req *q, Str workspace, Str path, View *out)
{
    ViewBefore befores[1];
    Looked l;
    ViewAsk ask = {.name = path,
                   .keep = surveys_folder(q),
                   .raw = workspace_href(q, workspace, "raw", path),
                   .live = workspace_href(q, workspace, "columns", path),
                   .befores = befores,
                   .wish = view_wish(q)};
    TRY(workspace_looked(q, workspace, path, &l, &ask.path));
    ask.sha256 = l.sha256;
    TRY(released_add(q, workspace, path, 0, befores, &ask.befores_n));
    TRY(view_make(q->a, &ask, out));
    return look_note(q, &l, out->look);
}

fallible look_columns_workspace(Req *q, Str workspace, Str path, ViewAsk *out)
{
    Looked l;
    *out = (ViewAsk){.name = path, .keep = surveys_folder(q)};
    if (!path_is_plain(path)) return fail(q->a, ERR_NOT_FOUND, "There is no such file.");
    TRY(workspace_looked(q, workspace, path, &l, &out->path));
    out->sha256 = l.sha256;
    return look_note(q, &l, S("columns"));
}

fallible look_serve_workspace(Req *q, Str workspace, Str path)
{
    Looked l;
    Str bytes, look;
    if (!path_is_plain(path)) return fail(q->a, ERR_NOT_FOUND, "There is no such file.");
    TRY(workspace_looked(q, workspace, path, &l, &bytes));
    TRY(view_serve(q, bytes, path, &look));
    return look_note(q, &l, look);
}
