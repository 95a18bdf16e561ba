// Lines of "name value"; the last line is a sum of all before it, so that a torn write is not taken for an end.
#include "box/record.h"

#include <errno.h>
#include <unistd.h>

#include "os/file.h"

static const Str end_names[] = {[BOX_EXITED] = S("exited"),
                                [BOX_SIGNALLED] = S("signalled"),
                                [BOX_TIMED_OUT] = S("timed_out"),
                                [BOX_KILLED] = S("killed"),
                                [BOX_OUT_OF_MEMORY] = S("out_of_memory"),
                                [BOX_OUT_OF_DISK] = S("out_of_disk"),
                                [BOX_NOT_STARTED] = S("not_started")};

Str box_end_name(BoxEnd end)
{
    return end_names[end];
}

// A line's name, and where its value lives in BoxRecord.
typedef struct Line {
    Str name;
    enum { NUMBER = 1, SMALL, FLAG, PROCESS, GROUP, END, TEXT } kind;
    size_t at;
} Line;
#define AT(field) offsetof(BoxRecord, field)
static const Line begin_lines[] = {
    {S("pid"),    PROCESS, AT(supervisor.pid)  },
    {S("birth"),  NUMBER,  AT(supervisor.birth)},
    {S("memory"), GROUP,   AT(groups.memory)   },
    {S("cpu"),    GROUP,   AT(groups.cpu)      }
};
static const Line end_lines[] = {
    {S("end"),               END,    AT(result.end)              },
    {S("code"),              SMALL,  AT(result.code)             },
    {S("signal"),            SMALL,  AT(result.signal)           },
    {S("started"),           NUMBER, AT(result.started)          },
    {S("finished"),          NUMBER, AT(result.finished)         },
    {S("user_micros"),       NUMBER, AT(result.user_micros)      },
    {S("system_micros"),     NUMBER, AT(result.system_micros)    },
    {S("memory_peak_bytes"), NUMBER, AT(result.memory_peak_bytes)},
    {S("log_bytes"),         NUMBER, AT(result.log_bytes)        },
    {S("log_cut"),           FLAG,   AT(result.log_cut)          },
    {S("say"),               TEXT,   AT(result.say)              }
};
#undef AT

static void line_put(Buf *b, const Line *l, const BoxRecord *r)
{
    const void *at = (const char *)r + l->at;
    const BoxGroup *g = at;
    buf_fmt(b, "%.*s ", STR(l->name));
    switch (l->kind) {
    case NUMBER:
        buf_fmt(b, "%lld", (long long)*(const i64 *)at);
        break;
    case SMALL:
        buf_fmt(b, "%d", *(const int *)at);
        break;
    case FLAG:
        buf_fmt(b, "%d", *(const bool *)at);
        break;
    case PROCESS:
        buf_fmt(b, "%d", (int)*(const pid_t *)at);
        break;
    case GROUP:
        buf_fmt(b, "%d %.*s", (int)g->by, STR(g->folder));
        break;
    case END:
        buf_put(b, end_names[*(const BoxEnd *)at]);
        break;
    case TEXT:
        buf_put(b, str_replace(b->a, *(const Str *)at, S("\n"), S(" ")));
        break;
    }
    buf_byte(b, '\n');
}

static void group_get(Str value, BoxGroup *g)
{
    Str by;
    i64 number;
    if (str_cut(value, ' ', &by, &g->folder) && str_i64(by, &number) && number >= CGROUP_NONE &&
        number <= CGROUP_V2)
        g->by = (CgroupVersion)number;
}

static void line_get(const Line *l, Str value, BoxRecord *r)
{
    void *at = (char *)r + l->at;
    i64 number = 0;
    str_i64(value, &number);
    switch (l->kind) {
    case NUMBER:
        *(i64 *)at = number;
        break;
    case SMALL:
        *(int *)at = (int)number;
        break;
    case FLAG:
        *(bool *)at = number != 0;
        break;
    case PROCESS:
        *(pid_t *)at = (pid_t)number;
        break;
    case GROUP:
        group_get(value, at);
        break;
    case END:
        for (isize i = 0; i < COUNT(end_names); i++)
            if (str_eq(end_names[i], value)) *(BoxEnd *)at = (BoxEnd)i;
        break;
    case TEXT:
        *(Str *)at = value;
        break;
    }
}

Str box_record_path(Arena *a, Str folder)
{
    return path_join(a, folder, S("record"));
}

Str box_record_begin_text(Arena *a, const BoxGroups *groups, ProcName supervisor)
{
    BoxRecord r = {.supervisor = supervisor, .groups = *groups};
    Buf b = {.a = a};
    for (isize i = 0; i < COUNT(begin_lines); i++)
        line_put(&b, &begin_lines[i], &r);
    return buf_str(&b);
}

Str box_record_end_text(Arena *a, Str before, const BoxResult *result)
{
    BoxRecord r = {.result = *result};
    Buf b = {.a = a};
    buf_put(&b, before);
    for (isize i = 0; i < COUNT(end_lines); i++)
        line_put(&b, &end_lines[i], &r);
    u64 sum = str_hash(buf_str(&b));
    buf_fmt(&b, "sum %016llx\n", (unsigned long long)sum);
    return str_skip(buf_str(&b), before.n);
}

// The text before a right sum line at the very end; false when there is none.
static bool is_whole(Arena *a, Str text)
{
    isize sum_line = S("sum 0123456789abcdef\n").n;
    if (text.n <= sum_line) return false;
    Str body = str_take(text, text.n - sum_line), last = str_skip(text, body.n);
    return str_eq(last, arena_fmt(a, "sum %016llx\n", (unsigned long long)str_hash(body)));
}

void box_record_parse(Arena *a, Str text, BoxRecord *r)
{
    Str line, name, value;
    *r = (BoxRecord){.ended = is_whole(a, text)};
    while (str_next(&text, '\n', &line)) {
        if (!str_cut(line, ' ', &name, &value)) continue;
        for (isize i = 0; i < COUNT(begin_lines); i++)
            if (str_eq(begin_lines[i].name, name)) line_get(&begin_lines[i], value, r);
        for (isize i = 0; i < COUNT(end_lines) && r->ended; i++)
            if (str_eq(end_lines[i].name, name)) line_get(&end_lines[i], value, r);
    }
}

static fallible put_at(Arena *a, int fd, Str text, i64 at)
{
    while (text.n) {
        ssize_t n = pwrite(fd, text.s, (size_t)text.n, at);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0)
            return fail(a, errno == ENOSPC ? ERR_BUSY : ERR_IO, "cannot write the box's record: %s",
                        strerror(errno));
        text = str_skip(text, n), at += n;
    }
    return NULL;
}

fallible box_record_begin(Arena *a, int fd, const BoxGroups *groups, ProcName supervisor)
{
    return put_at(a, fd, box_record_begin_text(a, groups, supervisor), 0);
}

fallible box_record_end(Arena *a, int fd, const BoxGroups *groups, ProcName supervisor,
                        const BoxResult *result)
{
    Str before = box_record_begin_text(a, groups, supervisor);
    Str end = box_record_end_text(a, before, result);
    TRY(put_at(a, fd, arena_fmt(a, "%.*s%.*s", STR(before), STR(end)), 0));
    if (fsync(fd) < 0)
        return fail(a, ERR_IO, "cannot make the box's record durable: %s", strerror(errno));
    return NULL;
}
