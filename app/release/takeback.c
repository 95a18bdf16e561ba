// First the rows, then the bytes: a crash leaves bytes that a row says to be gone, never a row without its bytes.
#include "release/takeback.h"

#include "account/account.h"
#include "os/file.h"
#include "release/record.h"
#include "view/view.h"
#include "web/event.h"
#include "web/gate.h"

static fallible bytes_remove(Req *q, Str path)
{
    return file_remove(q->a, path);
}

static fallible looks_forget(Req *q, Str sha256)
{
    return view_forget(q->a, arena_fmt(q->a, "%.*s/views", STR(q->server->data)), sha256);
}

static void bytes_go(Req *q, const ReleaseGet *r, const ReleaseFile *f)
{
    Str folder = release_folder(q->a, q->server->data, r->workspace_name, r->id);
    req_after(q, bytes_remove, release_packed_path(q->a, q->server->data, f->id));
    req_after(q, bytes_remove, path_join(q->a, folder, f->name));
    req_after(q, looks_forget, f->filehash);
}

fallible takeback_file(Req *q, const ReleaseGet *r, const ReleaseFile *f, Str reason)
{
    i64 changed;
    TRY(release_file_drop(q->db, q->a, f->id, q->who.id, q->now, reason, &changed));
    if (!changed) return fail(q->a, ERR_CONFLICT, "this file was deleted already; reload the page");
    TRY(release_note(q->db, q->a, q->now, q->who.id, "release.file_delete", r->id,
                     arena_fmt(q->a, "{\"file\":\"%.*s\"}", STR(f->id))));
    TRY(record_log_deletion(q->db, q->a, q->now, r, q->who.username, reason, f));
    bytes_go(q, r, f);
    return NULL;
}

fallible takeback_release(Req *q, const ReleaseGet *r, Str reason)
{
    i64 changed, dropped;
    ReleaseFileList files;
    TRY(release_file_list(q->db, q->a, r->id, &files));
    TRY(release_withdraw_mark(q->db, q->a, r->id, q->who.id, q->now, reason, &changed));
    if (!changed)
        return fail(q->a, ERR_CONFLICT, "this release was withdrawn already; reload the page");
    TRY(release_files_drop(q->db, q->a, r->id, q->who.id, q->now, reason, &dropped));
    TRY(release_note(q->db, q->a, q->now, q->who.id, "release.withdraw", r->id,
                     arena_fmt(q->a, "{\"files\":%lld}", (long long)dropped)));
    TRY(record_log_withdrawal(q->db, q->a, q->now, r, q->who.username, reason));
    for (isize i = 0; i < files.n; i++)
        if (!files.v[i].has_deleted_at) bytes_go(q, r, &files.v[i]);
    return NULL;
}
