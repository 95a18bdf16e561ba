// `tresor airlock`: where outputs are looked at and let out.
#include "admin/airlock_cli.h"

#include "admin/docs.h"
#include "admin/role.h"
#include "enroll/cli.h"
#include "kit/minisign.h"
#include "os/file.h"
#include "review/me.h"
#include "review/review.h"
#include "review/send.h"
#include "review/standing.h"
#include "review/web_review.h"
#include "web/event.h"

static const NavItem nav[] = {
    {"Home", "/", PERM_REVIEW_LOOK},
};
static const Gate airlock_gate = {.by_session = visitor_by_session,
                                  .may = visitor_may,
                                  .place = "Airlock",
                                  .banner = standing_banner,
                                  .news = notice_count,
                                  .news_at = "/notices/",
                                  .me = "/me/",
                                  .nav = nav,
                                  .nav_n = COUNT(nav)};

static const RouteList *const airlock_rooms[] = {
    &review_routes, &review_request_routes, &review_group_routes, &review_me_routes, &docs_routes};

static fallible reviews_check(Cli *c, const char *option, i64 n)
{
    if (n < 1 || n > 9) return fail(c->a, ERR_BAD_INPUT, "--%s is a number from 1 to 9", option);
    if (n < 2 && !cli_has(c, "allow-single-review"))
        return fail(c->a, ERR_BAD_INPUT,
                    "--%s below 2 means that one person alone lets data out; if that is meant, say "
                    "--allow-single-review too",
                    option);
    return NULL;
}

static fallible reviews_read(Cli *c, AirlockLink *link)
{
    link->reviews = cli_int(c, "reviews", 2);
    TRY(reviews_check(c, "reviews", link->reviews));
    cli_many(c, "reviews-for", &link->reviews_for);
    for (isize i = 0; i < link->reviews_for.n; i++) {
        Str name, number;
        i64 n;
        if (!str_cut(link->reviews_for.v[i], '=', &name, &number) || !name.n ||
            !str_i64(number, &n))
            return fail(c->a, ERR_BAD_INPUT, "--reviews-for is WORKSPACE=N, not \"%.*s\"",
                        STR(link->reviews_for.v[i]));
        TRY(reviews_check(c, "reviews-for", n));
    }
    return NULL;
}

static fallible policy_read(Cli *c, PolicyBook *out)
{
    Str file = cli_text(c, "policy", (Str){0}), text;
    *out = (PolicyBook){.site = policy_default(c->a)};
    if (!file.n) return NULL;
    TRY(err_under(c->a, file_read(c->a, file, 1 << 20, &text), "--policy"));
    return err_under(c->a, policy_parse(c->a, text, out), "--policy %.*s", STR(file));
}

static fallible link_read(Cli *c, AirlockLink *link)
{
    EnrollLink *e = &link->link;
    *link = (AirlockLink){.site = cli_text(c, "site", S("/var/lib/tresor/site"))};
    TRY(enroll_link_read(c, link->site, e));
    if (!e->server.n)
        return fail(
            c->a, ERR_BAD_INPUT,
            "this site is not enrolled: `tresor enroll INVITATION --site %.*s` does that; or give "
            "--server URL, --token-file FILE and --backend NAME",
            STR(link->site));
    link->server = e->server;
    link->trust = e->trust;
    link->backend = e->backend;
    TRY(policy_read(c, &link->policy));
    link->ask_every = SECONDS(cli_int(c, "ask-every", VISIT_ASK_SECONDS));
    if (link->ask_every < SECONDS(1) || link->ask_every > HOURS(1))
        return fail(c->a, ERR_BAD_INPUT, "--ask-every is a number of seconds from 1 to 3600");
    return reviews_read(c, link);
}

// The site's own key; its public half lies beside it, for those who verify archives with --site-key.
static fallible site_key_load(WebRole *r, SignKey *sign)
{
    Arena *a = r->cli->a;
    TRY(sign_key_load(a, path_join(a, r->data, S("site.key")), sign));
    MinisignKey key = minisign_key_of(sign);
    return file_write(a, path_join(a, r->data, S("site.pub")), minisign_key_file(a, &key), 0644);
}

fallible airlock_settings_check(Cli *c)
{
    FileScripts scripts;
    TRY(role_scripts_read(c, &scripts));
    return link_read(c, make(c->a, AirlockLink, 1));
}

static fallible airlock_run(Cli *c, int *code)
{
    (void)code;
    WebRole *r;
    Sender *sender;
    Standing *standing;
    AirlockLink *link = make(c->a, AirlockLink, 1);
    TRY(enroll_at_start(c, cli_text(c, "site", S("/var/lib/tresor/site"))));
    TRY(link_read(c, link));
    TRY(role_open(c, "/var/lib/tresor/airlock", DB_SITE, DB_AS_AIRLOCK,
                  arena_fmt(c->a, "%.*s/site.db", STR(link->site)), &airlock_gate, &r));
    r->server.role = link;
    TRY(site_key_load(r, &link->sign));
    r->server.cookie = S("__Host-tresor-airlock");
    TRY(sender_start(c->a, link, r->server.pool, r->server.events, c->log, &sender));
    TRY(standing_start(c->a, link, r->server.pool, r->server.events, c->log, &standing));
    Err *e = role_serve(r, airlock_rooms, COUNT(airlock_rooms));
    worker_stop(standing);
    worker_stop(sender);
    role_close(r);
    return e;
}

static const Opt airlock_opts[] = {
    ROLE_OPTIONS,
    ENROLL_OPTIONS,
    AIRLOCK_OPTIONS,
    {"site", OPT_TEXT, "DIR", "the runner's site folder"},
    {0},
};
static const Command rows[] = {
    {"airlock", NULL, "run the site where outputs are looked at and let out",
     "tresor airlock --server https://tresor.example.org --ca ca.pem --token-file token --site "
     "/var/lib/tresor/site --https 0.0.0.0:8443", airlock_opts, airlock_run, false},
};
const CommandList airlock_commands = COMMANDS(rows);
