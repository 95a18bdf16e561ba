// Trying to get out of a box: `tresor box test`, and its inside `tresor box escape`.
#include "runner/escape_cli.h"

#include "escape/escape.h"
#include "kit/json_out.h"
#include "os/file.h"
#include "os/folder.h"

static const Opt test_opts[] = {
    {"list", OPT_FLAG, NULL, "only list the attempts"},
    {"json",  OPT_FLAG, NULL, "one JSON object a line"},
    {0     },
};

static const char *const verdicts[] = {
    [ESCAPE_HELD] = "held", [ESCAPE_OUT] = "OUT", [ESCAPE_UNTRIED] = "untried"};

static void attempt_print(Cli *c, const EscapeAttempt *t, const EscapeResult *r)
{
    if (!cli_has(c, "json")) {
        buf_fmt(&c->out, "%-8s%-22.*s%.*s\n", r ? verdicts[r->verdict] : "", STR(t->name),
                STR(t->tries));
        if (r && r->verdict != ESCAPE_HELD) buf_fmt(&c->out, "        %.*s\n", STR(r->say));
        return;
    }
    JsonOut j = json_begin(&c->out, JSON_COMPACT);
    json_obj(&j);
    json_str(json_key(&j, S("name")), t->name);
    json_str(json_key(&j, S("tries")), t->tries);
    if (r) json_str(json_key(&j, S("verdict")), str_lower(c->a, str_from(verdicts[r->verdict])));
    if (r) json_str(json_key(&j, S("say")), r->say);
    json_end(&j);
    buf_byte(&c->out, '\n');
}

static fallible attempts_run(Cli *c, const BoxHost *h, Str scratch, isize *out, isize *run)
{
    Str program;
    TRY(file_self(c->a, &program));
    for (isize i = 0; i < escape_count(); i++) {
        EscapeAttempt t = escape_attempt(i);
        EscapeResult r = {0};
        bool wanted = !c->args.n || str_list_has(&c->args, t.name);
        if (!wanted) continue;
        if (!cli_has(c, "list")) {
            TRY(escape_run(c->a, h, program, scratch, i, &r));
            *out += r.verdict != ESCAPE_HELD;
        }
        *run += 1;
        attempt_print(c, &t, cli_has(c, "list") ? NULL : &r);
        TRY(cli_flush(c));
    }
    return NULL;
}

static fallible test_run(Cli *c, int *code)
{
    BoxHost host;
    Str scratch;
    isize out = 0, run = 0;
    const char *parent = getenv("TMPDIR");
    TRY(box_host_look(c->a, &host));
    TRY(folder_temporary(c->a, parent ? str_from(parent) : S("/tmp"), &scratch));
    Err *e = attempts_run(c, &host, scratch, &out, &run);
    Err *left = folder_remove(c->a, scratch);
    if (e || left) return e ? e : left;
    if (!run)
        return fail(c->a, ERR_NOT_FOUND, "there is no such attempt; see `tresor box test --list`");
    if (!cli_has(c, "json") && !cli_has(c, "list"))
        buf_fmt(&c->out, "%lld attempts, %lld held\n", (long long)run, (long long)(run - out));
    *code = out > 0;
    return NULL;
}

static fallible escape_run_inside(Cli *c, int *code)
{
    Str name;
    TRY(cli_arg(c, 0, "the name of an attempt", &name));
    return escape_inside(c->a, name, code);
}

static const Command rows[] = {
    {.words = "box test",
     .args = "[NAME ...]",
     .summary = "try every known way out of the sandbox on this machine; each must fail",
     .examples = "tresor box test\ntresor box test --list\ntresor box test connect_v4 fork_bomb",
     .opts = test_opts,
     .run = test_run },
    {.words = "box escape",
     .args = "NAME",
     .summary = "one attempt, from the inside; started by box test only",
     .examples = "tresor box test connect_v4",
     .run = escape_run_inside,
     .internal = true},
};
const CommandList escape_commands = COMMANDS(rows);
