// Three things grow: what the archive says itself (headers and small entries), where streams are let in between, and
// the directory. A place is a record: offset in the archive, length of the stream, length of its source, the source.
#include "kit/zip_plan.h"

#include "base/encode.h"
#include "kit/crypto.h"
#include "kit/spool.h"
#include "kit/zip_format.h"

enum { PIECE = 64 * 1024, SOURCE_MAX = 4096 };

struct ZipPlan {
    Arena *a;
    Spool said, places, directory;
    Buf record; // used again and again
    u64 *names; // of each entry: the start of its name's hash
    i64 n, cap;
    i64 at; // length of the archive so far
    i64 directory_at;
    Sha256 sha;
    Str tag;
};

typedef struct Place {
    i64 at, n;
    i64 source; // bytes of the source that follow
} Place;

ZipPlan *zip_plan(Arena *a, Str folder)
{
    ZipPlan *p = make(a, ZipPlan, 1);
    *p = (ZipPlan){.a = a,
                   .said = spool_open(a, folder),
                   .places = spool_open(a, folder),
                   .directory = spool_open(a, folder),
                   .record = {.a = a}};
    sha256_start(&p->sha);
    return p;
}

void zip_plan_close(ZipPlan **plan)
{
    if (!*plan) return;
    spool_close(&(*plan)->said);
    spool_close(&(*plan)->places);
    spool_close(&(*plan)->directory);
    *plan = NULL;
}

static fallible put(ZipPlan *p, Spool *into, Str bytes)
{
    sha256_add(&p->sha, bytes);
    return spool_put(into, bytes);
}

static void name_note(ZipPlan *p, Str name)
{
    Sha256 sha;
    u8 hash[SHA256_BYTES];
    sha256_start(&sha);
    sha256_add(&sha, name);
    sha256_end(&sha, hash);
    if (p->n == p->cap) {
        p->cap = p->cap ? p->cap * 2 : 64;
        u64 *more = make(p->a, u64, p->cap);
        if (p->n) memcpy(more, p->names, (size_t)p->n * sizeof *more);
        p->names = more;
    }
    memcpy(&p->names[p->n++], hash, sizeof(u64));
}

static fallible entry_put(ZipPlan *p, const ZipEntry *e)
{
    ZipListed l = {.e = *e, .at = p->at};
    TRY(zip_name_check(p->a, e->name));
    name_note(p, e->name);
    p->record.n = 0;
    zip_put_local(&p->record, &l);
    p->at += p->record.n;
    TRY(put(p, &p->said, buf_str(&p->record)));
    p->record.n = 0;
    zip_put_central(&p->record, &l);
    return put(p, &p->directory, buf_str(&p->record));
}

fallible zip_plan_bytes(ZipPlan *p, Str name, Time when, Str bytes)
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
    Err *failed = entry_put(p, &e);
    if (!failed) failed = put(p, &p->said, packed);
    p->at += packed.n;
    arena_free(&own);
    return failed;
}

fallible zip_plan_stream(ZipPlan *p, const ZipEntry *e, Str source)
{
    must(source.n <= SOURCE_MAX);
    TRY(entry_put(p, e));
    Place place = {.at = p->at, .n = e->packed, .source = source.n};
    TRY(put(p, &p->places, (Str){(const char *)&place, sizeof place}));
    p->at += e->packed;
    return put(p, &p->places, source);
}

static int by_number(const void *x, const void *y)
{
    const u64 *a = x, *b = y;
    return *a < *b ? -1 : *a > *b;
}

fallible zip_plan_end(ZipPlan *p)
{
    u8 hash[SHA256_BYTES];
    if (p->n) qsort(p->names, (size_t)p->n, sizeof *p->names, by_number);
    for (i64 i = 1; i < p->n; i++)
        if (p->names[i] == p->names[i - 1])
            return fail(p->a, ERR_BAD_INPUT, "two files would have one name in the archive");
    i64 size = spool_bytes(&p->directory);
    p->directory_at = p->at;
    p->record.n = 0;
    zip_put_end(&p->record, p->n, p->at, size);
    p->at += size + p->record.n;
    TRY(put(p, &p->directory, buf_str(&p->record)));
    sha256_end(&p->sha, hash);
    p->tag = hex_encode(p->a, (Str){(const char *)hash, 20});
    return NULL;
}

i64 zip_plan_length(const ZipPlan *p)
{
    must(p->tag.n);
    return p->at;
}

Str zip_plan_tag(const ZipPlan *p)
{
    must(p->tag.n);
    return p->tag;
}

// What is left to send, and where the archive stands meanwhile.
typedef struct Sending {
    const ZipPlan *p;
    ZipPlanTo to;
    i64 from, end;  // of the archive
    i64 at, spoken; // offsets in the archive and in what it says itself
    char *piece;
} Sending;

// The part of [at, at + n) that is wanted: *skip bytes into it, *n long.
static void clip(const Sending *s, i64 *skip, i64 *n)
{
    i64 first = s->at > s->from ? s->at : s->from;
    i64 last = s->at + *n < s->end ? s->at + *n : s->end;
    *skip = first - s->at;
    *n = last > first ? last - first : 0;
}

static fallible said_send(Sending *s, const Spool *of, i64 spool_at, i64 whole)
{
    i64 skip, n = whole;
    clip(s, &skip, &n);
    for (i64 at = spool_at + skip; n > 0;) {
        isize some = n < PIECE ? (isize)n : PIECE;
        TRY(spool_read(of, at, s->piece, some));
        TRY(s->to.bytes(s->to.who, (Str){s->piece, some}));
        at += some;
        n -= some;
    }
    s->at += whole;
    return NULL;
}

static fallible place_send(Sending *s, const Place *place, Str source)
{
    i64 skip, n = place->at - s->at;
    TRY(said_send(s, &s->p->said, s->spoken, n));
    s->spoken += n;
    n = place->n;
    clip(s, &skip, &n);
    if (n) TRY(s->to.stream(s->to.who, source, skip, n));
    s->at += place->n;
    return NULL;
}

fallible zip_plan_send(const ZipPlan *p, i64 from, i64 n, ZipPlanTo to)
{
    char source[SOURCE_MAX];
    Place place;
    Sending s = {.p = p, .to = to, .from = from, .end = from + n, .piece = make(p->a, char, PIECE)};
    must(p->tag.n && from >= 0 && n >= 0 && s.end <= p->at);
    for (i64 at = 0; at < spool_bytes(&p->places) && s.at < s.end;) {
        TRY(spool_read(&p->places, at, (char *)&place, sizeof place));
        TRY(spool_read(&p->places, at + (i64)sizeof place, source, (isize)place.source));
        TRY(place_send(&s, &place, (Str){source, (isize)place.source}));
        at += (i64)sizeof place + place.source;
    }
    if (s.at < s.end) TRY(said_send(&s, &p->said, s.spoken, p->directory_at - s.at));
    return s.at < s.end ? said_send(&s, &p->directory, 0, p->at - p->directory_at) : NULL;
}
