// The nameless file goes with its descriptor, so that a crash leaves nothing behind.
#include "kit/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "os/file.h"

Spool spool_open(Arena *a, Str folder)
{
    return (Spool){.a = a, .folder = folder, .tail = {.a = a}, .fd = -1};
}

void spool_close(Spool *s)
{
    if (s->fd >= 0) close(s->fd);
    s->fd = -1;
}

i64 spool_bytes(const Spool *s)
{
    return s->filed + s->tail.n;
}

static fallible file_begin(Spool *s)
{
    char *folder = cstr(s->a, s->folder);
    s->fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (s->fd < 0) { // not every file system has them
        char *name = cstr(s->a, arena_fmt(s->a, "%s/spool-XXXXXX", folder));
        s->fd = mkostemp(name, O_CLOEXEC);
        if (s->fd >= 0) unlink(name);
    }
    return s->fd < 0 ? fail(s->a, ERR_IO, "cannot write to %s: %s", folder, strerror(errno)) : NULL;
}

fallible spool_put(Spool *s, Str bytes)
{
    if (s->tail.n + bytes.n > SPOOL_MEMORY) {
        if (s->fd < 0) TRY(file_begin(s));
        TRY(file_write_fd(s->a, s->fd, buf_str(&s->tail)));
        s->filed += s->tail.n;
        s->tail.n = 0;
    }
    if (bytes.n <= SPOOL_MEMORY) {
        buf_put(&s->tail, bytes);
        return NULL;
    }
    TRY(file_write_fd(s->a, s->fd, bytes));
    s->filed += bytes.n;
    return NULL;
}

fallible spool_read(const Spool *s, i64 from, char *into, isize n)
{
    must(from >= 0 && n >= 0 && from + n <= spool_bytes(s));
    while (n > 0 && from < s->filed) {
        i64 room = s->filed - from < n ? s->filed - from : n;
        ssize_t got = pread(s->fd, into, (size_t)room, from);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return fail(s->a, ERR_IO, "what was put aside on disk cannot be read back");
        from += got;
        into += got;
        n -= got;
    }
    if (n) memcpy(into, s->tail.s + (from - s->filed), (size_t)n);
    return NULL;
}
