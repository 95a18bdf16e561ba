// The sandbox by hand: `tresor box run`; and the role `tresor box` that a starting box takes.
#include "runner/box_cli.h"

#include <signal.h>
#include <unistd.h>

#include "kit/json_out.h"
#include "os/file.h"

const Opt box_opts[] = {
    {"image",                                                  OPT_TEXT, "host|FOLDER",
     "programs: this machine's own (host), or a root file system"},
    {"workspace",                                           OPT_TEXT, "FOLDER", "writable as /workspace; without it a folder in memory"},
    {"input",                                                        OPT_MANY, "FROM:TO", "a file or folder, read-only in the box; may be repeated"},
    {"env",      OPT_MANY, "NAME=VALUE", "a variable for the command; may be repeated"},
    {"memory", OPT_TEXT, "SIZE", "at most this much memory: 512M, 2G (1G)"},
    {"cpus",                                                  OPT_TEXT, "NUMBER", "at most this many processors: 0.5, 2 (1)"},
    {"processes",                                               OPT_INT, "N", "at most this many processes and threads (512)"},
    {"tmp",                                                        OPT_TEXT, "SIZE", "size of /tmp and /dev/shm together (256M)"},
    {"disk",                                           OPT_TEXT, "SIZE", "at most this much in the workspace (64G)"},
    {"prints",           OPT_TEXT, "SIZE", "keep at most this much of what it prints (64M)"},
    {"timeout",                                                 OPT_INT, "SECONDS", "end it after this time (86400)"},
    {"allow-missing",                                                  OPT_FLAG, NULL, "run even if this machine lacks some protections"},
    {"plan",                                                        OPT_FLAG, NULL, "only show what would be done"},
    {"json",OPT_FLAG, NULL, "print the plan or the result as JSON"},
    {0             },
};

static fallible size_read(Cli *c, const char *opt, i64 *out)
{
    Str text = cli_text(c, opt, S(""));
    i64 n = 0, unit = 1;
    if (!text.n) return NULL;
    switch (text.s[text.n - 1]) {
    case 'K':
        unit = 1 << 10;
        break;
    case 'M':
        unit = 1 << 20;
        break;
    case 'G':
        unit = 1 << 30;
        break;
    default:
        break;
    }
    if (!str_i64(str_take(text, text.n - (unit > 1)), &n) || n < 1 || n > INT64_MAX / unit)
        return fail(c->a, ERR_BAD_INPUT, "--%s needs a size such as 512M or 2G, not \"%.*s\"", opt,
                    STR(text));
    *out = n * unit;
    return NULL;
}

static fallible limits_read(Cli *c, BoxJob *j)
{
    double cpus = 1;
    Str text = cli_text(c, "cpus", S("1"));
    if (!str_f64(text, &cpus) || cpus < 0.01 || cpus > 10000)
        return fail(c->a, ERR_BAD_INPUT, "--cpus needs a number such as 0.5 or 2, not \"%.*s\"",
                    STR(text));
    j->cpu_millis = (i64)(cpus * 1000);
    j->processes_max = cli_int(c, "processes", 0);
    i64 seconds = cli_int(c, "timeout", 0);
    if (seconds < 0 || seconds > INT32_MAX)
        return fail(c->a, ERR_BAD_INPUT, "--timeout needs a number of seconds");
    j->deadline = SECONDS(seconds);
    TRY(size_read(c, "memory", &j->memory_bytes));
    TRY(size_read(c, "tmp", &j->tmp_bytes));
    TRY(size_read(c, "disk", &j->disk_bytes));
    return size_read(c, "prints", &j->log_bytes);
}

static fallible inputs_read(Cli *c, BoxJob *j)
{
    StrList rows = {0};
    FileFacts facts;
    cli_many(c, "input", &rows);
    BoxBind *binds = make(c->a, BoxBind, rows.n);
    for (isize i = 0; i < rows.n; i++) {
        if (!str_cut(rows.v[i], ':', &binds[i].source, &binds[i].at))
            return fail(c->a, ERR_BAD_INPUT, "--input needs FROM:TO, not \"%.*s\"", STR(rows.v[i]));
        TRY(file_facts(c->a, binds[i].source, &facts));
        binds[i].is_folder = facts.kind == FILE_FOLDER;
    }
    j->binds = binds, j->n_binds = rows.n;
    return NULL;
}

fallible box_plan_read(Cli *c, isize skip, BoxPlan *plan)
{
    BoxHost host;
    BoxImage image;
    StrList env = {0};
    BoxJob j = {.image = &image, .workspace = cli_text(c, "workspace", S(""))};
    if (c->args.n <= skip)
        return fail(c->a, ERR_BAD_INPUT, "a command is missing; see `tresor %s --help`",
                    c->command->words);
    j.name = arena_fmt(c->a, "run-%d", (int)getpid());
    j.argv = c->args.v + skip, j.n_argv = c->args.n - skip;
    cli_many(c, "env", &env);
    j.env = env.v, j.n_env = env.n;
    for (int i = 0; i < BOX_PROTECTION_COUNT; i++)
        j.allow[i] = cli_has(c, "allow-missing");
    TRY(limits_read(c, &j));
    TRY(inputs_read(c, &j));
    TRY(box_image_look(c->a, cli_text(c, "image", S("host")), &image));
    TRY(box_host_look(c->a, &host));
    return box_plan(c->a, &j, &host, plan);
}

void box_result_print(Cli *c, const BoxResult *r)
{
    JsonOut j = json_begin(&c->out, JSON_COMPACT);
    json_obj(&j);
    json_str(json_key(&j, S("end")), box_end_name(r->end));
    json_int(json_key(&j, S("code")), r->code);
    json_int(json_key(&j, S("signal")), r->signal);
    json_int(json_key(&j, S("wall_micros")), r->finished - r->started);
    json_int(json_key(&j, S("user_micros")), r->user_micros);
    json_int(json_key(&j, S("system_micros")), r->system_micros);
    json_int(json_key(&j, S("memory_peak_bytes")), r->memory_peak_bytes);
    json_bool(json_key(&j, S("log_cut")), r->log_cut);
    json_str(json_key(&j, S("say")), r->say);
    json_end(&j);
    buf_put(&c->out, S("\n"));
}

static fallible run_run(Cli *c, int *code)
{
    BoxPlan plan;
    BoxResult result;
    TRY(box_plan_read(c, 0, &plan));
    if (cli_has(c, "plan")) {
        buf_put(&c->out,
                cli_has(c, "json") ? box_plan_json(c->a, &plan) : box_plan_text(c->a, &plan));
        return NULL;
    }
    signal(SIGPIPE, SIG_IGN);
    TRY(box_run(c->a, &plan, STDOUT_FILENO, &result));
    *code = result.code;
    if (cli_has(c, "json")) {
        box_result_print(c, &result);
        return NULL;
    }
    // What the job itself decided is its exit code; what was decided over it wants a sentence.
    if (result.end == BOX_EXITED) return NULL;
    return fail(c->a, result.end == BOX_NOT_STARTED ? ERR_IO : ERR_BUSY, "%.*s", STR(result.say));
}

static fallible role_run(Cli *c, int *code)
{
    Str ready, memory, cpu;
    i64 n;
    TRY(cli_arg(c, 0, "how many boxes are to be ready", &ready));
    if (!str_i64(ready, &n) || n < 1 || n > INT32_MAX)
        return fail(c->a, ERR_BAD_INPUT, "the number of boxes to have ready is 1 or more");
    TRY(cli_arg(c, 1, "where its memory groups are made", &memory));
    TRY(cli_arg(c, 2, "where its processor groups are made", &cpu));
    *code = box_main((int)n, memory, cpu);
    return NULL;
}

static const Command rows[] = {
    {.words = "box run",
     .args = "-- COMMAND [ARGUMENT ...]",
     .summary = "run a command in the sandbox that jobs run in",
     .examples = "tresor box run -- id\n"
                 "tresor box run --workspace /srv/study --memory 2G --cpus 2 -- Rscript model.R\n"
                 "tresor box run --plan -- true",                           .opts = box_opts,
     .run = run_run  },
    {.words = "box",
     .args = "READY MEMORY CPU",
     .summary = "a keeper of boxes; started by a runner with its door in place",
     .examples = "tresor box 2 1/sys/fs/cgroup/memory 1/sys/fs/cgroup/cpu",
     .run = role_run,
     .internal = true},
};
const CommandList box_commands = COMMANDS(rows);
