// Reading releases over the API: indexes and bytes (contract 2.7), and what the airlock asks about people (2.8).
#include "account/account.h"
#include "dialect/opensafely/opensafely.h"
#include "release/snapshot.h"
#include "view/view.h"

enum { INDEX_MAX = 100000 };

// How an index names its files.
typedef struct IndexLook {
    bool with_backend;
    Str published; // where published files are, or empty
} IndexLook;

static void put_file(Req *q, JsonOut *j, const ReleaseFile *f, const IndexLook *look)
{
    json_obj(j);
    json_str(json_key(j, S("name")),
             look->with_backend ? arena_fmt(q->a, "%.*s/%.*s", STR(f->backend_slug), STR(f->name))
                                : f->name);
    json_str(json_key(j, S("id")), f->id);
    json_str(json_key(j, S("url")),
             look->published.n ? arena_fmt(q->a, "%.*s%.*s/", STR(look->published), STR(f->id))
                               : arena_fmt(q->a, "/api/v2/releases/file/%.*s", STR(f->id)));
    json_str(json_key(j, S("user")), f->username);
    Str iso = time_iso(q->a, f->created_at);
    json_str(json_key(j, S("date")), arena_fmt(q->a, "%.*s+00:00", STR(str_take(iso, iso.n - 1))));
    json_str(json_key(j, S("sha256")), f->filehash);
    json_int(json_key(j, S("size")), f->size);
    json_bool(json_key(j, S("is_deleted")), f->has_deleted_at);
    json_str(json_key(j, S("backend")), f->backend_name);
    json_null(json_key(j, S("metadata")));
    json_null(json_key(j, S("review")));
    json_end(j);
}

static fallible answer_index(Req *q, FilesOf of, IndexLook look)
{
    ReleaseFileList files;
    TRY(files_list(q->db, q->a, of, INDEX_MAX, &files));
    Buf b = {.a = q->a};
    JsonOut j = json_begin(&b, JSON_COMPACT);
    json_arr(json_key(json_obj(&j), S("files")));
    for (isize i = 0; i < files.n; i++)
        put_file(q, &j, &files.v[i], &look);
    json_end(&j);
    json_end(&j);
    return answer_json(q, 200, buf_str(&b));
}

fallible opensafely_workspace(Req *q, Db *db, WorkspaceGet *out)
{
    bool found;
    TRY(workspace_by_name(db, q->a, req_param(q, "workspace"), out, &found));
    return found ? NULL : fail(q->a, ERR_NOT_FOUND, "Not found.");
}

fallible opensafely_release_index(Req *q)
{
    return answer_index(q, (FilesOf){.release = req_param(q, "release")}, (IndexLook){0});
}

fallible opensafely_release_workspace(Req *q)
{
    WorkspaceGet w;
    TRY(opensafely_workspace(q, q->db, &w));
    return answer_index(q, (FilesOf){.workspace = w.id}, (IndexLook){.with_backend = true});
}

// A draft is for those who may view released files; what was published is for everybody, with public addresses.
fallible opensafely_snapshot_index(Req *q)
{
    WorkspaceGet w;
    Snapshot s;
    TRY(opensafely_workspace(q, q->db, &w));
    TRY(snapshot_seen(q, &w, req_param(q, "snapshot"), &s));
    IndexLook look = {.with_backend = true};
    if (s.published_at) look.published = workspace_path(q->a, &w, "/published/");
    return answer_index(q, (FilesOf){.snapshot = s.id}, look);
}

fallible opensafely_release_file(Req *q)
{
    ReleaseFile f;
    ReleaseGet r;
    TRY(release_file_get(q->db, q->a, req_param(q, "file"), &f));
    TRY(release_get(q->db, q->a, f.release, &r));
    if (f.has_deleted_at) return fail(q->a, ERR_NOT_FOUND, "Not found.");
    Str folder = release_folder(q->a, q->server->data, r.workspace_name, r.id);
    bool done;
    Str path = arena_fmt(q->a, "%.*s/%.*s", STR(folder), STR(f.name));
    TRY(view_serve_opened(q, path, f.name, &done));
    if (done) return NULL;
    q->answer.file = path;
    q->answer.mime = view_mime(f.name);
    q->answer.modified = f.created_at;
    q->answer.etag = f.filehash;
    q->answer.sandboxed = true;
    return NULL;
}

// Scopes: which project the permission is asked for. Unknown objects are not found before anything is said; a release
// that is not whole is not there.
static fallible workspace_scope_of(Req *q, Str release, Scope *out)
{
    ReleaseGet r;
    WorkspaceGet w;
    TRY(release_get(q->db, q->a, release, &r));
    if (!r.completed_at) return fail(q->a, ERR_NOT_FOUND, "Not found.");
    TRY(workspace_by_id(q->db, q->a, r.workspace, &w));
    *out = (Scope){.org = w.org, .project = w.project, .workspace = w.id};
    return NULL;
}

fallible opensafely_release_scope(Req *q, Scope *out)
{
    return workspace_scope_of(q, req_param(q, "release"), out);
}

fallible opensafely_file_scope(Req *q, Scope *out)
{
    ReleaseFile f;
    TRY(release_file_get(q->db, q->a, req_param(q, "file"), &f));
    return workspace_scope_of(q, f.release, out);
}

fallible opensafely_workspace_scope(Req *q, Scope *out)
{
    WorkspaceGet w;
    TRY(opensafely_workspace(q, q->db, &w));
    *out = (Scope){.org = w.org, .project = w.project, .workspace = w.id};
    return NULL;
}
