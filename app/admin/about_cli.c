// What this binary is made of: `tresor version`, `tresor licenses`.
#include "admin/about_cli.h"

#include "kit/components.h"
#include "kit/json_out.h"

static fallible version_run(Cli *c, int *code)
{
    (void)code;
    if (cli_has(c, "json")) {
        JsonOut j = json_begin(&c->out, JSON_COMPACT);
        json_obj(&j);
        for (isize i = 0; i < components_n; i++)
            json_str(json_key(&j, components[i].name), components[i].version);
        json_end(&j);
        buf_put(&c->out, S("\n"));
        return NULL;
    }
    for (isize i = 0; i < components_n; i++)
        buf_fmt(&c->out, "%.*s %.*s (%.*s)\n", STR(components[i].name), STR(components[i].version),
                STR(components[i].licence));
    return NULL;
}

static fallible licenses_run(Cli *c, int *code)
{
    (void)code;
    for (isize i = 0; i < components_n; i++)
        buf_fmt(&c->out, "==== %.*s %.*s: %.*s\n\n%.*s\n\n", STR(components[i].name),
                STR(components[i].version), STR(components[i].licence), STR(components[i].text));
    return NULL;
}

static const Opt version_opts[] = {
    {"json", OPT_FLAG, NULL, "as one JSON object: name to version"},
    {0 }
};
static const Command rows[] = {
    {"version",  NULL, "what this binary is made of",            "tresor version\ntresor version --json",
     version_opts,                                                                                              version_run, false},
    {"licenses", NULL, "the licences of all its parts, in full", "tresor licenses | less",                NULL,
     licenses_run,                                                                                                           false},
};
const CommandList about_commands = COMMANDS(rows);
