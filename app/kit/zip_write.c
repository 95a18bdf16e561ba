// Headers, data, directory; the layout of a known archive uses the same headers as the one that is streamed.
#include <errno.h>
#include <unistd.h>

#include "base/map.h"
#include "base/str.h"
#include "kit/zip_format.h"
#include "os/file.h"

typedef struct Listed {
    ZipEntry e;
    i64 at; // of its local header
    bool streamed;
} Listed;
struct ZipWriter {
    Arena *a;
    ZipTake *take;
    void *who;
    i64 at; // bytes taken so far
    Listed *v;
    isize n, cap;
    Map names;
};

static void put(Buf *b, u64 value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        buf_byte(b, (char)(value >> (8 * i)));
}

fallible zip_name_check(Arena *a, Str name)
{
    // A colon means a drive or a stream to some systems that unpack archives.
    if (path_is_plain(name) && str_find_byte(name, ':') < 0) return NULL;
    return fail(a, ERR_BAD_INPUT, "%.*s cannot be a name in an archive: rename the file",
                STR(str_printable(a, name)));
}

static u32 dos_time(Time when)
{
    TimeParts p = time_parts(when);
    if (p.year < 1980) return 0x210000; // 1980-01-01 00:00
    if (p.year > 2107) p.year = 2107;
    return (u32)(p.year - 1980) << 25 | (u32)p.month << 21 | (u32)p.day << 16 | (u32)p.hour << 11 |
           (u32)p.minute << 5 | (u32)p.second / 2;
}

static bool is_large(const Listed *l)
{
    return l->streamed || l->e.bytes >= (i64)ZIP_MAX32 || l->e.packed >= (i64)ZIP_MAX32;
}

// The part that local and central headers have in common: from "version needed" to the sizes.
static void put_facts(Buf *b, const Listed *l, bool local, bool version64)
{
    const ZipEntry *e = &l->e;
    bool unknown = local && l->streamed, large = is_large(l);
    put(b, version64 ? ZIP_VERSION64 : ZIP_VERSION, 2);
    put(b, ZIP_FLAG_UTF8 | (l->streamed ? ZIP_FLAG_DESCRIPTOR : 0), 2);
    put(b, e->deflated ? ZIP_DEFLATED : ZIP_STORED, 2);
    put(b, dos_time(e->when), 4);
    put(b, unknown ? 0 : e->crc, 4);
    put(b, large ? ZIP_MAX32 : (u64)e->packed, 4);
    put(b, large ? ZIP_MAX32 : (u64)e->bytes, 4);
    put(b, (u64)e->name.n, 2);
}

static Str local_header(Arena *a, const Listed *l)
{
    Buf b = {.a = a};
    bool large = is_large(l);
    put(&b, ZIP_LOCAL, 4);
    put_facts(&b, l, true, large);
    put(&b, large ? 20 : 0, 2);
    buf_put(&b, l->e.name);
    if (large) {
        put(&b, ZIP_EXTRA64, 2);
        put(&b, 16, 2);
        put(&b, l->streamed ? 0 : (u64)l->e.bytes, 8);
        put(&b, l->streamed ? 0 : (u64)l->e.packed, 8);
    }
    return buf_str(&b);
}

static void put_central(Buf *b, const Listed *l)
{
    bool large = is_large(l), far = l->at >= (i64)ZIP_MAX32;
    int extra = (large ? 16 : 0) + (far ? 8 : 0);
    put(b, ZIP_CENTRAL, 4);
    put(b, 3 << 8 | ZIP_VERSION64, 2); // made on Unix, so that the mode below counts
    put_facts(b, l, false, extra > 0);
    put(b, extra ? (u64)extra + 4 : 0, 2);
    put(b, 0, 2 + 2 + 2); // no comment, first disk, no internal attributes
    put(b, 0100644u << 16, 4);
    put(b, far ? ZIP_MAX32 : (u64)l->at, 4);
    buf_put(b, l->e.name);
    if (!extra) return;
    put(b, ZIP_EXTRA64, 2);
    put(b, (u64)extra, 2);
    if (large) put(b, (u64)l->e.bytes, 8);
    if (large) put(b, (u64)l->e.packed, 8);
    if (far) put(b, (u64)l->at, 8);
}

// The directory and the records that end the archive; `at` is where it will stand.
static Str directory(Arena *a, const Listed *v, isize n, i64 at)
{
    Buf b = {.a = a};
    for (isize i = 0; i < n; i++)
        put_central(&b, &v[i]);
    i64 size = b.n, end = at + size;
    bool large = n >= (isize)ZIP_MAX16 || at >= (i64)ZIP_MAX32 || size >= (i64)ZIP_MAX32;
    if (large) {
        put(&b, ZIP_END64, 4);
        put(&b, ZIP_END64_BYTES - 12, 8);
        put(&b, 3 << 8 | ZIP_VERSION64, 2);
        put(&b, ZIP_VERSION64, 2);
        put(&b, 0, 4 + 4);
        put(&b, (u64)n, 8);
        put(&b, (u64)n, 8);
        put(&b, (u64)size, 8);
        put(&b, (u64)at, 8);
        put(&b, ZIP_LOCATOR64, 4);
        put(&b, 0, 4);
        put(&b, (u64)end, 8);
        put(&b, 1, 4);
    }
    put(&b, ZIP_END, 4);
    put(&b, 0, 2 + 2);
    put(&b, large ? ZIP_MAX16 : (u64)n, 2);
    put(&b, large ? ZIP_MAX16 : (u64)n, 2);
    put(&b, large ? ZIP_MAX32 : (u64)size, 4);
    put(&b, large ? ZIP_MAX32 : (u64)at, 4);
    put(&b, 0, 2);
    return buf_str(&b);
}

static fallible name_once(Arena *a, Map *names, Str name)
{
    TRY(zip_name_check(a, name));
    void **at = map_at(a, names, name);
    if (*at) return fail(a, ERR_BAD_INPUT, "%.*s would be twice in the archive", STR(name));
    *at = names;
    return NULL;
}

fallible zip_layout(Arena *a, ZipEntry *entries, isize n, ZipLayout *out)
{
    Map names = {0};
    Listed *v = make(a, Listed, n + 1);
    *out = (ZipLayout){.v = make(a, ZipPiece, 2 * n + 1)};
    for (isize i = 0; i < n; i++) {
        TRY(name_once(a, &names, entries[i].name));
        v[i] = (Listed){.e = entries[i], .at = out->bytes};
        Str head = local_header(a, &v[i]);
        out->v[out->n++] = (ZipPiece){.from = out->bytes, .n = head.n, .head = head};
        out->bytes += head.n;
        entries[i].data_at = out->bytes;
        if (entries[i].packed)
            out->v[out->n++] = (ZipPiece){.from = out->bytes, .n = entries[i].packed, .entry = i};
        out->bytes += entries[i].packed;
    }
    Str end = directory(a, v, n, out->bytes);
    out->v[out->n++] = (ZipPiece){.from = out->bytes, .n = end.n, .head = end};
    out->bytes += end.n;
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

static fallible entry_start(ZipWriter *w, const ZipEntry *e, bool streamed, Listed **out)
{
    Str name = str_copy(w->a, e->name);
    TRY(name_once(w->a, &w->names, name));
    if (w->n == w->cap) {
        w->cap = w->cap ? w->cap * 2 : 64;
        Listed *v = make(w->a, Listed, w->cap);
        if (w->n) memcpy(v, w->v, (size_t)w->n * sizeof *v);
        w->v = v;
    }
    Listed *l = *out = &w->v[w->n++];
    *l = (Listed){.e = *e, .at = w->at, .streamed = streamed};
    l->e.name = name;
    return send(w, local_header(w->a, l));
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
    Listed *l;
    Err *failed = entry_start(w, &e, false, &l);
    if (!failed && packed.n) failed = send(w, packed);
    arena_free(&own);
    return failed;
}

fallible zip_add_fd(ZipWriter *w, Str name, Time when, int fd)
{
    ZipEntry e = {.name = name, .when = when, .deflated = true};
    Listed *l;
    Deflated d;
    TRY(entry_start(w, &e, true, &l));
    TRY(deflate_fd_to(w->a, fd, send, w, &d));
    l->e.crc = d.crc;
    l->e.bytes = d.bytes;
    l->e.packed = d.packed;
    Buf b = {.a = w->a};
    put(&b, ZIP_DESCRIPTOR, 4);
    put(&b, d.crc, 4);
    put(&b, (u64)d.packed, 8);
    put(&b, (u64)d.bytes, 8);
    return send(w, buf_str(&b));
}

fallible zip_add_packed(ZipWriter *w, const ZipEntry *e, int fd)
{
    enum { PIECE = 128 * 1024 };
    Arena own = {0};
    char *piece = make(&own, char, PIECE);
    Listed *l;
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
    return send(w, directory(w->a, w->v, w->n, w->at));
}
