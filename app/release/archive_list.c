// What stands in an archive, and under which names.
#include "release/archive.h"

#include "os/file.h"
#include "web/gate.h"

static Str redacted_text(const Archive *x, Arena *a, const ReleaseFile *f)
{
    Str page = workspace_path(a, x->w, "/releases/");
    return arena_fmt(
        a, "This file was redacted by %.*s on %.*s%s%.*s\n\nFor more information see: %.*s%.*s\n",
        STR(f->deleted_by), STR(time_plain(a, f->deleted_at)), f->delete_reason.n ? ": " : "",
        STR(f->delete_reason), STR(x->q->server->origin), STR(page));
}

ArchiveEntry archive_file(Archive *x, Arena *a, const ReleaseFile *f)
{
    // Files of one name from two sites each stand in a folder of their site.
    ArchiveEntry e = {.name = f->shared ? path_join(a, f->backend_slug, f->name) : f->name,
                      .when = f->created_at};
    if (f->has_deleted_at) {
        e.bytes = redacted_text(x, a, f);
        return e;
    }
    e.stream = release_packed_path(a, x->q->server->data, f->id);
    e.crc = (u32)f->crc32;
    e.size = f->size;
    e.packed = f->deflated;
    return e;
}

fallible archive_compose(Archive *x)
{
    owned_walk files = files_walk(x->db, x->of);
    for (const ReleaseFile *f;;) {
        TRY(files_next(&files, x->q->a, &f));
        if (!f) return NULL;
        ArchiveEntry e = archive_file(x, &files.own, f);
        TRY(archive_put(x, &e));
    }
}
