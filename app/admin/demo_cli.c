// `tresor demo`: three roles as three processes on this machine; one link per person; nothing left behind.
#include "admin/demo_cli.h"

#include <unistd.h>

#include "admin/crew.h"
#include "admin/demo_journey.h"
#include "admin/demo_site.h"
#include "admin/own_site.h"
#include "admin/role.h"
#include "kit/json_out.h"
#include "os/clock.h"
#include "os/folder.h"
#include "os/stop.h"

typedef struct Demo {
    Cli *cli;
    DemoSite site;
    Crew crew;
    CrewReady server, airlock;
    int stop;
} Demo;

static Str place(Demo *d, const char *name)
{
    return arena_fmt(d->cli->a, "%.*s/%s", STR(d->site.folder), name);
}

static void option(Demo *d, StrList *args, const char *name, Str value)
{
    str_list_add(d->cli->a, args, arena_fmt(d->cli->a, "--%s=%.*s", name, STR(value)));
}

static fallible server_start(Demo *d)
{
    CrewRole server = {.name = "server"};
    option(d, &server.args, "allow-scripts", cli_text(d->cli, "allow-scripts", S("never")));
    option(d, &server.args, "data", place(d, "server"));
    option(d, &server.args, "https", S("127.0.0.1:0"));
    str_list_add(d->cli->a, &server.args, S("--local-repos"));
    return crew_start(d->cli->a, &d->crew, &server, &d->server);
}

static void to_server(Demo *d, StrList *args)
{
    option(d, args, "server", d->server.url);
    option(d, args, "ca", d->server.ca);
    option(d, args, "token-file", place(d, "runner-token"));
    option(d, args, "site", place(d, "site"));
}

static fallible runner_start(Demo *d)
{
    CrewRole runner = {.name = "runner"};
    StrList *args = &runner.args;
    CrewReady ready;
    to_server(d, args);
    option(d, args, "backend", d->site.backend);
    option(d, args, "image", S("sh=host"));
    option(d, args, "image", S("r=host"));
    option(d, args, "image", S("python=host"));
    str_list_add(d->cli->a, args, S("--local-repos"));
    // A demo shall also run in a container and on an old kernel; the job's page says which walls are missing.
    static const Str walls[] = {S("memory limit"), S("processor limit"), S("private /proc"),
                                S("second lock on files")};
    for (isize i = 0; i < COUNT(walls); i++)
        option(d, args, "accept-missing", walls[i]);
    str_list_add(d->cli->a, args, S("--end-jobs")); // the folder goes with the demo
    return crew_start(d->cli->a, &d->crew, &runner, &ready);
}

static fallible airlock_start(Demo *d)
{
    CrewRole airlock = {.name = "airlock"};
    StrList *args = &airlock.args;
    to_server(d, args);
    option(d, args, "data", place(d, "airlock"));
    option(d, args, "https", S("127.0.0.1:0"));
    option(d, args, "backend", d->site.backend);
    option(d, args, "allow-scripts", cli_text(d->cli, "allow-scripts", S("never")));
    TRY(crew_start(d->cli->a, &d->crew, &airlock, &d->airlock));
    return own_site_airlock(d->cli->a, d->site.folder, d->site.backend, clock_now(), S(""),
                            d->airlock.url);
}

static void say_json(Demo *d)
{
    JsonOut j = json_begin(&d->cli->out, JSON_COMPACT);
    json_obj(&j);
    json_str(json_key(&j, S("server")), d->server.url);
    json_str(json_key(&j, S("airlock")), d->airlock.url);
    json_str(json_key(&j, S("ca")), d->server.ca);
    json_str(json_key(&j, S("airlock_ca")), d->airlock.ca);
    json_arr(json_key(&j, S("people")));
    for (isize i = 0; i < DEMO_PEOPLE; i++) {
        const DemoPerson *p = &d->site.people[i];
        json_obj(&j);
        json_str(json_key(&j, S("username")), p->username);
        json_str(json_key(&j, S("name")), p->name);
        json_arr(json_key(&j, S("roles")));
        for (isize r = 0; r < p->roles.n; r++)
            json_str(&j, p->roles.v[r]);
        json_end(&j);
        json_str(json_key(&j, S("link")),
                 arena_fmt(d->cli->a, "%.*s%.*s", STR(d->server.url), STR(p->path)));
        json_end(&j);
    }
    json_end(&j);
    json_obj(json_key(&j, S("backend")));
    json_str(json_key(&j, S("name")), d->site.backend);
    json_str(json_key(&j, S("token")), d->site.token);
    json_end(&j);
    json_str(json_key(&j, S("workspace")), d->site.workspace_path);
    json_str(json_key(&j, S("repo")), d->site.repo);
    json_str(json_key(&j, S("folder")), d->site.folder);
    json_end(&j);
    buf_byte(&d->cli->out, '\n');
}

static void say_people(Demo *d)
{
    Buf *o = &d->cli->out;
    buf_fmt(o, "\nTresor runs at %.*s, its airlock at %.*s\n", STR(d->server.url),
            STR(d->airlock.url));
    buf_fmt(o,
            "The certificates are made for this demo: your browser asks once for each address.\n\n"
            "Each link signs one person in, once; use one browser profile or private window per "
            "person.\n\n");
    for (isize i = 0; i < DEMO_PEOPLE; i++) {
        const DemoPerson *p = &d->site.people[i];
        buf_fmt(o, "  %-16.*s %-20.*s %.*s%.*s\n", STR(p->name), STR(p->roles.v[0]),
                STR(d->server.url), STR(p->path));
    }
    buf_fmt(o,
            "\nStart as Ada: open the workspace %.*s and press \"Run jobs\".\nCtrl-C ends the demo "
            "and removes everything.\n",
            STR(d->site.workspace));
}

static fallible demo_live(Demo *d, int *code)
{
    const char *ended;
    TRY(demo_site_make(d->cli->a, d->site.folder, clock_now(), &d->site));
    TRY(server_start(d));
    TRY(runner_start(d));
    TRY(airlock_start(d));
    if (cli_has(d->cli, "check")) {
        DemoJourney j = {.cli = d->cli,
                         .site = &d->site,
                         .server = d->server.url,
                         .server_ca = d->server.ca,
                         .airlock = d->airlock.url,
                         .airlock_ca = d->airlock.ca};
        return demo_journey_walk(&j, code);
    }
    if (cli_has(d->cli, "json"))
        say_json(d);
    else
        say_people(d);
    TRY(cli_flush(d->cli));
    TRY(crew_wait(d->cli->a, &d->crew, &(CrewEnds){d->stop, -1}, &ended));
    return ended
               ? fail(d->cli->a, ERR_IO, "the %s ended by itself; its last words are above", ended)
               : NULL;
}

static fallible demo_run(Cli *c, int *code)
{
    Demo d = {.cli = c};
    const char *tmp = getenv("TMPDIR");
    TRY(stop_open(c->a, &d.stop));
    TRY(folder_temporary(c->a, tmp ? str_from(tmp) : S("/tmp"), &d.site.folder));
    Err *e = demo_live(&d, code);
    crew_stop(c->a, &d.crew);
    close(d.stop);
    Err *left = folder_remove(c->a, d.site.folder);
    return e ? e : left;
}

static const Opt demo_opts[] = {
    {"json",    OPT_FLAG, NULL, "print one JSON object when everything answers, for scripts"},
    {"check",     OPT_FLAG, NULL, "walk the whole journey as the people, print each step, end"},
    {"archive",         OPT_TEXT, "FILE",
     "with --check: keep the downloaded archive there, and the site's key as FILE.pub"},
    SCRIPTS_OPTION,
    {0},
};
static const Command rows[] = {
    {"demo", NULL, "everything in a temporary folder, with made-up people and a sample study",
     "tresor demo\ntresor demo --check\ntresor demo --json", demo_opts, demo_run, false},
};
const CommandList demo_commands = COMMANDS(rows);
