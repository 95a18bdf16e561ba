// Mounting what a plan names. Nothing here follows a link: a workspace may come from a job that ran before.
#include "box/view.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "os/file.h"
#include "os/mount.h"
#include "os/namespace.h"
#include "os/own.h"

enum {
    ROOT_BYTES = 1 << 20, // the root holds folders, links and a few small files only
    ROOT_FILES = 4096,
    FILES_A_MEGABYTE = 256, // so that empty files cannot use up memory
    STICKY_FOR_ALL = 01777,
    FOR_OWNER = 0755,
};

bool box_op_binds(const BoxOp *o)
{
    return o->kind == BOX_OP_BIND_FOLDER || o->kind == BOX_OP_BIND_FILE || o->kind == BOX_OP_DEVICE;
}

fallible box_trees_take(Arena *a, const BoxOp *ops, isize n, int *trees)
{
    for (isize i = 0; i < n; i++)
        trees[i] = -1;
    for (isize i = 0; i < n; i++) {
        MountAccess access = ops[i].kind == BOX_OP_DEVICE ? MOUNT_DEVICE
                             : ops[i].writable            ? MOUNT_WRITABLE
                                                          : MOUNT_READ_ONLY;
        if (box_op_binds(&ops[i])) TRY(mount_take(a, cstr(a, ops[i].source), access, &trees[i]));
    }
    return NULL;
}

fallible box_view_make(Arena *a, BoxView *v)
{
    *v = (BoxView){.root = -1, .proc = -1};
    v->no_proc = mount_proc_take(a, &v->proc); // the kernel wants to see the machine's for it
    umask(0);
    // The new root grows on /proc, the one folder that is on every machine.
    TRY(mount_memory(a, "/proc", ROOT_BYTES, ROOT_FILES, FOR_OWNER));
    v->root = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (v->root < 0 || fchdir(v->root) < 0)
        return fail(a, ERR_IO, "cannot enter the root of the box: %s", strerror(errno));
    return namespace_pivot(a);
}

static fallible text_put(Arena *a, MountBase *base, const BoxOp *o)
{
    int folder;
    const char *name;
    TRY(mount_folder(a, base, o->at, &folder, &name));
    owned_fd fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0) return fail(a, ERR_IO, "cannot write /%.*s: %s", STR(o->at), strerror(errno));
    return file_write_fd(a, fd, o->source);
}

static fallible link_put(Arena *a, MountBase *base, const BoxOp *o)
{
    int folder;
    const char *name;
    TRY(mount_folder(a, base, o->at, &folder, &name));
    if (symlinkat(cstr(a, o->source), folder, name) < 0)
        return fail(a, ERR_IO, "cannot make link /%.*s: %s", STR(o->at), strerror(errno));
    return NULL;
}

static i64 files_of(i64 bytes)
{
    return (bytes >> 20) * FILES_A_MEGABYTE + 16;
}

static fallible memory_put(Arena *a, MountBase *base, const BoxOp *o)
{
    bool owners = str_eq(o->at, S("workspace"));
    TRY(mount_seat(a, base, o->at, MOUNT_SEAT_FOLDER));
    return mount_memory(a, cstr(a, o->at), o->bytes, files_of(o->bytes),
                        owners ? FOR_OWNER : STICKY_FOR_ALL);
}

static fallible op_apply(Arena *a, const BoxView *v, MountBase *base, const BoxOp *o, int tree)
{
    switch (o->kind) {
    case BOX_OP_BIND_FOLDER:
        return mount_put(a, base, o->at, MOUNT_SEAT_FOLDER, tree);
    case BOX_OP_BIND_FILE:
    case BOX_OP_DEVICE:
        return mount_put(a, base, o->at, MOUNT_SEAT_FILE, tree);
    case BOX_OP_MEMORY:
        return memory_put(a, base, o);
    case BOX_OP_PROC:
        if (v->proc < 0) return v->no_proc;
        return mount_put(a, base, o->at, MOUNT_SEAT_FOLDER, v->proc);
    case BOX_OP_FOLDER:
        return mount_seat(a, base, o->at, MOUNT_SEAT_FOLDER);
    case BOX_OP_LINK:
        return link_put(a, base, o);
    case BOX_OP_FILE:
        return text_put(a, base, o);
    }
    return fail(a, ERR_BUG, "the plan of the box has an unknown operation");
}

fallible box_view_fill(Arena *a, const BoxView *v, const BoxOp *ops, isize n, const int *trees)
{
    MountBase base = {.root = v->root, .folder = -1};
    Err *e = NULL;
    for (isize i = 0; i < n && !e; i++)
        e = op_apply(a, v, &base, &ops[i], trees[i]);
    mount_base_close(&base);
    return e;
}

fallible box_view_resize(Arena *a, const BoxOp *now, const BoxOp *before, isize n)
{
    for (isize i = 0; i < n; i++)
        if (now[i].kind == BOX_OP_MEMORY && now[i].bytes != before[i].bytes)
            TRY(mount_resize(a, cstr(a, now[i].at), now[i].bytes, files_of(now[i].bytes)));
    return NULL;
}

fallible box_view_seal(Arena *a, BoxView *v)
{
    own_close_fd(&v->proc);
    own_close_fd(&v->root);
    umask(022);
    return mount_close(a, "/");
}
