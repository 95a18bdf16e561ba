// A part's name is made of its release and the hash of its file's name, so that whoever goes on finds it.
#include "release/arrival.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kit/crypto.h"
#include "kit/deflate.h"
#include "os/file.h"
#include "os/folder.h"
#include "os/own.h"
#include "os/random.h"

static Str arriving_folder(Arena *a, Str data)
{
    return path_join(a, data, S("releases/.arriving"));
}

static Str part_path(Arena *a, Str data, Str release, Str name)
{
    return arena_fmt(a, "%.*s/%.*s-%.*s", STR(arriving_folder(a, data)), STR(release),
                     STR(str_take(sha256_hex(a, name), 32)));
}

static fallible new_file(Arena *a, Str data, Str *path, int *fd)
{
    *path = arena_fmt(a, "%.*s/%.*s", STR(arriving_folder(a, data)), STR(random_hex(a, 16)));
    *fd = open(cstr(a, *path), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return *fd < 0 ? fail(a, ERR_IO, "cannot write an upload to disk: %s", strerror(errno)) : NULL;
}

fallible arrival_offset(Arena *a, Str data, Str release, Str name, i64 *out)
{
    FileFacts facts;
    Err *e = file_facts(a, part_path(a, data, release, name), &facts);
    *out = e ? 0 : facts.size;
    return e && e->kind != ERR_NOT_FOUND ? e : NULL;
}

// Another upload may have finished between open and lock: then the name leads elsewhere.
static bool is_still_there(int fd, const char *path)
{
    struct stat open_one, named;
    return !fstat(fd, &open_one) && !stat(path, &named) && open_one.st_ino == named.st_ino;
}

fallible arrival_open(Arena *a, Str data, Str release, ArrivalStart start, ReleaseArrival *f)
{
    TRY(folder_make(a, arriving_folder(a, data), 0700));
    f->part = part_path(a, data, release, f->name);
    char *path = cstr(a, f->part);
    f->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (f->fd < 0) return fail(a, ERR_IO, "cannot write an upload to disk: %s", strerror(errno));
    bool mine = !flock(f->fd, LOCK_EX | LOCK_NB) && is_still_there(f->fd, path);
    if (!mine) {
        arrival_close(f);
        // Clients that know nothing of going on are never refused for one that does.
        if (start == ARRIVAL_ANEW) return new_file(a, data, &f->part, &f->fd);
        return fail(a, ERR_CONFLICT,
                    "'%.*s' is being uploaded by somebody else; ask again where it stands",
                    STR(f->name));
    }
    if (start == ARRIVAL_ANEW && ftruncate(f->fd, 0))
        return fail(a, ERR_IO, "cannot write an upload to disk: %s", strerror(errno));
    f->size = lseek(f->fd, 0, SEEK_END);
    return NULL;
}

fallible arrival_take(Arena *a, ReleaseArrival *f, Str bytes, i64 most)
{
    if (bytes.n > most - f->size)
        return fail(a, ERR_TOO_LARGE, "File is too large, it must be below %.1fMb",
                    (double)most / (1 << 20));
    TRY(file_write_fd(a, f->fd, bytes));
    f->size += bytes.n;
    return NULL;
}

fallible arrival_misfit(Arena *a, ReleaseArrival *f)
{
    TRY(file_remove(a, f->part));
    return fail(
        a, ERR_BAD_INPUT,
        "Contents of uploaded file does not match the file which a review was requested for");
}

static fallible pack_into(Arena *a, ReleaseArrival *f, int packed)
{
    Deflated d;
    TRY(deflate_fd(a, f->fd, packed, &d));
    TRY(sha512_fd(a, f->fd, &f->sha512));
    f->crc = d.crc;
    f->size = d.bytes;
    f->packed_size = d.packed;
    if (!str_eq(d.sha256, f->sha256)) return arrival_misfit(a, f);
    return fsync(f->fd) || fsync(packed) ? fail(a, ERR_IO, "cannot write an upload to disk") : NULL;
}

fallible arrival_pack(Arena *a, Str data, ReleaseArrival *f)
{
    int opened;
    TRY(new_file(a, data, &f->packed, &opened));
    owned_fd packed = opened;
    Err *e = pack_into(a, f, packed);
    if (!e) return NULL;
    TRY(file_remove(a, f->packed));
    return e;
}

void arrival_close(ReleaseArrival *f)
{
    if (f->fd >= 0) close(f->fd);
    f->fd = -1;
}
