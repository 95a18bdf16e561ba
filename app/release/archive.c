// Sends an archive from its plan: small pieces gathered, streams straight from their files.
#include "release/archive.h"

#include "kit/zip_plan.h"
#include "os/file.h"
#include "os/own.h"
#include "web/gate.h"

enum { GATHERED = 64 * 1024, COPIED_MAX = 16 * 1024 };

fallible archive_put(Archive *x, const ArchiveEntry *e)
{
    if (!e->stream.n) return zip_plan_bytes(x->plan, e->name, e->when, e->bytes);
    ZipEntry packed = {.name = e->name,
                       .when = e->when,
                       .deflated = true,
                       .crc = e->crc,
                       .bytes = e->size,
                       .packed = e->packed};
    return zip_plan_stream(x->plan, &packed, e->stream);
}

// What is on its way to the visitor: many small pieces make one write.
typedef struct Outgoing {
    Req *q;
    const Archive *x;
    char *gathered;
    isize n;
} Outgoing;

static fallible flush(Outgoing *o)
{
    Str bytes = {o->gathered, o->n};
    o->n = 0;
    return stream_write(o->q, bytes);
}

static Err *bytes_send(void *who, Str bytes)
{
    Outgoing *o = who;
    if (o->n + bytes.n > GATHERED) TRY(flush(o));
    if (bytes.n > GATHERED) return stream_write(o->q, bytes);
    memcpy(o->gathered + o->n, bytes.s, (size_t)bytes.n);
    o->n += bytes.n;
    return NULL;
}

static fallible small_stream(Outgoing *o, int fd, i64 from, isize n)
{
    char piece[COPIED_MAX];
    for (isize at = 0; at < n;) {
        ssize_t got = pread(fd, piece + at, (size_t)(n - at), from + at);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return fail(o->q->a, ERR_IO, "a stored file is shorter than it was");
        at += got;
    }
    return bytes_send(o, (Str){piece, n});
}

static Err *stream_send(void *who, Str source, i64 from, i64 n)
{
    Outgoing *o = who;
    Arena own = {0}; // not the request's: there may be thousands of streams
    int opened = -1;
    Err *e = file_open(&own, archive_stream_path(o->x, source), &opened);
    owned_fd fd = opened;
    if (e) e = fail(o->q->a, e->kind, "%.*s", STR(e->say));
    arena_free(&own);
    TRY(e);
    if (n <= COPIED_MAX) return small_stream(o, fd, from, (isize)n);
    TRY(flush(o));
    return stream_file(o->q, fd, from, n);
}

fallible archive_plan(Archive *x)
{
    x->plan = zip_plan(x->q->a, x->q->server->data);
    TRY(db_begin_reading(x->db, x->q->a));
    Err *e = archive_compose(x);
    db_rollback(x->db);
    return e ? e : zip_plan_end(x->plan);
}

fallible archive_send(Archive *x, Str name)
{
    Req *q = x->q;
    i64 from, n;
    Outgoing o = {.q = q, .x = x, .gathered = make(q->a, char, GATHERED)};
    q->answer.etag = zip_plan_tag(x->plan);
    answer_header(q, S("Content-Disposition"),
                  arena_fmt(q->a, "attachment; filename=\"%.*s.zip\"", STR(name)));
    TRY(stream_begin_part(q, S("application/zip"), zip_plan_length(x->plan), &from, &n));
    if (n) TRY(zip_plan_send(x->plan, from, n, (ZipPlanTo){&o, bytes_send, stream_send}));
    TRY(flush(&o));
    return stream_end(q);
}

void archive_close(Archive *x)
{
    zip_plan_close(&x->plan);
    archive_texts_drop(x);
}
