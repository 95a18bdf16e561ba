// Reading trusts only the directory, and checks each local header against it.
#include <errno.h>
#include <unistd.h>

#include "base/map.h"
#include "base/str.h"
#include "kit/zip_format.h"
#include "os/file.h"

typedef struct Cursor {
    const u8 *p;
    isize n;
    bool ok; // false once more was asked for than there is
} Cursor;

static u64 take_number(Cursor *c, int bytes)
{
    u64 v = 0;
    c->ok = c->ok && c->n >= bytes;
    if (!c->ok) return 0;
    for (int i = bytes; i-- > 0;)
        v = v << 8 | c->p[i];
    c->p += bytes;
    c->n -= bytes;
    return v;
}

static Str take_bytes(Cursor *c, u64 n)
{
    c->ok = c->ok && (u64)c->n >= n;
    if (!c->ok) return (Str){0};
    Str s = {(const char *)c->p, (isize)n};
    c->p += n;
    c->n -= (isize)n;
    return s;
}

static Cursor cursor_on(Str s)
{
    return (Cursor){.p = (const u8 *)s.s, .n = s.n, .ok = true};
}

static Err *damaged(Arena *a, const char *what)
{
    return fail(a, ERR_BAD_INPUT, "the archive is damaged or unusual: %s", what);
}

static fallible read_at(Arena *a, int fd, i64 at, i64 n, Str *out)
{
    char *p = make(a, char, (isize)n + 1);
    i64 have = 0;
    while (have < n) {
        ssize_t got = pread(fd, p + have, (size_t)(n - have), at + have);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail(a, ERR_IO, "cannot read the archive: %s", strerror(errno));
        if (!got) return damaged(a, "it ends too early");
        have += got;
    }
    *out = (Str){p, (isize)n};
    return NULL;
}

typedef struct Directory {
    i64 at, size, entries, end; // end: where the records after it start
} Directory;

static fallible end64_read(Arena *a, int fd, i64 end_at, Directory *d)
{
    Str text;
    if (end_at < ZIP_LOCATOR64_BYTES) return NULL;
    TRY(read_at(a, fd, end_at - ZIP_LOCATOR64_BYTES, ZIP_LOCATOR64_BYTES, &text));
    Cursor c = cursor_on(text);
    if (take_number(&c, 4) != ZIP_LOCATOR64) return NULL;
    u64 disk = take_number(&c, 4), at = take_number(&c, 8), disks = take_number(&c, 4);
    if (disk || disks > 1 || at > (u64)end_at - ZIP_LOCATOR64_BYTES ||
        (u64)end_at - ZIP_LOCATOR64_BYTES - at != ZIP_END64_BYTES)
        return damaged(a, "the 64-bit end record is not where it should be");
    TRY(read_at(a, fd, (i64)at, ZIP_END64_BYTES, &text));
    c = cursor_on(text);
    if (take_number(&c, 4) != ZIP_END64) return damaged(a, "there is no 64-bit end record");
    take_bytes(&c, 8 + 2 + 2); // its own length, versions
    u64 on_disks = take_number(&c, 8);
    u64 here = take_number(&c, 8), all = take_number(&c, 8);
    u64 size = take_number(&c, 8), start = take_number(&c, 8);
    if (on_disks || here != all || size > INT64_MAX / 2 || start > INT64_MAX / 2 ||
        all > INT64_MAX / 2)
        return damaged(a, "its 64-bit numbers do not fit together");
    *d = (Directory){.at = (i64)start, .size = (i64)size, .entries = (i64)all, .end = (i64)at};
    return NULL;
}

// We write no comment and accept none: what looks like an end record inside one is an old trick.
static fallible directory_find(Arena *a, int fd, Directory *d)
{
    FileFacts facts;
    Str text;
    TRY(file_facts_fd(a, fd, &facts));
    i64 end = facts.size - ZIP_END_BYTES;
    if (end < 0) return damaged(a, "it is too short");
    TRY(read_at(a, fd, end, ZIP_END_BYTES, &text));
    Cursor c = cursor_on(text);
    if (take_number(&c, 4) != ZIP_END) return damaged(a, "it does not end as archives do");
    u64 disks = take_number(&c, 4), here = take_number(&c, 2), all = take_number(&c, 2);
    *d = (Directory){.entries = (i64)all, .end = end};
    d->size = (i64)take_number(&c, 4);
    d->at = (i64)take_number(&c, 4);
    if (disks || here != all || take_number(&c, 2))
        return damaged(a, "several disks, or a comment");
    TRY(end64_read(a, fd, end, d));
    if (d->at + d->size != d->end) return damaged(a, "the directory is not where it should be");
    return NULL;
}

static void extra64(Str extra, ZipEntry *e, u64 *at)
{
    Cursor c = cursor_on(extra);
    while (c.ok && c.n) {
        u64 id = take_number(&c, 2), n = take_number(&c, 2);
        Cursor in = cursor_on(take_bytes(&c, n));
        if (id != ZIP_EXTRA64) continue;
        if (e->bytes == (i64)ZIP_MAX32) e->bytes = (i64)take_number(&in, 8);
        if (e->packed == (i64)ZIP_MAX32) e->packed = (i64)take_number(&in, 8);
        if (*at == ZIP_MAX32) *at = take_number(&in, 8);
        return;
    }
}

static Time time_of_dos(u64 t)
{
    return time_from_parts((TimeParts){.year = 1980 + (int)(t >> 25 & 127),
                                       .month = (int)(t >> 21 & 15),
                                       .day = (int)(t >> 16 & 31),
                                       .hour = (int)(t >> 11 & 31),
                                       .minute = (int)(t >> 5 & 63),
                                       .second = (int)(t & 31) * 2});
}

// One entry of the directory; *at is where its local header stands.
static fallible central_read(Arena *a, Cursor *c, ZipEntry *e, u64 *at)
{
    if (take_number(c, 4) != ZIP_CENTRAL) return damaged(a, "the directory is broken");
    take_number(c, 4); // versions
    u64 flags = take_number(c, 2), method = take_number(c, 2), when = take_number(c, 4);
    *e = (ZipEntry){.when = time_of_dos(when), .deflated = method == ZIP_DEFLATED};
    e->crc = (u32)take_number(c, 4);
    e->packed = (i64)take_number(c, 4);
    e->bytes = (i64)take_number(c, 4);
    u64 name = take_number(c, 2), extra = take_number(c, 2), comment = take_number(c, 2),
        disk = take_number(c, 2);
    take_number(c, 2 + 4); // attributes
    *at = take_number(c, 4);
    e->name = take_bytes(c, name);
    extra64(take_bytes(c, extra), e, at);
    take_bytes(c, comment);
    if (!c->ok) return damaged(a, "the directory is broken");
    if (disk || (flags & ZIP_FLAG_SECRET) || (method != ZIP_STORED && method != ZIP_DEFLATED))
        return damaged(a, "an entry is encrypted or packed in another way");
    if (e->bytes < 0 || e->packed < 0 || (!e->deflated && e->bytes != e->packed))
        return damaged(a, "the lengths of an entry do not fit together");
    return zip_name_check(a, e->name);
}

// Where the data starts; the local header must say the same name.
static fallible local_read(Arena *a, int fd, i64 at, i64 limit, ZipEntry *e)
{
    Str text;
    if (at > limit - ZIP_LOCAL_BYTES) return damaged(a, "an entry lies outside");
    TRY(read_at(a, fd, at, ZIP_LOCAL_BYTES, &text));
    Cursor c = cursor_on(text);
    if (take_number(&c, 4) != ZIP_LOCAL) return damaged(a, "an entry does not start as it should");
    take_bytes(&c, 22);
    u64 name = take_number(&c, 2), extra = take_number(&c, 2);
    e->data_at = at + ZIP_LOCAL_BYTES + (i64)name + (i64)extra;
    if (e->data_at > limit || e->packed > limit - e->data_at)
        return damaged(a, "an entry lies outside");
    TRY(read_at(a, fd, at + ZIP_LOCAL_BYTES, (i64)name, &text));
    if (!str_eq(text, e->name)) return damaged(a, "an entry has two names");
    return NULL;
}

static int place_order(const void *x, const void *y)
{
    const ZipEntry *l = x, *r = y;
    return l->data_at < r->data_at ? -1 : l->data_at > r->data_at;
}

// Entries that share bytes are how small archives unpack to enormous ones.
static fallible overlap_check(Arena *a, const ZipEntry *v, isize n)
{
    ZipEntry *sorted = make(a, ZipEntry, n + 1);
    if (n) memcpy(sorted, v, (size_t)n * sizeof *v);
    if (n) qsort(sorted, (size_t)n, sizeof *sorted, place_order);
    for (isize i = 1; i < n; i++)
        if (sorted[i - 1].data_at + sorted[i - 1].packed + ZIP_LOCAL_BYTES > sorted[i].data_at)
            return damaged(a, "two entries overlap");
    return NULL;
}

fallible zip_entries(Arena *a, int fd, isize most, ZipEntry **out, isize *n)
{
    Directory d = {0};
    Str text;
    Map names = {0};
    TRY(directory_find(a, fd, &d));
    if (d.entries > most)
        return fail(a, ERR_TOO_LARGE, "the archive has more than %lld entries", (long long)most);
    if (d.size < d.entries * ZIP_CENTRAL_BYTES || d.size > (i64)most * 70000)
        return damaged(a, "the directory's length is wrong");
    TRY(read_at(a, fd, d.at, d.size, &text));
    Cursor c = cursor_on(text);
    *out = make(a, ZipEntry, (isize)d.entries + 1);
    for (*n = 0; *n < d.entries; ++*n) {
        ZipEntry *e = &(*out)[*n];
        u64 at = 0;
        TRY(central_read(a, &c, e, &at));
        if (at > (u64)d.at) return damaged(a, "an entry lies outside");
        TRY(local_read(a, fd, (i64)at, d.at, e));
        void **seen = map_at(a, &names, e->name);
        if (*seen) return damaged(a, "a name comes twice");
        *seen = e;
    }
    if (c.n) return damaged(a, "something follows the directory");
    return overlap_check(a, *out, *n);
}

typedef struct Unpacked {
    u32 crc;
    Buf *keep; // or NULL
} Unpacked;

static Err *unpacked_take(void *who, Str piece)
{
    Unpacked *u = who;
    u->crc = deflate_crc(u->crc, piece);
    if (u->keep) buf_put(u->keep, piece);
    return NULL;
}

static fallible entry_unpack(Arena *a, int fd, const ZipEntry *e, Unpacked *u)
{
    Str piece;
    Arena own = {0};
    Err *failed = NULL;
    if (e->deflated)
        failed = inflate_fd_to(a, fd, e->data_at, e->packed, e->bytes, unpacked_take, u);
    for (i64 at = 0; !e->deflated && at < e->bytes && !failed; at += piece.n) {
        i64 room = e->bytes - at < 65536 ? e->bytes - at : 65536;
        arena_reset(&own);
        failed = read_at(&own, fd, e->data_at + at, room, &piece);
        if (failed)
            failed = damaged(a, "it ends too early");
        else
            failed = unpacked_take(u, piece);
    }
    arena_free(&own);
    if (!failed && u->crc != e->crc) failed = damaged(a, "the checksum is wrong");
    return err_under(a, failed, "%.*s", STR(e->name));
}

fallible zip_entry_read(Arena *a, int fd, const ZipEntry *e, i64 cap, Str *out)
{
    if (e->bytes > cap)
        return fail(a, ERR_TOO_LARGE, "%.*s unpacks to more than %lld bytes", STR(e->name),
                    (long long)cap);
    Buf b = {.a = a};
    Unpacked u = {.keep = &b};
    TRY(entry_unpack(a, fd, e, &u));
    *out = buf_str(&b);
    return NULL;
}

fallible zip_entry_check(Arena *a, int fd, const ZipEntry *e)
{
    Unpacked u = {0};
    return entry_unpack(a, fd, e, &u);
}
