// An archive that is written while its entries come: headers, data, directory.
#include <errno.h>
#include <unistd.h>

#include "base/map.h"
#include "base/str.h"
#include "kit/zip_format.h"
#include "os/file.h"

struct ZipWriter {
    Arena *a;
    ZipTake *take;
    void *who;
    i64 at; // bytes taken so far
    ZipListed *v;
    isize n, cap;
    Map names;
};

static fallible name_once(Arena *a, Map *names, Str name)
{
    TRY(zip_name_check(a, name));
    void **at = map_at(a, names, name);
    if (*at) return fail(a, ERR_BAD_INPUT, "%.*s would be twice in the archive", STR(name));
    *at = names;
    return NULL;
}

ZipWriter *zip_writer(Arena *a, ZipTake *take, void *who)
{
    ZipWriter *w = make(a, ZipWriter, 1);
    *w = (ZipWriter){.a = a, .take = take, .who = who};
    return w;
}

typedef struct Descriptor {
    Arena *a;
    int fd;
} Descriptor;

static Err *to_descriptor(void *who, Str piece)
{
    Descriptor *d = who;
    return file_write_fd(d->a, d->fd, piece);
}

ZipWriter *zip_writer_fd(Arena *a, int fd)
{
    Descriptor *d = make(a, Descriptor, 1);
    *d = (Descriptor){a, fd};
    return zip_writer(a, to_descriptor, d);
}

static Err *send(void *who, Str piece)
{
    ZipWriter *w = who;
    w->at += piece.n;
    return w->take(w->who, piece);
}

static fallible entry_start(ZipWriter *w, const ZipEntry *e, bool streamed, ZipListed **out)
{
    Str name = str_copy(w->a, e->name);
    TRY(name_once(w->a, &w->names, name));
    if (w->n == w->cap) {
        w->cap = w->cap ? w->cap * 2 : 64;
        ZipListed *v = make(w->a, ZipListed, w->cap);
        if (w->n) memcpy(v, w->v, (size_t)w->n * sizeof *v);
        w->v = v;
    }
    ZipListed *l = *out = &w->v[w->n++];
    *l = (ZipListed){.e = *e, .at = w->at, .streamed = streamed};
    l->e.name = name;
    Buf b = {.a = w->a};
    zip_put_local(&b, l);
    return send(w, buf_str(&b));
}

fallible zip_add(ZipWriter *w, Str name, Time when, Str bytes)
{
    Arena own = {0};
    Str packed = deflate_bytes(&own, bytes, DEFLATE_LEVEL);
    bool smaller = packed.n < bytes.n;
    if (!smaller) packed = bytes;
    ZipEntry e = {.name = name,
                  .when = when,
                  .deflated = smaller,
                  .crc = deflate_crc(0, bytes),
                  .bytes = bytes.n,
                  .packed = packed.n};
    ZipListed *l;
    Err *failed = entry_start(w, &e, false, &l);
    if (!failed && packed.n) failed = send(w, packed);
    arena_free(&own);
    return failed;
}

fallible zip_add_fd(ZipWriter *w, Str name, Time when, int fd)
{
    ZipEntry e = {.name = name, .when = when, .deflated = true};
    ZipListed *l;
    Deflated d;
    TRY(entry_start(w, &e, true, &l));
    TRY(deflate_fd_to(w->a, fd, send, w, &d));
    l->e.crc = d.crc;
    l->e.bytes = d.bytes;
    l->e.packed = d.packed;
    Buf b = {.a = w->a};
    zip_put(&b, ZIP_DESCRIPTOR, 4);
    zip_put(&b, d.crc, 4);
    zip_put(&b, (u64)d.packed, 8);
    zip_put(&b, (u64)d.bytes, 8);
    return send(w, buf_str(&b));
}

fallible zip_add_packed(ZipWriter *w, const ZipEntry *e, int fd)
{
    enum { PIECE = 128 * 1024 };
    Arena own = {0};
    char *piece = make(&own, char, PIECE);
    ZipListed *l;
    Err *failed = entry_start(w, e, false, &l);
    for (i64 at = 0; at < e->packed && !failed;) {
        i64 room = e->packed - at < PIECE ? e->packed - at : PIECE;
        ssize_t got = pread(fd, piece, (size_t)room, at);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0)
            failed = fail(w->a, ERR_IO, "the packed bytes of %.*s are not all there", STR(e->name));
        else
            failed = send(w, (Str){piece, got});
        at += got;
    }
    arena_free(&own);
    return failed;
}

fallible zip_end(ZipWriter *w)
{
    Buf b = {.a = w->a};
    for (isize i = 0; i < w->n; i++)
        zip_put_central(&b, &w->v[i]);
    zip_put_end(&b, w->n, w->at, b.n);
    return send(w, buf_str(&b));
}
