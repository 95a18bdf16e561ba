// `tresor server`: the site that people and runners talk to.
#include "admin/server_cli.h"

#include "account/account.h"
#include "admin/docs.h"
#include "admin/home.h"
#include "admin/role.h"
#include "admin/server_gate.h"
#include "backend/backend.h"
#include "dialect/opensafely/opensafely.h"
#include "job/job.h"
#include "ledger/ledger.h"
#include "mail/post.h"
#include "org/org.h"
#include "os/clock.h"
#include "os/file.h"
#include "project/project.h"
#include "release/arrival.h"
#include "release/release.h"
#include "release/shown.h"
#include "study/study.h"
#include "workspace/workspace.h"

const RouteList *const server_rooms[] = {
    &home_routes,          &docs_routes,      &account_login_routes, &account_settings_routes,
    &account_staff_routes, &org_routes,       &project_routes,       &backend_routes,
    &backend_token_routes, &workspace_routes, &job_routes,           &mail_routes,
    &release_routes,       &shown_routes,     &snapshot_routes,      &opensafely_routes,
    &ledger_routes,
};
const isize server_rooms_n = COUNT(server_rooms);

// The first start has nobody who could make anybody: a one-time link, printed here and nowhere kept.
static fallible first_admin(WebRole *r)
{
    Db *db = db_take(r->server.pool, DB_READ_WRITE);
    Err *e = db_begin(db, r->cli->a);
    if (!e)
        e = db_settle(db, r->cli->a, account_first_admin(db, r->cli->a, clock_now(), &r->welcome));
    db_give(r->server.pool, db);
    return e;
}

// What is looked at before anybody is answered, by a reader: a start that changes nothing needs no writer.
static fallible look_around(WebRole *r, bool *has_admin)
{
    Db *db = db_take(r->server.pool, DB_READ_ONLY);
    Err *e = release_sweep(db, r->cli->a, clock_now(), r->server.data);
    if (!e) e = account_has_admin(db, r->cli->a, has_admin);
    db_give(r->server.pool, db);
    return e;
}

// The mail server's part of the options; *route stays NULL without --smtp, and letters wait.
static fallible mail_read(Cli *c, Str host, MailRoute **route)
{
    Str url = cli_text(c, "smtp", (Str){0}), file = cli_text(c, "smtp-login", (Str){0}), login;
    if (!url.n) return file.n ? fail(c->a, ERR_BAD_INPUT, "--smtp-login needs --smtp URL") : NULL;
    TRY(err_under(c->a, smtp_url_check(c->a, url), "--smtp"));
    MailRoute *m = make(c->a, MailRoute, 1);
    m->smtp = (SmtpServer){.url = url, .ca_file = cli_text(c, "smtp-ca", (Str){0})};
    m->from = cli_text(c, "mail-from", arena_fmt(c->a, "notifications@%.*s", STR(host)));
    TRY(err_under(c->a, account_email_check(c->a, m->from), "--mail-from"));
    if (file.n) {
        TRY(file_read(c->a, file, 4096, &login));
        str_cut(str_trim(login), '\n', &m->smtp.user, &m->smtp.password);
        m->smtp.user = str_trim(m->smtp.user);
        m->smtp.password = str_trim(m->smtp.password);
        if (!m->smtp.user.n || !m->smtp.password.n)
            return fail(c->a, ERR_BAD_INPUT,
                        "%.*s holds the user in its first line and the password in its second",
                        STR(file));
    }
    *route = m;
    return NULL;
}

static fallible serve_with_mail(WebRole *r)
{
    MailRoute *route = NULL;
    MailPost *post = NULL;
    TRY(mail_read(r->cli, r->names.v[0], &route));
    if (route) TRY(mail_post_start(r->cli->a, &r->server, route, &post));
    Err *e = role_serve(r, server_rooms, server_rooms_n);
    mail_post_stop(post);
    return e;
}

static fallible rules_check(Cli *c)
{
    StudyRules rules;
    Str named = cli_text(c, "rules", S("2023-12"));
    if (study_rules_named(named, &rules)) return NULL;
    return fail(c->a, ERR_BAD_INPUT, "--rules is 2023-12 or 2026-08, not \"%.*s\"", STR(named));
}

fallible server_settings_check(Cli *c)
{
    MailRoute *route = NULL;
    FileScripts scripts;
    TRY(role_scripts_read(c, &scripts));
    TRY(rules_check(c));
    if (cli_has(c, "cert") != cli_has(c, "key"))
        return fail(c->a, ERR_BAD_INPUT, "--cert and --key belong together; give both or neither");
    return mail_read(c, S("localhost"), &route);
}

static fallible server_run(Cli *c, int *code)
{
    (void)code;
    WebRole *r;
    SignKey sign;
    bool has_admin;
    TRY(role_open(c, "/var/lib/tresor/server", DB_SERVER, DB_AS_SERVER, S("server.db"),
                  cli_has(c, "require-second-factor") ? &server_gate_with_factor : &server_gate,
                  &r));
    r->server.rules = cli_text(c, "rules", S("2023-12"));
    r->server.local_repos = cli_has(c, "local-repos");
    r->server.repo_ca = cli_text(c, "repo-ca", S(""));
    r->server.file_most = cli_int(c, "release-file-most", 0) << 20;
    TRY(rules_check(c));
    TRY(look_around(r, &has_admin));
    TRY(sign_key_load(c->a, arena_fmt(c->a, "%.*s/site.key", STR(r->data)), &sign));
    r->server.sign = &sign;
    if (!has_admin) r->settle_in = first_admin;
    Err *e = serve_with_mail(r);
    role_close(r);
    return e;
}

static fallible routes_run(Cli *c, int *code)
{
    (void)code;
    RouteList *all = make(c->a, RouteList, server_rooms_n);
    for (isize i = 0; i < server_rooms_n; i++)
        all[i] = *server_rooms[i];
    buf_put(&c->out, routes_text(c->a, all, server_rooms_n));
    return NULL;
}

static const Opt server_opts[] = {ROLE_OPTIONS, STUDY_OPTIONS, SERVER_OPTIONS, {0}};
static const Command rows[] = {
    {"server", NULL, "run the site that people and runners talk to",
     "tresor server --data /var/lib/tresor/server --https 0.0.0.0:443 --http 0.0.0.0:80 --name "
     "tresor.example.org\n"
     "tresor server --config /etc/tresor/server.yaml",                                               server_opts, server_run, false},
    {"routes", NULL, "every address of the server with the permission it asks for", "tresor routes",
     NULL,                                                                                                        routes_run, false},
};
const CommandList server_commands = COMMANDS(rows);
