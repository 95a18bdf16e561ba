// Reading releases over the API: indexes and bytes (contract 2.7), and what the airlock asks about people (2.8).
#include "account/account.h"
#include "dialect/opensafely/opensafely.h"
#include "release/files.h"
#include "view/view.h"

static void put_file(Req *q, JsonOut *j, const ReleaseFile *f, bool with_backend)
{
    json_obj(j);
    json_str(json_key(j, S("name")),
             with_backend ? arena_fmt(q->a, "%.*s/%.*s", STR(f->backend_slug), STR(f->name))
                          : f->name);
    json_str(json_key(j, S("id")), f->id);
    json_str(json_key(j, S("url")), arena_fmt(q->a, "/api/v2/releases/file/%.*s", STR(f->id)));
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

static fallible answer_index(Req *q, const ReleaseFileList *files, bool with_backend)
{
    Buf b = {.a = q->a};
    JsonOut j = json_begin(&b, JSON_COMPACT);
    json_arr(json_key(json_obj(&j), S("files")));
    for (isize i = 0; i < files->n; i++)
        put_file(q, &j, &files->v[i], with_backend);
    json_end(&j);
    json_end(&j);
    return answer_json(q, 200, buf_str(&b));
}

fallible opensafely_release_index(Req *q)
{
    ReleaseFileList files;
    TRY(release_file_list(q->db, q->a, req_param(q, "release"), &files));
    return answer_index(q, &files, false);
}

fallible opensafely_release_workspace(Req *q)
{
    WorkspaceGet w;
    bool found;
    ReleaseFileList files;
    TRY(workspace_by_name(q->db, q->a, req_param(q, "workspace"), &w, &found));
    if (!found) return fail(q->a, ERR_NOT_FOUND, "Not found.");
    TRY(files_list(q->db, q->a, (FilesOf){.workspace = w.id}, 100000, &files));
    return answer_index(q, &files, true);
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

// Scopes: which project the permission is asked for. Unknown objects are not found before anything is said.
fallible opensafely_release_scope(Req *q, Scope *out)
{
    ReleaseGet r;
    WorkspaceGet w;
    TRY(release_get(q->db, q->a, req_param(q, "release"), &r));
    TRY(workspace_by_id(q->db, q->a, r.workspace, &w));
    *out = (Scope){.org = w.org, .project = w.project, .workspace = w.id};
    return NULL;
}

fallible opensafely_file_scope(Req *q, Scope *out)
{
    ReleaseFile f;
    ReleaseGet r;
    WorkspaceGet w;
    TRY(release_file_get(q->db, q->a, req_param(q, "file"), &f));
    TRY(release_get(q->db, q->a, f.release, &r));
    TRY(workspace_by_id(q->db, q->a, r.workspace, &w));
    *out = (Scope){.org = w.org, .project = w.project, .workspace = w.id};
    return NULL;
}

fallible opensafely_workspace_scope(Req *q, Scope *out)
{
    WorkspaceGet w;
    bool found;
    TRY(workspace_by_name(q->db, q->a, req_param(q, "workspace"), &w, &found));
    if (!found) return fail(q->a, ERR_NOT_FOUND, "Not found.");
    *out = (Scope){.org = w.org, .project = w.project, .workspace = w.id};
    return NULL;
}
