// `tresor up`: the single-machine installation.
#include "admin/up_cli.h"

#include <unistd.h>

#include "admin/airlock_cli.h"
#include "admin/crew.h"
#include "admin/own_site.h"
#include "admin/reach.h"
#include "admin/role.h"
#include "admin/server_cli.h"
#include "backend/backend.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/folder.h"
#include "os/service.h"
#include "os/stop.h"

// clang-format off
#define RUNNER_OPTIONS                                                                                         \
    {"image", OPT_MANY, "NAME=ROOT",                                                                           \
     "what an image name stands for: host or a folder, then words before `run`'s"},                            \
    {"workers", OPT_INT, "N", "most weight of jobs at once (default: processors - 1)"},                        \
    {"cpus", OPT_TEXT, "N", "processors for one job (default 2)"},                                             \
    {"memory", OPT_TEXT, "SIZE", "memory for one job: 512M, 4G (default 4G)"},                                 \
    {"accept-missing", OPT_MANY, "PROTECTION",                                                                 \
     "run jobs although this machine lacks this wall of the box"},                                             \
    {"actions", OPT_TEXT, "URL",                                                                               \
     "reusable actions are the repositories below here (default: none are run)"},                              \
    {"action", OPT_MANY, "NAME",                                                                               \
     "only these reusable actions may be used (default: all below --actions)"},                                \
    {"actions-token-file", OPT_TEXT, "FILE", "holds a token that may read them"}
// clang-format on

// The options that go on to each role as they are.
static const Opt to_server[] = {STUDY_OPTIONS, SERVER_OPTIONS};
static const Opt to_runner[] = {STUDY_OPTIONS, RUNNER_OPTIONS};
static const Opt to_airlock[] = {AIRLOCK_OPTIONS};

typedef struct Up {
    Cli *cli;
    Str data, token, backend; // folder; file with the runner's token; name of the site
    Crew crew;
    CrewReady server, airlock;
} Up;

static Str place(Up *u, const char *name)
{
    return arena_fmt(u->cli->a, "%.*s/%s", STR(u->data), name);
}

static void give(Up *u, CrewRole *r, const char *name, Str value)
{
    if (value.n)
        str_list_add(u->cli->a, &r->args, arena_fmt(u->cli->a, "--%s=%.*s", name, STR(value)));
}

// Passes an option of our own on, under its own or another name.
static void pass(Up *u, CrewRole *r, const char *opt, const char *as)
{
    StrList all = {0};
    cli_many(u->cli, opt, &all);
    for (isize i = 0; i < all.n; i++)
        give(u, r, as, all.v[i]);
}

static void pass_all(Up *u, CrewRole *r, const Opt *v, isize n)
{
    for (isize i = 0; i < n; i++)
        if (v[i].kind != OPT_FLAG)
            pass(u, r, v[i].name, v[i].name);
        else if (cli_has(u->cli, v[i].name))
            str_list_add(u->cli->a, &r->args, arena_fmt(u->cli->a, "--%s", v[i].name));
}

static fallible backend_rows(Up *u, Db *db)
{
    Arena *a = u->cli->a;
    Time now = clock_now();
    BackendSlugTaken found;
    BackendGet b;
    Str token;
    TRY(backend_slug_taken(db, a, u->backend, &found));
    if (!found.taken)
        TRY(backend_make(db, a, now, 0, u->backend, u->backend, S(""), &b, &token));
    else {
        // The token file was lost: the old token cannot be read back from its hash, so there is a new one.
        TRY(backend_get(db, a, u->backend, &b));
        TRY(backend_token_rotate(db, a, now, 0, &b, BACKEND_ROTATE_AT_ONCE, &token));
    }
    return file_write(a, u->token, token, 0600);
}

static fallible backend_ready(Up *u)
{
    Arena *a = u->cli->a;
    Db *db;
    u->token = place(u, "runner-token");
    if (file_exists(a, u->token)) return NULL;
    TRY(own_site_database(a, u->data, &db));
    Err *e = db_migrate(db, a, clock_now());
    if (!e) e = db_begin(db, a);
    if (!e) e = db_settle(db, a, backend_rows(u, db));
    db_close(db);
    return e;
}

static fallible server_start(Up *u)
{
    CrewRole r = {
        .name = "server",
        .sockets = {{"https-fd", service_socket(S("https"), true)},
                    {"http-fd", service_socket(S("http"), false)}},
        .secrets = true
    };
    static const char *const same[] = {"https", "http", "name",         "origin",
                                       "cert",  "key",  "allow-scripts"};
    give(u, &r, "data", place(u, "server"));
    for (isize i = 0; i < COUNT(same); i++)
        pass(u, &r, same[i], same[i]);
    pass_all(u, &r, to_server, COUNT(to_server));
    return crew_start(u->cli->a, &u->crew, &r, &u->server);
}

// Runner and airlock stay on this machine on their way to the server, whatever name the world knows it by; but an
// operator's own certificate is good for its names only.
static void site_args(Up *u, CrewRole *r)
{
    bool own = cli_has(u->cli, "cert") || service_secret(u->cli->a, "tls-cert").n;
    give(u, r, "server", own ? u->server.url : u->server.here);
    give(u, r, "ca", u->server.ca);
    pass(u, r, "server-ca", "ca");
    give(u, r, "token-file", u->token);
    give(u, r, "backend", u->backend);
    give(u, r, "site", place(u, "site"));
}

static fallible runner_start(Up *u)
{
    CrewRole r = {.name = "runner"};
    CrewReady ready;
    site_args(u, &r);
    pass_all(u, &r, to_runner, COUNT(to_runner));
    return crew_start(u->cli->a, &u->crew, &r, &ready);
}

static fallible airlock_start(Up *u)
{
    Arena *a = u->cli->a;
    CrewRole r = {.name = "airlock",
                  .sockets = {{"https-fd", service_socket(S("airlock-https"), false)}}};
    ServerReach before = {0};
    site_args(u, &r);
    give(u, &r, "data", place(u, "airlock"));
    give(u, &r, "https", cli_text(u->cli, "airlock-https", S("127.0.0.1:8444")));
    pass(u, &r, "airlock-origin", "origin");
    pass(u, &r, "name", "name");
    pass(u, &r, "allow-scripts", "allow-scripts");
    pass_all(u, &r, to_airlock, COUNT(to_airlock));
    Err *first = reach_load(a, place(u, "airlock"), &before);
    (void)first; // it has never run: nothing was told before
    TRY(crew_start(a, &u->crew, &r, &u->airlock));
    return own_site_airlock(a, u->data, u->backend, clock_now(), before.url, u->airlock.url);
}

static fallible up_live(Up *u, const CrewEnds *ends)
{
    const char *ended;
    TRY(folder_make(u->cli->a, u->data, 0700));
    TRY(backend_ready(u));
    TRY(server_start(u));
    TRY(runner_start(u));
    TRY(airlock_start(u));
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
    Up u = {.cli = c,
            .data = cli_text(c, "data", S("/var/lib/tresor")),
            .backend = cli_text(c, "backend", S("site"))};
    TRY(stop_open(c->a, &ends.stop));
    TRY(hangup_open(c->a, &ends.hangup));
    TRY(crew_listen(c->a, &u.crew));
    Err *e = up_live(&u, &ends);
    crew_stop(c->a, &u.crew);
    close(ends.stop);
    if (ends.hangup >= 0) close(ends.hangup);
    return e;
}

// clang-format off
static const Opt up_opts[] = {
    {"config", OPT_TEXT, "FILE", "settings in YAML, one key per option"},
    {"data", OPT_TEXT, "DIR", "where everything is kept (default /var/lib/tresor)"},
    {"https", OPT_TEXT, "ADDRESS", "the server listens here (default 127.0.0.1:8443)"},
    {"http", OPT_TEXT, "ADDRESS", "redirect to https from here (default: nowhere)"},
    {"airlock-https", OPT_TEXT, "ADDRESS", "the airlock listens here (default 127.0.0.1:8444)"},
    {"name", OPT_MANY, "NAME", "a name or address people use for this machine"},
    {"origin", OPT_TEXT, "URL", "what browsers show, if a proxy stands in front"},
    {"airlock-origin", OPT_TEXT, "URL", "what they show for the airlock, if a proxy stands in front of it"},
    {"cert", OPT_TEXT, "FILE", "your own certificate chain instead of the made one"},
    {"key", OPT_TEXT, "FILE", "its key"},
    {"server-ca", OPT_TEXT, "FILE", "with --cert: the authority that signed it, if it is not a public one"},
    {"backend", OPT_TEXT, "NAME", "what this site is called (default site)"},
    STUDY_OPTIONS,
    SERVER_OPTIONS,
    RUNNER_OPTIONS,
    AIRLOCK_OPTIONS,
    SCRIPTS_OPTION,
    {0},
};
// clang-format on
static const Command rows[] = {
    {"up", NULL, "server, runner and airlock of one site on this machine",
     "tresor up --data /var/lib/tresor --https 0.0.0.0:443 --name tresor.example.org --image "
     "r=host --image python=host", up_opts, up_run, false},
};
const CommandList up_commands = COMMANDS(rows);
