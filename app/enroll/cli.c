// `tresor enroll`: a site takes up its invitation, or renews its token.
#include "enroll/cli.h"

#include "os/file.h"
#include "os/service.h"

static fallible seconds(Cli *c, const char *opt, i64 otherwise, i64 *out)
{
    i64 n = cli_int(c, opt, otherwise);
    if (n < 1 || n > 86400)
        return fail(c->a, ERR_BAD_INPUT, "--%s is between 1 and 86400 seconds", opt);
    *out = SECONDS(n);
    return NULL;
}

static fallible patience_read(Cli *c, EnrollPatience *p)
{
    TRY(seconds(c, "answer-within", 60, &p->answer));
    TRY(seconds(c, "connect-within", 20, &p->connect));
    TRY(seconds(c, "server-gone", 30, &p->dead_peer));
    TRY(seconds(c, "ask-wait", 25, &p->wait));
    return seconds(c, "retry-most", 25, &p->retry);
}

fallible enroll_at_start(Cli *c, Str site)
{
    bool found;
    EnrollLink link;
    EnrollInvite invite;
    Str secret = service_secret(c->a, "enroll"), text = cli_text(c, "enroll", S(""));
    TRY(enroll_link_load(c->a, site, &link, &found));
    if (found) return NULL;
    if (!text.n && secret.n) TRY(file_read(c->a, secret, 4096, &text));
    if (!text.n) return NULL;
    TRY(enroll_invite_read(c->a, text, &invite));
    return enroll_site(c->a, &invite, site, cli_text(c, "ca", S("")), &link);
}

fallible enroll_link_read(Cli *c, Str site, EnrollLink *out)
{
    bool found;
    TRY(enroll_link_load(c->a, site, out, &found));
    Str token = cli_text(c, "token-file", service_secret(c->a, "token"));
    if (token.n) out->token_file = token, out->folder = (Str){0};
    Str server = cli_text(c, "server", out->server);
    out->server = str_ends(server, S("/")) ? str_take(server, server.n - 1) : server;
    out->backend = cli_text(c, "backend", out->backend);
    if (cli_has(c, "ca") || cli_has(c, "fingerprint"))
        out->trust = (HttpTrust){.ca_file = cli_text(c, "ca", S("")),
                                 .fingerprint = cli_text(c, "fingerprint", S(""))};
    if (out->server.n && !out->token_file.n)
        return fail(
            c->a, ERR_BAD_INPUT,
            "the server's token for this backend is missing: enroll the site first (`tresor "
            "enroll --help`), or give --token-file FILE");
    Str first;
    if (out->server.n) TRY(enroll_token(c->a, out, &first)); // say now what would fail later
    return patience_read(c, &out->patience);
}

static Str site_of(Cli *c)
{
    return cli_text(c, "site", S("/var/lib/tresor/site"));
}

static fallible enroll_run(Cli *c, int *code)
{
    (void)code;
    Str text;
    EnrollInvite invite;
    EnrollLink link;
    bool found;
    TRY(cli_arg(c, 0, "INVITATION", &text));
    TRY(enroll_invite_read(c->a, text, &invite));
    TRY(enroll_link_load(c->a, site_of(c), &link, &found));
    if (found && !cli_has(c, "again"))
        return fail(c->a, ERR_CONFLICT,
                    "%.*s is enrolled at %.*s as \"%.*s\" already; --again replaces that",
                    STR(site_of(c)), STR(link.server), STR(link.backend));
    TRY(enroll_site(c->a, &invite, site_of(c), cli_text(c, "ca", S("")), &link));
    buf_fmt(&c->out, "This site is \"%.*s\" at %.*s now. Start what runs beside the data:\n",
            STR(link.backend), STR(link.server));
    buf_fmt(&c->out, "  tresor runner --site %.*s --image r=host\n", STR(site_of(c)));
    buf_fmt(&c->out, "  tresor airlock --site %.*s --https 0.0.0.0:8443 --name THIS-MACHINE\n",
            STR(site_of(c)));
    return NULL;
}

static fallible renew_run(Cli *c, int *code)
{
    (void)code;
    EnrollLink link;
    bool found;
    TRY(enroll_link_load(c->a, site_of(c), &link, &found));
    if (!found)
        return fail(c->a, ERR_NOT_FOUND,
                    "%.*s is not enrolled: `tresor enroll INVITATION` does that", STR(site_of(c)));
    TRY(enroll_renew(c->a, &link));
    buf_fmt(&c->out,
            "The site has a new token; the old one is void as soon as the new one was used.\n");
    return NULL;
}

static const Opt enroll_opts[] = {
    {"site",    OPT_TEXT, "DIR", "the site's folder (default /var/lib/tresor/site)"},
    {"ca",    OPT_TEXT, "FILE", "PEM of the server's authority, where the invitation names none"},
    {"again",         OPT_FLAG, NULL, "also if the site is enrolled already"},
    {0},
};
static const Opt renew_opts[] = {
    {"site", OPT_TEXT, "DIR", "the site's folder (default /var/lib/tresor/site)"},
    {0},
};
static const Command rows[] = {
    {"enroll",      "INVITATION",
     "make this site known to a server, by the invitation that its staff gave",          "tresor enroll tresor1-cGV4YW1wbGU --site /var/lib/tresor/site", enroll_opts, enroll_run,
     false                                                                                                                                                                              },
    {"renew-token", NULL,         "a new token for this site, while everything goes on",
     "tresor renew-token --site /var/lib/tresor/site",                                                                                                    renew_opts,  renew_run,  false},
};
const CommandList enroll_commands = COMMANDS(rows);
