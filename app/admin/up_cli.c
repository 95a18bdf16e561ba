// `tresor up`: the single-machine installation.
#include "admin/up_cli.h"

#include <unistd.h>

#include "admin/crew.h"
#include "backend/backend.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/folder.h"
#include "os/service.h"
#include "os/stop.h"

typedef struct Up {
    Cli *cli;
    Str data, token; // folder; file with the runner's token
    Crew crew;
    CrewReady server, airlock;
} Up;

static Str place(Up *u, const char *name)
{
    return arena_fmt(u->cli->a, "%.*s/%s", STR(u->data), name);
}

static void give(Up *u, StrList *args, const char *name, Str value)
{
    if (value.n) str_list_add(u->cli->a, args, arena_fmt(u->cli->a, "--%s=%.*s", name, STR(value)));
}

// Passes an option of our own on, under its own or another name.
static void pass(Up *u, StrList *args, const char *opt, const char *as)
{
    StrList all = {0};
    cli_many(u->cli, opt, &all);
    for (isize i = 0; i < all.n; i++)
        give(u, args, as, all.v[i]);
}

static fallible backend_rows(Up *u, Db *db, Str slug)
{
    Arena *a = u->cli->a;
    Time now = clock_now();
    BackendSlugTaken found;
    BackendGet b;
    Str token;
    TRY(backend_slug_taken(db, a, slug, &found));
    if (!found.taken)
        TRY(backend_make(db, a, now, 0, slug, slug, S(""), &b, &token));
    else {
        // The token file was lost: the old token cannot be read back from its hash, so there is a new one.
        TRY(backend_get(db, a, slug, &b));
        TRY(backend_token_rotate(db, a, now, 0, &b, BACKEND_ROTATE_AT_ONCE, &token));
    }
    return file_write(a, u->token, token, 0600);
}

static fallible backend_ready(Up *u, Str slug)
{
    Arena *a = u->cli->a;
    Db *db;
    u->token = place(u, "runner-token");
    if (file_exists(a, u->token)) return NULL;
    TRY(folder_make(a, place(u, "server"), 0700));
    TRY(db_open(a, place(u, "server/server.db"), DB_SERVER, DB_AS_ADMIN, DB_READ_WRITE, &db));
    Err *e = db_migrate(db, a, clock_now());
    if (!e) e = db_begin(db, a);
    if (!e) e = db_settle(db, a, backend_rows(u, db, slug));
    db_close(db);
    return e;
}

static fallible server_start(Up *u)
{
    StrList args = {0};
    give(u, &args, "data", place(u, "server"));
    static const char *const same[] = {"https", "http",       "name",    "origin",
                                       "cert",  "key",        "rules",   "repo-ca",
                                       "smtp",  "smtp-login", "smtp-ca", "mail-from"};
    for (isize i = 0; i < COUNT(same); i++)
        pass(u, &args, same[i], same[i]);
    if (cli_has(u->cli, "local-repos")) str_list_add(u->cli->a, &args, S("--local-repos"));
    return crew_start(u->cli->a, &u->crew, "server", &args, &u->server);
}

// Runner and airlock talk to the server on this machine, whatever name the world knows it by.
static void site_args(Up *u, StrList *args, Str backend)
{
    Str port = str_skip(u->server.url, str_rfind_byte(u->server.url, ':'));
    give(u, args, "server", arena_fmt(u->cli->a, "https://127.0.0.1%.*s", STR(port)));
    give(u, args, "ca", u->server.ca);
    pass(u, args, "server-ca", "ca");
    give(u, args, "token-file", u->token);
    give(u, args, "backend", backend);
    give(u, args, "site", place(u, "site"));
}

static fallible site_start(Up *u, Str backend)
{
    StrList runner = {0}, airlock = {0};
    CrewReady ready;
    site_args(u, &runner, backend);
    static const char *const limits[] = {"image",  "workers",           "memory",
                                         "cpus",   "accept-missing",    "actions",
                                         "action", "actions-token-file"};
    for (isize i = 0; i < COUNT(limits); i++)
        pass(u, &runner, limits[i], limits[i]);
    if (cli_has(u->cli, "local-repos")) str_list_add(u->cli->a, &runner, S("--local-repos"));
    TRY(crew_start(u->cli->a, &u->crew, "runner", &runner, &ready));
    site_args(u, &airlock, backend);
    give(u, &airlock, "data", place(u, "airlock"));
    give(u, &airlock, "https", cli_text(u->cli, "airlock-https", S("127.0.0.1:8444")));
    pass(u, &airlock, "name", "name");
    pass(u, &airlock, "reviews", "reviews");
    pass(u, &airlock, "reviews-for", "reviews-for");
    pass(u, &airlock, "policy", "policy");
    if (cli_has(u->cli, "allow-single-review"))
        str_list_add(u->cli->a, &airlock, S("--allow-single-review"));
    return crew_start(u->cli->a, &u->crew, "airlock", &airlock, &u->airlock);
}

static fallible up_live(Up *u, const CrewEnds *ends)
{
    const char *ended;
    Str backend = cli_text(u->cli, "backend", S("site"));
    TRY(folder_make(u->cli->a, u->data, 0700));
    TRY(backend_ready(u, backend));
    TRY(server_start(u));
    TRY(site_start(u, backend));
    buf_fmt(&u->cli->out, "Tresor runs at %.*s, its airlock at %.*s\n", STR(u->server.url),
            STR(u->airlock.url));
    if (u->server.welcome.n)
        buf_fmt(&u->cli->out,
                "The first administrator signs in once, within a day, at\n  %.*s%.*s\n",
                STR(u->server.url), STR(u->server.welcome));
    TRY(cli_flush(u->cli));
    service_status("runs at %.*s, its airlock at %.*s", STR(u->server.url), STR(u->airlock.url));
    service_say(S("READY=1"));
    TRY(crew_wait(u->cli->a, &u->crew, ends, &ended));
    service_say(S("STOPPING=1"));
    return ended
               ? fail(u->cli->a, ERR_IO, "the %s ended by itself; its last words are above", ended)
               : NULL;
}

static fallible up_run(Cli *c, int *code)
{
    (void)code;
    CrewEnds ends;
    Up u = {.cli = c, .data = cli_text(c, "data", S("/var/lib/tresor"))};
    TRY(stop_open(c->a, &ends.stop));
    TRY(hangup_open(c->a, &ends.hangup));
    TRY(crew_listen(c->a, &u.crew));
    Err *e = up_live(&u, &ends);
    crew_stop(c->a, &u.crew);
    close(ends.stop);
    if (ends.hangup >= 0) close(ends.hangup);
    return e;
}

static const Opt up_opts[] = {
    {"config",                                              OPT_TEXT, "FILE", "settings in YAML, one key per option"},
    {"data",                                               OPT_TEXT, "DIR", "where everything is kept (default /var/lib/tresor)"},
    {"https",                                                     OPT_TEXT, "ADDRESS", "the server listens here (default 127.0.0.1:8443)"},
    {"http",OPT_TEXT, "ADDRESS", "redirect to https from here (default: nowhere)"},
    {"airlock-https", OPT_TEXT, "ADDRESS", "the airlock listens here (default 127.0.0.1:8444)"},
    {"name",                                               OPT_MANY, "NAME", "a name or address people use for this machine"},
    {"origin",                                            OPT_TEXT, "URL", "what browsers show, if a proxy stands in front"},
    {"cert",                                                     OPT_TEXT, "FILE", "your own certificate chain instead of the made one"},
    {"key",                                               OPT_TEXT, "FILE", "its key"},
    {"server-ca",     OPT_TEXT, "FILE", "with --cert: the authority that signed it"},
    {"backend",                                       OPT_TEXT, "NAME", "what this site is called (default site)"},
    {"image",                                            OPT_MANY, "NAME=WHERE", "an image of studies: host, or a root folder"},
    {"workers",                                                     OPT_INT, "N", "most jobs at once (default: processors less one)"},
    {"memory",OPT_TEXT, "SIZE", "most memory of one job (default 4G)"},
    {"cpus",      OPT_TEXT, "N", "most processors of one job (default 2)"},
    {"actions",                                              OPT_TEXT, "URL",
     "reusable actions are the repositories below here (default: none are run)"},
    {"action",                                                OPT_MANY, "NAME",
     "only these reusable actions may be used (default: all below --actions)"},
    {"actions-token-file",                                                     OPT_TEXT, "FILE", "holds a token that may read them"},
    {"smtp",OPT_TEXT, "URL",
     "mail server: smtps://HOST:465 or smtp://HOST:25 (default: letters wait)"},
    {"smtp-login", OPT_TEXT, "FILE", "user in its first line, password in its second"},
    {"smtp-ca",                                                 OPT_TEXT, "FILE", "PEM of the mail server's authority, if it is not a public one"},
    {"mail-from",                                               OPT_TEXT, "ADDRESS", "where letters come from (default notifications@NAME)"},
    {"rules",                                                     OPT_TEXT, "2023-12|2026-08",
     "which project.yaml rules this site has (default 2023-12)"},
    {"local-repos",                                         OPT_FLAG, NULL, "allow file:// repositories"},
    {"repo-ca",          OPT_TEXT, "FILE", "PEM of the authority of your own repository host"},
    {"reviews",                                             OPT_INT, "N", "independent reviews a request needs (default 2)"},
    {"reviews-for",                                               OPT_MANY, "WORKSPACE=N", "another number for one workspace"},
    {"policy",                                                     OPT_MANY, "WORKSPACE=FILE",
     "the disclosure policy of workspaces; * stands for any letters"},
    {"allow-single-review",  OPT_FLAG, NULL, "let one person alone decide where a number is 1"},
    {0       },
};
static const Command rows[] = {
    {"up", NULL, "server, runner and airlock of one site on this machine",
     "tresor up --data /var/lib/tresor --https 0.0.0.0:443 --name tresor.example.org --image "
     "r=host --image python=host", up_opts, up_run, false},
};
const CommandList up_commands = COMMANDS(rows);
