// A plan for people: one line a fact, in the order in which it will be done.
#include "box/plan.h"

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
    buf_fmt(b, "  %s group: %s %.*s\n", what, versions[g->by], STR(g->folder));
}

static void words_text(Arena *a, Buf *b, const char *title, const Str *v, isize n)
{
    buf_fmt(b, "%s:\n", title);
    for (isize i = 0; i < n; i++)
        buf_fmt(b, "  %.*s\n", STR(str_printable(a, v[i])));
}

static const char *const protection_names[] = {
#define X(id, name, loss) [BOX_##id] = name,
    BOX_PROTECTIONS(X)
#undef X
};

Str box_plan_text(Arena *a, const BoxPlan *p)
{
    Buf b = {.a = a};
    buf_fmt(&b, "box %.*s\nsees:\n", STR(p->name));
    for (isize i = 0; i < p->n_ops; i++)
        op_text(&b, &p->ops[i]);
    words_text(a, &b, "runs", p->argv, p->n_argv);
    words_text(a, &b, "knows", p->env, p->n_env);
    buf_fmt(&b, "is:\n  user %lld here, %lld in the box\n  group %lld here, %lld in the box\n",
            (long long)p->outer_user, (long long)p->inner_user, (long long)p->outer_group,
            (long long)p->inner_group);
    const struct {
        const char *what;
        i64 value;
    } limits[] = {
        {"bytes of memory",            p->memory_bytes  },
        {"thousandths of a processor", p->cpu_millis    },
        {"processes and threads",      p->processes_max },
        {"open files",                 p->open_files_max},
        {"bytes in one file",          p->file_bytes    },
        {"bytes of log",               p->log_bytes     },
        {"microseconds",               p->deadline      }
    };
    buf_fmt(&b, "at most:\n");
    for (isize i = 0; i < COUNT(limits); i++)
        buf_fmt(&b, "  %lld %s\n", (long long)limits[i].value, limits[i].what);
    group_text(&b, "memory", &p->memory);
    group_text(&b, "processor", &p->cpu);
    buf_fmt(&b, "guarded by:\n");
    for (int i = 0; i < BOX_PROTECTION_COUNT; i++)
        buf_fmt(&b, "  %s: %s\n", protection_names[i], p->off[i] ? "MISSING" : "on");
    return buf_str(&b);
}
