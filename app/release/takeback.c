// First the rows, then the bytes: a crash leaves bytes that a row says to be gone, never a row without its bytes.
#include "release/takeback.h"

#include "os/file.h"
#include "release/record.h"
#include "view/view.h"

static void bytes_note(Takeback *t, const ReleaseGet *r, const ReleaseFile *f)
{
    Str folder = release_folder(t->a, t->data, r->workspace_name, r->id);
    str_list_add(t->a, &t->bytes, release_packed_path(t->a, t->data, f->id));
    str_list_add(t->a, &t->bytes, path_join(t->a, folder, f->name));
    str_list_add(t->a, &t->looks, f->filehash);
}

fallible takeback_file(Takeback *t, const ReleaseGet *r, const ReleaseFile *f)
{
    i64 changed;
    TRY(release_file_drop(t->db, t->a, f->id, t->who.id, t->now, t->reason, &changed));
    if (!changed) return fail(t->a, ERR_CONFLICT, "%.*s was deleted already", STR(f->name));
    TRY(release_note(
        t->db, t->a, t->now, t->who.id, "release.file_delete", r->id,
        arena_fmt(t->a, "{\"file\":\"%.*s\",\"through\":\"%.*s\"}", STR(f->id), STR(t->through))));
    TRY(record_log_deletion(t->db, t->a, t->now, r, t->who.username, t->reason, f));
    bytes_note(t, r, f);
    return NULL;
}

fallible takeback_release(Takeback *t, const ReleaseGet *r)
{
    i64 changed, dropped;
    ReleaseFileList files;
    TRY(release_file_list(t->db, t->a, r->id, &files));
    TRY(release_withdraw_mark(t->db, t->a, r->id, t->who.id, t->now, t->reason, &changed));
    if (!changed) return fail(t->a, ERR_CONFLICT, "this release was withdrawn already");
    TRY(release_files_drop(t->db, t->a, r->id, t->who.id, t->now, t->reason, &dropped));
    TRY(release_note(t->db, t->a, t->now, t->who.id, "release.withdraw", r->id,
                     arena_fmt(t->a, "{\"files\":%lld,\"through\":\"%.*s\"}", (long long)dropped,
                               STR(t->through))));
    TRY(record_log_withdrawal(t->db, t->a, t->now, r, t->who.username, t->reason));
    for (isize i = 0; i < files.n; i++)
        if (!files.v[i].has_deleted_at) bytes_note(t, r, &files.v[i]);
    return NULL;
}

fallible takeback_forget(Arena *a, const Takeback *t)
{
    for (isize i = 0; i < t->bytes.n; i++)
        TRY(file_remove(a, t->bytes.v[i]));
    for (isize i = 0; i < t->looks.n; i++)
        TRY(view_forget(a, arena_fmt(a, "%.*s/views", STR(t->data)), t->looks.v[i]));
    return NULL;
}
