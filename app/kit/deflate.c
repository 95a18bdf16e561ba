// libdeflate is three times faster than zlib but wants the whole input in memory; above a limit zlib streams.
#include <errno.h>
#include <libdeflate.h>
#include <unistd.h>
#define ZLIB_CONST // its input is not changed
#include <zlib.h>

#include "base/encode.h"
#include "base/str.h"
#include "kit/crypto.h"
#include "kit/deflate.h"
#include "os/file.h"

enum { PIECE = 128 * 1024 };
static const i64 WHOLE_MAX = 64 << 20, LEAN_MAX = 256 * 1024;

u32 deflate_crc(u32 so_far, Str s)
{
    return libdeflate_crc32(so_far, s.s, (size_t)s.n);
}

typedef size_t Compress(struct libdeflate_compressor *, const void *, size_t, void *, size_t);
typedef size_t Bound(struct libdeflate_compressor *, size_t);

static Str compress_with(Arena *a, Str in, int level, Bound *bound, Compress *compress)
{
    struct libdeflate_compressor *c = libdeflate_alloc_compressor(level);
    must(c);
    size_t room = bound(c, (size_t)in.n);
    char *out = make(a, char, (isize)room);
    size_t n = compress(c, in.s, (size_t)in.n, out, room);
    libdeflate_free_compressor(c);
    must(n > 0);
    return (Str){out, (isize)n};
}

Str deflate_bytes(Arena *a, Str in, int level)
{
    return compress_with(a, in, level, libdeflate_deflate_compress_bound,
                         libdeflate_deflate_compress);
}

Str gzip_bytes(Arena *a, Str in, int level)
{
    return compress_with(a, in, level, libdeflate_gzip_compress_bound, libdeflate_gzip_compress);
}

// window: -15 for raw streams, 15 + 16 for gzip
static fallible inflate_with(Arena *a, Str in, i64 cap, int window, Str *out)
{
    Buf b = {.a = a};
    char *piece = make(a, char, PIECE);
    z_stream z = {.next_in = (const Bytef *)in.s};
    if (in.n > UINT32_MAX) return fail(a, ERR_TOO_LARGE, "the compressed bytes are too many");
    z.avail_in = (uInt)in.n;
    must(inflateInit2(&z, window) == Z_OK);
    int code = Z_OK;
    while (code == Z_OK && b.n <= cap) {
        z.next_out = (Bytef *)piece;
        z.avail_out = PIECE;
        code = inflate(&z, Z_NO_FLUSH);
        buf_put(&b, (Str){piece, PIECE - (isize)z.avail_out});
    }
    bool left = z.avail_in > 0;
    inflateEnd(&z);
    if (b.n > cap)
        return fail(a, ERR_TOO_LARGE, "it unpacks to more than %lld bytes", (long long)cap);
    if (code != Z_STREAM_END || left)
        return fail(a, ERR_BAD_INPUT, "the compressed bytes are damaged");
    *out = buf_str(&b);
    return NULL;
}

fallible inflate_bytes(Arena *a, Str raw, i64 cap, Str *out)
{
    return inflate_with(a, raw, cap, -15, out);
}

fallible gunzip_bytes(Arena *a, Str gzip, i64 cap, Str *out)
{
    return inflate_with(a, gzip, cap, 15 + 16, out);
}

// One read of a file at its own place.
static fallible piece_read(Arena *a, int fd, char *piece, i64 room, i64 at, isize *n)
{
    ssize_t got;
    do
        got = pread(fd, piece, (size_t)(room < PIECE ? room : PIECE), at);
    while (got < 0 && errno == EINTR);
    if (got < 0) return fail(a, ERR_IO, "cannot read a file: %s", strerror(errno));
    *n = got;
    return NULL;
}

typedef struct Packing {
    Arena *a;
    Sha256 sha;
    DeflateTake *take;
    void *who;
    Deflated *out;
} Packing;

static void packing_note(Packing *p, Str plain)
{
    sha256_add(&p->sha, plain);
    p->out->crc = deflate_crc(p->out->crc, plain);
    p->out->bytes += plain.n;
}

static fallible packing_take(Packing *p, Str packed)
{
    p->out->packed += packed.n;
    return packed.n ? p->take(p->who, packed) : NULL;
}

// Pictures and archives do not get smaller: a piece of the middle tells, at the cost of a hundredth.
static int level_for(Arena *own, Str plain)
{
    enum { PROBE = 16 * 1024 };
    if (plain.n < 8 * PROBE) return DEFLATE_LEVEL;
    Str probe = str_take(str_skip(plain, plain.n / 2), PROBE);
    return deflate_bytes(own, probe, 1).n > PROBE - PROBE / 50 ? 0 : DEFLATE_LEVEL;
}

static fallible pack_whole(Packing *p, Arena *own, int from, i64 size)
{
    char *all = make(own, char, (isize)size + 1);
    i64 n = 0;
    for (isize got = 1; got && n < size; n += got)
        TRY(piece_read(p->a, from, all + n, size - n, n, &got));
    Str plain = {all, (isize)n};
    packing_note(p, plain);
    return packing_take(p, deflate_bytes(own, plain, level_for(own, plain)));
}

static fallible pack_stream(Packing *p, Arena *own, int from, z_stream *z)
{
    char *in = make(own, char, PIECE), *out = make(own, char, PIECE);
    int code = Z_OK;
    for (isize got = 1; got;) {
        TRY(piece_read(p->a, from, in, PIECE, p->out->bytes, &got));
        packing_note(p, (Str){in, got});
        z->next_in = (const Bytef *)in;
        z->avail_in = (uInt)got;
        do {
            z->next_out = (Bytef *)out;
            z->avail_out = PIECE;
            code = deflate(z, got ? Z_NO_FLUSH : Z_FINISH);
            TRY(packing_take(p, (Str){out, PIECE - (isize)z->avail_out}));
        } while (z->avail_out == 0);
    }
    must(code == Z_STREAM_END);
    return NULL;
}

static fallible pack_fd(Arena *a, int from, i64 whole_max, DeflateTake *take, void *who,
                        Deflated *out)
{
    FileFacts facts;
    TRY(file_facts_fd(a, from, &facts));
    *out = (Deflated){0};
    Packing p = {.a = a, .take = take, .who = who, .out = out};
    Arena own = {0}; // file by file: a release of many files must not hold them all
    Err *e;
    sha256_start(&p.sha);
    if (facts.size <= whole_max) {
        e = pack_whole(&p, &own, from, facts.size);
    } else {
        z_stream z = {0};
        must(deflateInit2(&z, DEFLATE_LEVEL, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY) == Z_OK);
        e = pack_stream(&p, &own, from, &z);
        deflateEnd(&z);
    }
    arena_free(&own);
    u8 sha[SHA256_BYTES];
    sha256_end(&p.sha, sha);
    out->sha256 = hex_encode(a, (Str){(char *)sha, sizeof sha});
    return e;
}

fallible deflate_fd_to(Arena *a, int from, DeflateTake *take, void *who, Deflated *out)
{
    return pack_fd(a, from, WHOLE_MAX, take, who, out);
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

fallible deflate_fd(Arena *a, int from, int to, Deflated *out)
{
    Descriptor d = {a, to};
    return deflate_fd_to(a, from, to_descriptor, &d, out);
}

fallible deflate_fd_lean(Arena *a, int from, int to, Deflated *out)
{
    Descriptor d = {a, to};
    return pack_fd(a, from, LEAN_MAX, to_descriptor, &d, out);
}

static fallible unpack_stream(Arena *a, Arena *own, int from, i64 at, i64 packed, i64 bytes,
                              DeflateTake *take, void *who, z_stream *z)
{
    char *in = make(own, char, PIECE), *out = make(own, char, PIECE);
    i64 seen = 0, end = at + packed;
    int code = Z_OK;
    while (code == Z_OK) {
        isize got = 0;
        if (!z->avail_in) {
            TRY(piece_read(a, from, in, end - at, at, &got));
            at += got;
            z->next_in = (const Bytef *)in;
            z->avail_in = (uInt)got;
        }
        z->next_out = (Bytef *)out;
        z->avail_out = PIECE;
        code = inflate(z, Z_NO_FLUSH);
        seen += PIECE - (isize)z->avail_out;
        if (seen > bytes) return fail(a, ERR_BAD_INPUT, "it unpacks to more than it says");
        if (PIECE > z->avail_out) TRY(take(who, (Str){out, PIECE - (isize)z->avail_out}));
    }
    if (code != Z_STREAM_END || seen != bytes || z->avail_in || at != end)
        return fail(a, ERR_BAD_INPUT, "the compressed bytes are damaged");
    return NULL;
}

fallible inflate_fd_to(Arena *a, int from, i64 offset, i64 packed, i64 bytes, DeflateTake *take,
                       void *who)
{
    Arena own = {0};
    z_stream z = {0};
    must(inflateInit2(&z, -15) == Z_OK);
    Err *e = unpack_stream(a, &own, from, offset, packed, bytes, take, who, &z);
    inflateEnd(&z);
    arena_free(&own);
    return e;
}
