// The texts of an archive that are made for it: small ones in memory, long ones in files as long as it is sent.
#include <fcntl.h>
#include <unistd.h>

#include "kit/deflate.h"
#include "os/file.h"
#include "os/folder.h"
#include "os/own.h"
#include "os/random.h"
#include "release/archive.h"
#include "web/gate.h"

enum { SMALL = 32 * 1024 };

typedef struct Making {
    Archive *x;
    Arena *a;
    Time when;
    Str name;
    Buf small;
    int fd; // of a nameless file, when it has become long; or -1
    i64 size;
} Making;

static Str folder_of(Arena *a, const Archive *x)
{
    return path_join(a, x->q->server->data, S("releases/.arriving"));
}

static Err *text_begin(void *who, Str name)
{
    Making *m = who;
    m->name = name;
    m->small.n = 0;
    m->size = 0;
    return NULL;
}

static fallible new_file(Making *m, Arena *a, Str *path, int *fd)
{
    TRY(folder_make(m->a, folder_of(m->a, m->x), 0700));
    *path = path_join(a, folder_of(a, m->x), random_hex(a, 16));
    *fd = open(cstr(a, *path), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return *fd < 0 ? fail(m->a, ERR_IO, "cannot write a part of an archive to disk") : NULL;
}

static fallible grow_long(Making *m)
{
    Str path;
    TRY(new_file(m, m->a, &path, &m->fd));
    TRY(file_remove(m->a, path)); // nameless from here on
    return file_write_fd(m->a, m->fd, buf_str(&m->small));
}

static Err *text_put(void *who, Str bytes)
{
    Making *m = who;
    m->size += bytes.n;
    if (m->fd < 0 && m->small.n + bytes.n <= SMALL) {
        buf_put(&m->small, bytes);
        return NULL;
    }
    if (m->fd < 0) TRY(grow_long(m));
    return file_write_fd(m->a, m->fd, bytes);
}

// The packed text has a name in the folder of what is not finished; the archive removes it, or the next start.
static fallible long_put(Making *m, int text)
{
    Arena *a = m->x->q->a;
    Deflated d;
    Str path;
    int opened;
    TRY(new_file(m, a, &path, &opened));
    owned_fd packed = opened;
    str_list_add(a, &m->x->made, path);
    TRY(deflate_fd_lean(m->a, text, packed, &d));
    ArchiveEntry e = {.name = m->name,
                      .when = m->when,
                      .stream = arena_fmt(m->a, "made %td %.*s", m->x->made.n - 1, STR(d.sha256)),
                      .crc = d.crc,
                      .size = d.bytes,
                      .packed = d.packed};
    return archive_put(m->x, &e);
}

static Err *text_end(void *who)
{
    Making *m = who;
    owned_fd text = take_fd(&m->fd);
    if (text >= 0) return long_put(m, text);
    ArchiveEntry e = {.name = m->name, .when = m->when, .bytes = buf_str(&m->small)};
    return archive_put(m->x, &e);
}

fallible archive_texts(Archive *x, Arena *a, const Crate *crate)
{
    Making m = {.x = x, .a = a, .when = crate->when, .small = {.a = a}, .fd = -1};
    CrateTo to = {&m, text_begin, text_put, text_end};
    Err *e = crate_build(a, crate, x->q->server->sign, &to);
    own_close_fd(&m.fd);
    return e;
}

// The source of a stream is part of the archive's tag: a text is named by its place and its hash, not by its file.
Str archive_stream_path(const Archive *x, Str source)
{
    Str number, hash;
    i64 n = 0;
    if (!str_starts(source, S("made "))) return source;
    must(str_cut(str_skip(source, 5), ' ', &number, &hash) && str_i64(number, &n) && n < x->made.n);
    return x->made.v[n];
}

void archive_texts_drop(Archive *x)
{
    Arena own = {0};
    for (isize i = 0; i < x->made.n; i++) {
        Err *left = file_remove(&own, x->made.v[i]);
        (void)left; // swept at the next start
    }
    arena_free(&own);
}
