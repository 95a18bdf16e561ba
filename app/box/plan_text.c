// A plan for people and for programs: every fact, in the order in which it will be done.
#include "box/plan.h"

#include "kit/json_out.h"

static const char *const op_names[] = {[BOX_OP_BIND_FOLDER] = "folder of the machine",
                                       [BOX_OP_BIND_FILE] = "file of the machine",
                                       [BOX_OP_DEVICE] = "device",
                                       [BOX_OP_MEMORY] = "memory",
                                       [BOX_OP_PROC] = "processes",
                                       [BOX_OP_FOLDER] = "empty folder",
                                       [BOX_OP_LINK] = "link",
                                       [BOX_OP_FILE] = "text"};

static void op_text(Buf *b, const BoxOp *o)
{
    buf_fmt(b, "  /%.*s: %s", STR(o->at), op_names[o->kind]);
    if (o->kind == BOX_OP_FILE)
        buf_fmt(b, " of %lld bytes", (long long)o->source.n);
    else if (o->source.n)
        buf_fmt(b, " %.*s", STR(o->source));
    if (o->kind == BOX_OP_MEMORY) buf_fmt(b, ", %lld bytes", (long long)o->bytes);
    if (o->writable) buf_fmt(b, ", writable");
    buf_byte(b, '\n');
}

static void group_text(Buf *b, const char *what, const BoxGroup *g)
{
    static const char *const versions[] = {
        [CGROUP_NONE] = "none", [CGROUP_V1] = "version 1", [CGROUP_V2] = "version 2"};
    buf_fmt(b, "  %s group: %s below %.*s\n", what, versions[g->by], STR(g->folder));
}

static void words_text(Arena *a, Buf *b, const char *title, const Str *v, isize n)
{
    buf_fmt(b, "%s:\n", title);
    for (isize i = 0; i < n; i++)
        buf_fmt(b, "  %.*s\n", STR(str_printable(a, v[i])));
}

static const char *const protection_names[] = {
#define X(id, name, loss, spare) [BOX_##id] = name,
    BOX_PROTECTIONS(X)
#undef X
};

static const struct {
    const char *what;
    Str key;
    size_t at;
} limits[] = {
    {"bytes of memory",            S("memory_bytes"),    offsetof(BoxPlan, memory_bytes)  },
    {"thousandths of a processor", S("cpu_millis"),      offsetof(BoxPlan, cpu_millis)    },
    {"processes and threads",      S("processes_max"),   offsetof(BoxPlan, processes_max) },
    {"open files",                 S("open_files_max"),  offsetof(BoxPlan, open_files_max)},
    {"bytes in one file",          S("file_bytes"),      offsetof(BoxPlan, file_bytes)    },
    {"bytes in the workspace",     S("disk_bytes"),      offsetof(BoxPlan, disk_bytes)    },
    {"files in the workspace",     S("disk_files"),      offsetof(BoxPlan, disk_files)    },
    {"bytes of log",               S("log_bytes"),       offsetof(BoxPlan, log_bytes)     },
    {"microseconds",               S("deadline_micros"), offsetof(BoxPlan, deadline)      }
};

static const i64 *limit_of(const BoxPlan *p, isize i)
{
    return (const i64 *)(const void *)((const char *)p + limits[i].at);
}

Str box_plan_text(Arena *a, const BoxPlan *p)
{
    Buf b = {.a = a};
    buf_fmt(&b, "box %.*s\nsees:\n", STR(p->name));
    for (isize i = 0; i < p->n_ops; i++)
        op_text(&b, &p->ops[i]);
    words_text(a, &b, "runs", p->argv, p->n_argv);
    words_text(a, &b, "knows", p->env, p->n_env);
    buf_fmt(&b, "is:\n  user %d in the box, %s here\n", (int)BOX_USER,
            p->own_user ? "one of its own" : "the runner's");
    buf_fmt(&b, "at most:\n");
    for (isize i = 0; i < COUNT(limits); i++)
        buf_fmt(&b, "  %lld %s\n", (long long)*limit_of(p, i), limits[i].what);
    group_text(&b, "memory", &p->groups.memory);
    group_text(&b, "processor", &p->groups.cpu);
    buf_fmt(&b, "guarded by:\n");
    for (int i = 0; i < BOX_PROTECTION_COUNT; i++)
        buf_fmt(&b, "  %s: %s\n", protection_names[i], p->off[i] ? "MISSING" : "on");
    return buf_str(&b);
}

static void words_json(JsonOut *j, Str key, const Str *v, isize n)
{
    json_arr(json_key(j, key));
    for (isize i = 0; i < n; i++)
        json_str(j, v[i]);
    json_end(j);
}

static void op_json(JsonOut *j, const BoxOp *o)
{
    json_obj(j);
    json_str(json_key(j, S("at")), o->at);
    json_str(json_key(j, S("what")), str_from(op_names[o->kind]));
    json_str(json_key(j, S("source")), o->source);
    json_bool(json_key(j, S("writable")), o->writable);
    json_int(json_key(j, S("bytes")), o->bytes);
    json_end(j);
}

static void group_json(JsonOut *j, Str key, const BoxGroup *g)
{
    json_obj(json_key(j, key));
    json_int(json_key(j, S("version")), g->by);
    json_str(json_key(j, S("folder")), g->folder);
    json_end(j);
}

Str box_plan_json(Arena *a, const BoxPlan *p)
{
    Buf b = {.a = a};
    JsonOut j = json_begin(&b, JSON_PRETTY);
    json_obj(&j);
    json_str(json_key(&j, S("name")), p->name);
    json_arr(json_key(&j, S("sees")));
    for (isize i = 0; i < p->n_ops; i++)
        op_json(&j, &p->ops[i]);
    json_end(&j);
    words_json(&j, S("runs"), p->argv, p->n_argv);
    words_json(&j, S("knows"), p->env, p->n_env);
    json_bool(json_key(&j, S("own_user")), p->own_user);
    json_obj(json_key(&j, S("limits")));
    for (isize i = 0; i < COUNT(limits); i++)
        json_int(json_key(&j, limits[i].key), *limit_of(p, i));
    json_end(&j);
    group_json(&j, S("memory_group"), &p->groups.memory);
    group_json(&j, S("cpu_group"), &p->groups.cpu);
    json_obj(json_key(&j, S("protections")));
    for (int i = 0; i < BOX_PROTECTION_COUNT; i++)
        json_bool(json_key(&j, str_from(protection_names[i])), !p->off[i]);
    json_end(&j);
    json_end(&j);
    buf_byte(&b, '\n');
    return buf_str(&b);
}
