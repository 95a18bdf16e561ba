// From what the caller wants and what the machine offers to a list of operations; pure.
#include "box/plan.h"

enum {
    NAME_MAX_BYTES = 64,
    LIST_MAX = 4096, // arguments, variables, binds
    OPS_BASE = 64,
};

#define MIB(n)    ((i64)(n) << 20)
#define GIB(n)    ((i64)(n) << 30)
#define TMP_BYTES MIB(256)

static bool is_name(Str s)
{
    for (isize i = 0; i < s.n; i++) {
        char c = s.s[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) return false;
    }
    return s.n > 0 && s.n <= NAME_MAX_BYTES;
}

// No "..", no empty parts, no bytes that a C string cannot carry: what a mount point may be called.
static bool is_box_path(Str path)
{
    Str part, rest = str_skip(path, 1);
    if (!str_starts(path, S("/")) || str_find_byte(path, 0) >= 0 || !rest.n) return false;
    while (str_next(&rest, '/', &part))
        if (!part.n || str_eq(part, S(".")) || str_eq(part, S(".."))) return false;
    return !str_ends(path, S("/"));
}

static bool is_below(Str path, Str folder)
{
    return str_starts(path, folder) && (path.n == folder.n || path.s[folder.n] == '/');
}

static bool is_taken(Str at)
{
    static const Str taken[] = {S("/proc"), S("/dev"), S("/tmp"),  S("/usr"),  S("/etc"),
                                S("/bin"),  S("/lib"), S("/sbin"), S("/lib64")};
    for (isize i = 0; i < COUNT(taken); i++)
        if (is_below(at, taken[i])) return true;
    return str_eq(at, S("/workspace"));
}

static fallible job_check(Arena *a, const BoxJob *j)
{
    if (!is_name(j->name))
        return fail(a, ERR_BAD_INPUT, "a box's name is 1 to %d of a-z, 0-9 and '-'",
                    NAME_MAX_BYTES);
    if (!j->image || !j->image->n) return fail(a, ERR_BAD_INPUT, "a box needs an image");
    if (j->workspace.n && !is_box_path(j->workspace))
        return fail(a, ERR_BAD_INPUT, "workspace %.*s is not the plain full path of a folder",
                    STR(j->workspace));
    if (!j->n_argv) return fail(a, ERR_BAD_INPUT, "a box needs a command to run");
    if (j->n_argv > LIST_MAX || j->n_env > LIST_MAX || j->n_binds > LIST_MAX)
        return fail(a, ERR_TOO_LARGE, "a box takes at most %d arguments, variables or inputs",
                    LIST_MAX);
    for (isize i = 0; i < j->n_argv; i++)
        if (str_find_byte(j->argv[i], 0) >= 0)
            return fail(a, ERR_BAD_INPUT, "argument %lld of the command holds a NUL byte",
                        (long long)i);
    for (isize i = 0; i < j->n_env; i++)
        if (str_find_byte(j->env[i], '=') < 1 || str_find_byte(j->env[i], 0) >= 0)
            return fail(a, ERR_BAD_INPUT, "variable %.*s is not of the form NAME=value",
                        STR(str_take(j->env[i], 40)));
    for (isize i = 0; i < j->n_binds; i++)
        if (!is_box_path(j->binds[i].at) || is_taken(j->binds[i].at) ||
            !is_box_path(j->binds[i].source))
            return fail(a, ERR_BAD_INPUT, "%.*s cannot be put at %.*s in a box",
                        STR(j->binds[i].source), STR(j->binds[i].at));
    return NULL;
}

static fallible protections_check(Arena *a, const BoxJob *j, const BoxHost *h, BoxPlan *p)
{
    Buf missing = {.a = a};
    for (int i = 0; i < BOX_PROTECTION_COUNT; i++) {
        const BoxProtectionRow *row = &h->protections[i];
        p->off[i] = !row->on;
        if (row->on || row->spare || (j->allow[i] && i != BOX_NAMESPACES)) continue;
        buf_fmt(&missing, "%s%.*s (%.*s)", missing.n ? ", " : "", STR(row->name), STR(row->why));
    }
    if (!missing.n) return NULL;
    return fail(a, ERR_FORBIDDEN,
                "this machine lacks protections that were not allowed to be missing: %.*s",
                STR(buf_str(&missing)));
}

const BoxOp *box_plan_base(isize *n)
{
#define DEVICE(name)                                                                               \
    {                                                                                              \
        BOX_OP_DEVICE, .source = S("/dev/" name), .at = S("dev/" name)                             \
    }
#define TEXT(path, text)                                                                           \
    {                                                                                              \
        BOX_OP_FILE, .source = S(text), .at = S(path)                                              \
    }
#define LINK(name, meaning)                                                                        \
    {                                                                                              \
        BOX_OP_LINK, .source = S(meaning), .at = S("dev/" name)                                    \
    }
    static const BoxOp base[] = {
        DEVICE("null"),
        DEVICE("zero"),
        DEVICE("full"),
        DEVICE("urandom"),
        LINK("fd", "/proc/self/fd"),
        LINK("stdin", "/proc/self/fd/0"),
        LINK("stdout", "/proc/self/fd/1"),
        LINK("stderr", "/proc/self/fd/2"),
        LINK("random", "urandom"),
        LINK("shm", "/tmp"), // one memory, one limit
        TEXT("etc/passwd", "root:x:0:0:root:/:/bin/false\n"
                           "job:x:1000:1000:job:/workspace:/bin/sh\n"
                           "nobody:x:65534:65534:nobody:/:/bin/false\n"),
        TEXT("etc/group", "root:x:0:\njob:x:1000:\nnogroup:x:65534:\n"),
        TEXT("etc/hosts", "127.0.0.1 localhost box\n::1 localhost\n"),
        TEXT("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"),
        {BOX_OP_MEMORY, .at = S("tmp"), .writable = true, .bytes = TMP_BYTES},
    };
    *n = COUNT(base);
    return base;
}

typedef struct Ops {
    Arena *a;
    BoxOp *v;
    isize n, cap;
} Ops;

static void op(Ops *o, BoxOp one)
{
    must(o->n < o->cap);
    o->v[o->n++] = one;
}

static void image_ops(Ops *o, const BoxImage *image)
{
    static const BoxOpKind kinds[] = {[BOX_IMAGE_FOLDER] = BOX_OP_BIND_FOLDER,
                                      [BOX_IMAGE_FILE] = BOX_OP_BIND_FILE,
                                      [BOX_IMAGE_LINK] = BOX_OP_LINK};
    for (isize i = 0; i < image->n; i++)
        op(o, (BoxOp){kinds[image->v[i].kind], .source = image->v[i].source, .at = image->v[i].at});
}

static void ops_make(Arena *a, const BoxJob *j, i64 tmp_bytes, BoxPlan *p)
{
    Ops o = {.a = a, .cap = OPS_BASE + j->image->n + j->n_binds};
    o.v = make(a, BoxOp, o.cap);
    isize n_base;
    const BoxOp *base = box_plan_base(&n_base);
    for (isize i = 0; i < n_base; i++) {
        op(&o, base[i]);
        if (base[i].kind == BOX_OP_MEMORY) o.v[i].bytes = tmp_bytes;
    }
    image_ops(&o, j->image);
    op(&o, (BoxOp){p->off[BOX_PRIVATE_PROC] ? BOX_OP_FOLDER : BOX_OP_PROC, .at = S("proc")});
    op(&o, j->workspace.n ? (BoxOp){BOX_OP_BIND_FOLDER, .source = j->workspace,
                                    .at = S("workspace"), .writable = true}
                          : (BoxOp){BOX_OP_MEMORY, .at = S("workspace"), .writable = true,
                                    .bytes = tmp_bytes});
    for (isize i = 0; i < j->n_binds; i++) {
        const BoxBind *b = &j->binds[i];
        op(&o, (BoxOp){b->is_folder ? BOX_OP_BIND_FOLDER : BOX_OP_BIND_FILE, .source = b->source,
                       .at = str_skip(b->at, 1), .writable = b->writable});
    }
    p->ops = o.v, p->n_ops = o.n;
}

static bool env_has(const BoxJob *j, Str name)
{
    for (isize i = 0; i < j->n_env; i++)
        if (str_starts(j->env[i], name)) return true;
    return false;
}

static void env_make(Arena *a, const BoxJob *j, BoxPlan *p)
{
    static const struct {
        Str name, value;
    } defaults[] = {
        {S("PATH="),   S("/usr/local/bin:/usr/bin:/bin")},
        {S("HOME="),   S("/workspace")                  },
        {S("LANG="),   S("C.UTF-8")                     },
        {S("TMPDIR="), S("/tmp")                        },
        {S("USER="),   S("job")                         }
    };
    p->env = make(a, Str, j->n_env + COUNT(defaults));
    for (isize i = 0; i < j->n_env; i++)
        p->env[p->n_env++] = str_copy(a, j->env[i]);
    for (isize i = 0; i < COUNT(defaults); i++)
        if (!env_has(j, defaults[i].name))
            p->env[p->n_env++] =
                arena_fmt(a, "%.*s%.*s", STR(defaults[i].name), STR(defaults[i].value));
}

static i64 or_else(i64 asked, i64 otherwise)
{
    return asked > 0 ? asked : otherwise;
}

fallible box_plan(Arena *a, const BoxJob *j, const BoxHost *h, BoxPlan *p)
{
    *p = (BoxPlan){0};
    TRY(job_check(a, j));
    TRY(protections_check(a, j, h, p));
    p->name = str_copy(a, j->name);
    p->workspace = str_copy(a, j->workspace);
    p->own_user = h->privileged;
    p->argv = make(a, Str, j->n_argv);
    for (isize i = 0; i < j->n_argv; i++)
        p->argv[p->n_argv++] = str_copy(a, j->argv[i]);
    env_make(a, j, p);
    p->memory_bytes = or_else(j->memory_bytes, GIB(1));
    p->cpu_millis = or_else(j->cpu_millis, 1000);
    p->processes_max = or_else(j->processes_max, 512);
    p->open_files_max = or_else(j->open_files_max, 1024);
    p->file_bytes = or_else(j->file_bytes, GIB(64));
    p->disk_bytes = or_else(j->disk_bytes, GIB(64));
    p->disk_files = or_else(j->disk_files, 1000 * 1000);
    p->log_bytes = or_else(j->log_bytes, MIB(64));
    p->deadline = or_else(j->deadline, DAYS(1));
    p->groups = h->groups;
    p->landlock_abi = h->landlock_abi;
    ops_make(a, j, or_else(j->tmp_bytes, TMP_BYTES), p);
    return NULL;
}
