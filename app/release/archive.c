// Many released files as one zip: headers, the streams that were compressed when the files arrived, a directory.
#include "release/archive.h"

#include "kit/zip.h"
#include "os/file.h"
#include "os/own.h"
#include "web/gate.h"

enum { ARCHIVE_PIECE = 256 * 1024 };

typedef struct Archive {
    Req *q;
    ZipEntry *entries;
    Str *paths; // of the deflate stream; empty: the entry is `notes`
    Str *notes;
    ZipLayout layout;
} Archive;

// In place of a file that was taken back (contract 3.10).
static Str redacted_text(Req *q, const WorkspaceGet *w, const ReleaseFile *f)
{
    Str page = workspace_path(q->a, w, "/releases/");
    return arena_fmt(
        q->a,
        "This file was redacted by %.*s on %.*s%s%.*s\n\nFor more information see: %.*s%.*s\n",
        STR(f->deleted_by), STR(time_plain(q->a, f->deleted_at)), f->delete_reason.n ? ": " : "",
        STR(f->delete_reason), STR(q->server->origin), STR(page));
}

// Two sites may have released files of one name: then each stands in a folder of its site.
static Str entry_name(Req *q, const ReleaseFileList *files, isize i)
{
    for (isize k = 0; k < files->n; k++)
        if (k != i && str_eq(files->v[k].name, files->v[i].name))
            return arena_fmt(q->a, "%.*s/%.*s", STR(files->v[i].backend_slug),
                             STR(files->v[i].name));
    return files->v[i].name;
}

static void entry_fill(Archive *x, const WorkspaceGet *w, const ReleaseFileList *files, isize i)
{
    const ReleaseFile *f = &files->v[i];
    x->entries[i] = (ZipEntry){.name = entry_name(x->q, files, i), .when = f->created_at};
    if (f->has_deleted_at) {
        Str note = redacted_text(x->q, w, f);
        x->notes[i] = note;
        x->entries[i].crc = deflate_crc(0, note);
        x->entries[i].bytes = x->entries[i].packed = note.n;
        return;
    }
    x->paths[i] = release_packed_path(x->q->a, x->q->server->data, f->id);
    x->entries[i].deflated = true;
    x->entries[i].crc = (u32)f->crc32;
    x->entries[i].bytes = f->size;
    x->entries[i].packed = f->deflated;
}

static fallible stream_send(Archive *x, Str path, i64 n)
{
    int opened;
    char *piece = make(x->q->a, char, ARCHIVE_PIECE);
    TRY(file_open(x->q->a, path, &opened));
    owned_fd fd = opened;
    while (n > 0) {
        ssize_t got = read(fd, piece, (size_t)(n < ARCHIVE_PIECE ? n : ARCHIVE_PIECE));
        if (got <= 0) return fail(x->q->a, ERR_IO, "a stored file is shorter than it was");
        TRY(stream_write(x->q, (Str){piece, got}));
        n -= got;
    }
    return NULL;
}

static fallible pieces_send(Archive *x)
{
    for (isize i = 0; i < x->layout.n; i++) {
        const ZipPiece *p = &x->layout.v[i];
        if (p->head.n)
            TRY(stream_write(x->q, p->head));
        else if (x->notes[p->entry].n)
            TRY(stream_write(x->q, x->notes[p->entry]));
        else
            TRY(stream_send(x, x->paths[p->entry], p->n));
    }
    return stream_end(x->q);
}

fallible archive_send(Req *q, const WorkspaceGet *w, Str name, const ReleaseFileList *files)
{
    Archive x = {.q = q,
                 .entries = make(q->a, ZipEntry, files->n + 1),
                 .paths = make(q->a, Str, files->n + 1),
                 .notes = make(q->a, Str, files->n + 1)};
    if (!files->n) return fail(q->a, ERR_NOT_FOUND, "there is nothing to download yet");
    for (isize i = 0; i < files->n; i++)
        entry_fill(&x, w, files, i);
    TRY(zip_layout(q->a, x.entries, files->n, &x.layout));
    answer_header(q, S("Content-Disposition"),
                  arena_fmt(q->a, "attachment; filename=\"%.*s.zip\"", STR(name)));
    TRY(stream_begin(q, 200, S("application/zip"), x.layout.bytes));
    return pieces_send(&x);
}
