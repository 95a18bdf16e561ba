// A plan as bytes and back: one table of fields, walked in both directions.
#include "box/plan.h"

#include "box/wire.h"

enum { OPS_MAX = 16384, WORDS_MAX = 16384, TEXT_MAX = 1 << 20 };
#define PLAN_VERSION 0x33786f62 // "box3"

typedef struct Field {
    enum { NUMBER = 1, TEXT } kind;
    size_t at;
    i64 least, most;
} Field;
#define NUMBER_FIELD(name, low, high)                                                              \
    {                                                                                              \
        NUMBER, offsetof(BoxPlan, name), low, high                                                 \
    }
#define TEXT_FIELD(name, high)                                                                     \
    {                                                                                              \
        TEXT, offsetof(BoxPlan, name), 0, high                                                     \
    }
static const Field fields[] = {
    TEXT_FIELD(name, 64),
    TEXT_FIELD(workspace, 4096),
    NUMBER_FIELD(memory_bytes, 1, INT64_MAX),
    NUMBER_FIELD(cpu_millis, 1, INT32_MAX),
    NUMBER_FIELD(processes_max, 1, INT32_MAX),
    NUMBER_FIELD(open_files_max, 1, INT32_MAX),
    NUMBER_FIELD(file_bytes, 1, INT64_MAX),
    NUMBER_FIELD(disk_bytes, 1, INT64_MAX),
    NUMBER_FIELD(disk_files, 1, INT64_MAX),
    NUMBER_FIELD(log_bytes, 1, INT64_MAX),
    NUMBER_FIELD(deadline, 1, INT64_MAX),
    NUMBER_FIELD(landlock_abi, 0, INT32_MAX),
    TEXT_FIELD(groups.memory.folder, 4096),
    TEXT_FIELD(groups.cpu.folder, 4096),
};

static void words_put(Buf *b, const Str *v, isize n)
{
    wire_put_number(b, n);
    for (isize i = 0; i < n; i++)
        wire_put_text(b, v[i]);
}

static Str *words_get(Arena *a, Wire *w, isize *n)
{
    *n = (isize)wire_number(w, 0, WORDS_MAX);
    Str *v = make(a, Str, *n + 1);
    for (isize i = 0; i < *n; i++)
        v[i] = str_copy(a, wire_text(w, TEXT_MAX));
    return v;
}

Str box_plan_encode(Arena *a, const BoxPlan *p)
{
    Buf b = {.a = a};
    wire_put_number(&b, PLAN_VERSION);
    for (isize i = 0; i < COUNT(fields); i++) {
        const char *at = (const char *)p + fields[i].at;
        if (fields[i].kind == NUMBER)
            wire_put_number(&b, *(const i64 *)(const void *)at);
        else
            wire_put_text(&b, *(const Str *)(const void *)at);
    }
    wire_put_number(&b, p->own_user);
    wire_put_number(&b, p->groups.memory.by);
    wire_put_number(&b, p->groups.cpu.by);
    for (int i = 0; i < BOX_PROTECTION_COUNT; i++)
        wire_put_number(&b, p->off[i]);
    words_put(&b, p->argv, p->n_argv);
    words_put(&b, p->env, p->n_env);
    wire_put_number(&b, p->n_ops);
    for (isize i = 0; i < p->n_ops; i++) {
        wire_put_number(&b, p->ops[i].kind);
        wire_put_number(&b, p->ops[i].writable);
        wire_put_number(&b, p->ops[i].bytes);
        wire_put_text(&b, p->ops[i].source);
        wire_put_text(&b, p->ops[i].at);
    }
    return buf_str(&b);
}

static void ops_get(Arena *a, Wire *w, BoxPlan *p)
{
    p->n_ops = (isize)wire_number(w, 0, OPS_MAX);
    p->ops = make(a, BoxOp, p->n_ops + 1);
    for (isize i = 0; i < p->n_ops; i++) {
        BoxOp *o = &p->ops[i];
        o->kind = (BoxOpKind)wire_number(w, BOX_OP_BIND_FOLDER, BOX_OP_FILE);
        o->writable = wire_number(w, 0, 1);
        o->bytes = wire_number(w, 0, INT64_MAX);
        o->source = str_copy(a, wire_text(w, TEXT_MAX));
        o->at = str_copy(a, wire_text(w, TEXT_MAX));
    }
}

fallible box_plan_decode(Arena *a, Str bytes, BoxPlan *p)
{
    Wire w = {bytes, false};
    *p = (BoxPlan){0};
    wire_number(&w, PLAN_VERSION, PLAN_VERSION);
    for (isize i = 0; i < COUNT(fields); i++) {
        char *at = (char *)p + fields[i].at;
        if (fields[i].kind == NUMBER)
            *(i64 *)(void *)at = wire_number(&w, fields[i].least, fields[i].most);
        else
            *(Str *)(void *)at = str_copy(a, wire_text(&w, fields[i].most));
    }
    p->own_user = wire_number(&w, 0, 1);
    p->groups.memory.by = (CgroupVersion)wire_number(&w, CGROUP_NONE, CGROUP_V2);
    p->groups.cpu.by = (CgroupVersion)wire_number(&w, CGROUP_NONE, CGROUP_V2);
    for (int i = 0; i < BOX_PROTECTION_COUNT; i++)
        p->off[i] = wire_number(&w, 0, 1);
    p->argv = words_get(a, &w, &p->n_argv);
    p->env = words_get(a, &w, &p->n_env);
    ops_get(a, &w, p);
    isize n_base;
    box_plan_base(&n_base);
    if (!wire_done(&w) || !p->n_argv || p->n_ops < n_base)
        return fail(a, ERR_BAD_INPUT, "this is not the plan of a box that this version made");
    return NULL;
}
