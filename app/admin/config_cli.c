// `tresor config show|check ROLE`: the role's own options are read as the role reads them.
#include "admin/config_cli.h"

#include "admin/airlock_cli.h"
#include "admin/commands.h"
#include "admin/server_cli.h"
#include "cli/nearest.h"
#include "cli/options.h"
#include "kit/json_out.h"
#include "runner/cli.h"

// Roles, and what each says about its settings beyond their names and kinds.
static const struct {
    const char *role;
    fallible (*check)(Cli *);
} roles[] = {
    {"server",  server_settings_check },
    {"runner",  runner_settings_check },
    {"airlock", airlock_settings_check},
    {"up",      NULL                  },
};

typedef struct Inspection {
    Cli role; // as the role's own command would be called
    isize which;
    bool json;
} Inspection;

static const Command *command_named(Str words)
{
    for (isize r = 0; r < all_commands_n; r++)
        for (isize i = 0; i < all_commands[r]->n; i++)
            if (str_eq(str_from(all_commands[r]->v[i].words), words)) return &all_commands[r]->v[i];
    return NULL;
}

static fallible role_find(Cli *c, Inspection *out)
{
    StrList names = {0};
    Str name;
    TRY(cli_arg(c, 0, "ROLE (server, runner, airlock or up)", &name));
    for (out->which = 0; out->which < COUNT(roles); out->which++) {
        if (str_eq(name, str_from(roles[out->which].role))) return NULL;
        str_list_add(c->a, &names, str_from(roles[out->which].role));
    }
    Str near = nearest(&names, name);
    if (near.n)
        return fail(c->a, ERR_BAD_INPUT, "there is no role \"%.*s\"; did you mean %.*s?", STR(name),
                    STR(near));
    return fail(c->a, ERR_BAD_INPUT,
                "there is no role \"%.*s\"; there are server, runner, airlock and up", STR(name));
}

// Reads flags, environment and file as the role would.
static fallible inspect(Cli *c, Inspection *out)
{
    bool help = false;
    *out = (Inspection){0};
    TRY(role_find(c, out));
    char **words = make(c->a, char *, c->args.n + 1);
    isize n = 0;
    for (isize i = 1; i < c->args.n; i++) {
        if (str_eq(c->args.v[i], S("--json")))
            out->json = true;
        else
            words[n++] = cstr(c->a, c->args.v[i]);
    }
    out->role = (Cli){.a = c->a,
                      .log = c->log,
                      .command = command_named(str_from(roles[out->which].role)),
                      .out = {.a = c->a}};
    TRY(options_read(&out->role, words, &help));
    if (out->role.args.n)
        return fail(c->a, ERR_BAD_INPUT, "\"%.*s\" is no option; options begin with --",
                    STR(out->role.args.v[0]));
    return NULL;
}

// Passwords in addresses are nobody's business who looks at settings.
static Str masked(Arena *a, Str value)
{
    isize at = str_find(value, S("://"));
    Str rest = str_skip(value, at + 3);
    isize slash = str_find_byte(rest, '/');
    Str host = slash < 0 ? rest : str_take(rest, slash);
    isize sign = str_rfind_byte(host, '@');
    if (at < 0 || sign < 0) return value;
    return arena_fmt(a, "%.*s***%.*s", STR(str_take(value, at + 3)), STR(str_skip(rest, sign)));
}

// "(default 4G)" or "(default: processors - 1)" in the option's help: the one place where defaults are written.
static Str default_of(const Opt *o)
{
    Str help = str_from(o->help);
    isize at = str_find(help, S("(default"));
    if (at < 0) return S("");
    help = str_skip(help, at + (isize)sizeof "(default" - 1);
    isize end = str_find_byte(help, ')');
    help = end < 0 ? help : str_take(help, end);
    return str_trim(str_starts(help, S(":")) ? str_skip(help, 1) : help);
}

static void values_of(const Inspection *x, const Opt *o, StrList *out)
{
    Arena *a = x->role.a;
    StrList given = {0};
    bool set = cli_has(&x->role, o->name);
    if (o->kind == OPT_FLAG) {
        str_list_add(a, out, set ? S("true") : S("false"));
    } else if (o->kind == OPT_MANY) {
        cli_many(&x->role, o->name, &given);
        for (isize i = 0; i < given.n; i++)
            str_list_add(a, out, masked(a, given.v[i]));
    } else if (set) {
        str_list_add(a, out, masked(a, cli_text(&x->role, o->name, S(""))));
    }
    if (!out->n && default_of(o).n) str_list_add(a, out, default_of(o));
}

static Str origin_of(const Inspection *x, const Opt *o)
{
    Str origin = settings_origin(&x->role, o->name);
    if (origin.n) return origin;
    return default_of(o).n || o->kind == OPT_FLAG ? S("default") : S("not set");
}

static void show_text(Buf *b, const Inspection *x)
{
    for (const Opt *o = x->role.command->opts; o->name; o++) {
        StrList values = {0};
        values_of(x, o, &values);
        for (isize i = 0; i < values.n || !i; i++)
            buf_fmt(b, "%-20s %-36.*s %.*s\n", i ? "" : o->name,
                    STR(values.n ? values.v[i] : S("-")), STR(i ? S("") : origin_of(x, o)));
    }
}

static void show_json(Buf *b, const Inspection *x)
{
    JsonOut w = json_begin(b, JSON_PRETTY);
    json_obj(&w);
    json_str(json_key(&w, S("role")), str_from(roles[x->which].role));
    json_arr(json_key(&w, S("settings")));
    for (const Opt *o = x->role.command->opts; o->name; o++) {
        StrList values = {0};
        values_of(x, o, &values);
        json_obj(&w);
        json_str(json_key(&w, S("name")), str_from(o->name));
        json_arr(json_key(&w, S("values")));
        for (isize i = 0; i < values.n; i++)
            json_str(&w, values.v[i]);
        json_end(&w);
        json_str(json_key(&w, S("from")), origin_of(x, o));
        json_end(&w);
    }
    json_end(&w);
    json_end(&w);
    buf_byte(b, '\n');
}

static fallible show_run(Cli *c, int *code)
{
    (void)code;
    Inspection x;
    TRY(inspect(c, &x));
    if (x.json)
        show_json(&c->out, &x);
    else
        show_text(&c->out, &x);
    return NULL;
}

static fallible check_run(Cli *c, int *code)
{
    (void)code;
    Inspection x;
    isize set = 0;
    TRY(inspect(c, &x));
    if (roles[x.which].check) TRY(roles[x.which].check(&x.role));
    for (const Opt *o = x.role.command->opts; o->name; o++)
        set += cli_has(&x.role, o->name);
    buf_fmt(&c->out, "the settings of the %s are good: %td of them are set\n", roles[x.which].role,
            set);
    return NULL;
}

// clang-format off
static const Command rows[] = {
    {"config show", "ROLE [OPTION …]", "each setting of a role: its value and where it comes from",
     "tresor config show runner --config /etc/tresor/runner.yaml\n"
     "tresor config show server --https 0.0.0.0:443 --json", cli_opts_of_another, show_run, false},
    {"config check", "ROLE [OPTION …]", "would a role start with these settings",
     "tresor config check server --config /etc/tresor/server.yaml", cli_opts_of_another, check_run, false},
};
// clang-format on
const CommandList config_commands = COMMANDS(rows);
