// Commands of the runner and of the operator who looks after one; the option rows are its whole configuration.
#include "runner/cli.h"

#include <regex.h>
#include <unistd.h>

#include "cli/settings.h"
#include "enroll/cli.h"
#include "kit/git.h"
#include "os/clock.h"
#include "os/file.h"
#include "runner/operate.h"
#include "runner/runner.h"

enum { REPO_TRIES = 5 }; // contract 5.16

// clang-format off
static const Opt runner_opts[] = {
    {"config", OPT_TEXT, "FILE", "settings in YAML, one key per option"},
    {"site", OPT_TEXT, "DIR", "where everything is kept (default /var/lib/tresor/site)"},
    ENROLL_OPTIONS,
    {"image", OPT_MANY, "NAME=ROOT", "what an image name stands for: host or a folder, then words before `run`'s"},
    {"repository", OPT_MANY, "URL", "code may come from below here only (default: any https address)"},
    {"local-repos", OPT_FLAG, NULL, "allow file:// repositories, for a machine of one group"},
    {"repo-ca", OPT_TEXT, "FILE", "PEM of the authority of your own repository host"},
    {"repo-pause", OPT_INT, "SECONDS", "pause after the first broken connection to a repository (default 4, then doubled)"},
    {"repo-token-file", OPT_TEXT, "FILE", "holds a token that may read private repositories"},
    {"actions", OPT_TEXT, "URL", "reusable actions are the repositories below here (default: none are run)"},
    {"action", OPT_MANY, "NAME", "only these reusable actions may be used (default: all below --actions)"},
    {"actions-token-file", OPT_TEXT, "FILE", "holds a token that may read them"},
    {"rules", OPT_TEXT, "2023-12|2026-08", "which project.yaml rules this site has (default 2023-12)"},
    {"database", OPT_MANY, "NAME=URL", "database name of a request and the address that its jobs get"},
    {"dummy-data", OPT_FLAG, NULL, "there is no database here: actions make their data up"},
    {"workers", OPT_INT, "N", "most weight of jobs at once (default: processors - 1)"},
    {"database-workers", OPT_INT, "N", "most database jobs at once (default: workers)"},
    {"weight", OPT_MANY, "WORKSPACE:EXPRESSION=N", "weight of actions whose whole name matches (default 1)"},
    {"cpus", OPT_TEXT, "N", "processors for one job (default 2)"},
    {"memory", OPT_TEXT, "SIZE", "memory for one job: 512M, 4G (default 4G)"},
    {"hours", OPT_INT, "N", "longest run of one job (default 168)"},
    {"level4-file-size", OPT_TEXT, "SIZE", "largest moderately sensitive file (default 16M)"},
    {"level4-csv-rows", OPT_INT, "N", "most rows of a moderately sensitive CSV file (default 5000)"},
    {"accept-missing", OPT_MANY, "PROTECTION", "run jobs although this machine lacks this wall of the box"},
    {"end-jobs", OPT_FLAG, NULL, "stopping the runner ends its jobs too, for sites that are thrown away"},
    {"token-days", OPT_INT, "N", "an enrolled site renews its token after so many days (default 30)"},
    {"ready-fd", OPT_INT, "FD", "write one JSON line there when jobs are looked after"},
    {"lifeline-fd", OPT_INT, "FD", "stop when the other end of this descriptor closes"},
    {0},
};
// clang-format on

// "512M", "4G", "1048576"
static fallible size_read(Cli *c, const char *opt, i64 otherwise, i64 *out)
{
    Str text = cli_text(c, opt, (Str){0});
    i64 factor = 1, number;
    *out = otherwise;
    if (!text.n) return NULL;
    if (str_ends(text, S("K"))) factor = (i64)1 << 10;
    if (str_ends(text, S("M"))) factor = (i64)1 << 20;
    if (str_ends(text, S("G"))) factor = (i64)1 << 30;
    Str digits = factor > 1 ? str_take(text, text.n - 1) : text;
    if (!str_i64(digits, &number) || number < 1 || number > ((i64)1 << 50) / factor)
        return fail(c->a, ERR_BAD_INPUT, "--%s is a size such as 512M or 4G, not \"%.*s\"", opt,
                    STR(text));
    *out = number * factor;
    return NULL;
}

static fallible secret_read(Cli *c, const char *opt, Str *out)
{
    Str path = cli_text(c, opt, (Str){0});
    if (!path.n) return NULL;
    TRY(file_read(c->a, path, 4096, out));
    *out = str_trim(*out);
    return NULL;
}

static fallible pairs_read(Cli *c, const char *opt, RunnerPairs *out)
{
    StrList list = {0};
    cli_many(c, opt, &list);
    for (isize i = 0; i < list.n; i++) {
        isize at = str_rfind_byte(list.v[i], '=');
        isize first = str_find_byte(list.v[i], '=');
        if (!str_eq(str_from(opt), S("weight"))) at = first; // an expression may hold '='
        if (at < 1)
            return fail(c->a, ERR_BAD_INPUT, "--%s is NAME=VALUE, not \"%.*s\"", opt,
                        STR(list.v[i]));
        runner_pair_add(c->a, out, str_take(list.v[i], at), str_trim(str_skip(list.v[i], at + 1)));
    }
    return NULL;
}

static fallible weights_check(Cli *c, const RunnerPairs *weights)
{
    for (isize i = 0; i < weights->n; i++) {
        Str workspace, expression;
        double number;
        regex_t regex;
        bool whole = str_cut(weights->v[i].key, ':', &workspace, &expression);
        if (!whole || !str_f64(weights->v[i].value, &number) || number <= 0)
            return fail(c->a, ERR_BAD_INPUT,
                        "--weight is WORKSPACE:EXPRESSION=NUMBER, not \"%.*s=%.*s\"",
                        STR(weights->v[i].key), STR(weights->v[i].value));
        if (regcomp(&regex, cstr(c->a, expression), REG_EXTENDED | REG_NOSUB))
            return fail(c->a, ERR_BAD_INPUT, "--weight: \"%.*s\" is no regular expression",
                        STR(expression));
        regfree(&regex);
    }
    return NULL;
}

// "https://server" or "https://server/api/v2/" → the latter
static Str api_address(Arena *a, Str url)
{
    if (!url.n) return url;
    Str base = str_ends(url, S("/")) ? str_take(url, url.n - 1) : url;
    return str_ends(base, S("/api/v2")) ? arena_fmt(a, "%.*s/", STR(base))
                                        : arena_fmt(a, "%.*s/api/v2/", STR(base));
}

static fallible limits_read(Cli *c, RunnerSettings *s)
{
    i64 processors = sysconf(_SC_NPROCESSORS_ONLN);
    double cpus;
    Str text = cli_text(c, "cpus", S("2"));
    if (!str_f64(text, &cpus) || cpus < 0.01 || cpus > 10000)
        return fail(c->a, ERR_BAD_INPUT, "--cpus is a number of processors, not \"%.*s\"",
                    STR(text));
    s->cpu_millis = (i64)(cpus * 1000);
    s->workers = cli_int(c, "workers", processors > 2 ? processors - 1 : 1);
    s->database_workers = cli_int(c, "database-workers", s->workers);
    s->deadline = HOURS(cli_int(c, "hours", 168));
    s->level4 = level4_rules(c->a);
    s->level4.csv_rows = cli_int(c, "level4-csv-rows", s->level4.csv_rows);
    TRY(size_read(c, "level4-file-size", s->level4.file_bytes, &s->level4.file_bytes));
    if (s->workers < 0 || s->database_workers < 0 || s->deadline <= 0 || s->level4.csv_rows < 0)
        return fail(c->a, ERR_BAD_INPUT,
                    "--workers, --database-workers, --hours and --level4-csv-rows are not "
                    "below 0");
    return size_read(c, "memory", (i64)4 << 30, &s->memory_bytes);
}

static fallible actions_read(Cli *c, RunnerSettings *s)
{
    s->actions = cli_text(c, "actions", (Str){0});
    cli_many(c, "action", &s->actions_chosen);
    if (!s->actions.n && s->actions_chosen.n)
        return fail(c->a, ERR_BAD_INPUT, "--action needs --actions URL, where it lies");
    GitCache cache = {.files_allowed = true};
    if (s->actions.n) TRY(err_under(c->a, repo_url_check(c->a, &cache, s->actions), "--actions"));
    return secret_read(c, "actions-token-file", &s->actions_token);
}

static fallible code_read(Cli *c, RunnerSettings *s)
{
    Str rules = cli_text(c, "rules", S("2023-12"));
    if (!study_rules_named(rules, &s->rules))
        return fail(c->a, ERR_BAD_INPUT, "--rules is 2023-12 or 2026-08, not \"%.*s\"", STR(rules));
    cli_many(c, "repository", &s->repositories);
    s->local_repositories = cli_has(c, "local-repos");
    s->repository_trust.ca_file = cli_text(c, "repo-ca", (Str){0});
    i64 pause = cli_int(c, "repo-pause", 4);
    if (pause < 0 || pause > 3600)
        return fail(c->a, ERR_BAD_INPUT, "--repo-pause is a number of seconds from 0 to 3600");
    s->patience = (GitPatience){.tries = REPO_TRIES, .pause = SECONDS(pause)};
    TRY(pairs_read(c, "image", &s->images));
    TRY(actions_read(c, s));
    return secret_read(c, "repo-token-file", &s->repository_token);
}

static fallible settings_of_runner(Cli *c, RunnerSettings *s)
{
    TRY(operate_site(c, &s->site));
    TRY(enroll_link_read(c, s->site, &s->link));
    s->server = api_address(c->a, s->link.server);
    s->backend = s->link.backend;
    if (!s->backend.n)
        return fail(
            c->a, ERR_BAD_INPUT,
            "this site is not enrolled: `tresor enroll INVITATION --site %.*s` does that; or give "
            "--server URL, --token-file FILE and --backend NAME",
            STR(s->site));
    s->token_days = cli_int(c, "token-days", 30);
    TRY(pairs_read(c, "database", &s->databases));
    TRY(pairs_read(c, "weight", &s->weights));
    TRY(weights_check(c, &s->weights));
    s->dummy_data = cli_has(c, "dummy-data");
    s->end_jobs = cli_has(c, "end-jobs");
    s->ready_fd = (int)cli_int(c, "ready-fd", -1);
    s->lifeline_fd = (int)cli_int(c, "lifeline-fd", -1);
    cli_many(c, "accept-missing", &s->missing_protections);
    TRY(code_read(c, s));
    return limits_read(c, s);
}

fallible runner_settings_check(Cli *c)
{
    return settings_of_runner(c, make(c->a, RunnerSettings, 1));
}

static fallible runner_start(Cli *c, int *code)
{
    (void)code;
    RunnerSettings *s = make(c->a, RunnerSettings, 1);
    TRY(operate_site(c, &s->site));
    TRY(enroll_at_start(c, s->site));
    TRY(settings_of_runner(c, s));
    return runner_run(c->a, s, c->log);
}

static const Opt site_opts[] = {
    {"site", OPT_TEXT, "DIR", "the runner's folder (default /var/lib/tresor/site)"},
    {0},
};
static const Opt flag_opts[] = {
    {"site", OPT_TEXT, "DIR", "the runner's folder (default /var/lib/tresor/site)"},
    {"create", OPT_FLAG, NULL, "allow a flag that the runner does not know"},
    {0     },
};

static const Command rows[] = {
    {"runner",                    NULL,         "take requests from a server, run their jobs beside the data",
     "tresor runner --config /etc/tresor/runner.yaml\n"
     "tresor runner --site /srv/site --server https://tresor.example.org --backend hospital "
     "--token-file token",                                                                                                                         runner_opts, runner_start,      false},
    {"runner kill",               "JOB",        "end a job, as an administrator",                              "tresor runner kill pc665kok",
     site_opts,                                                                                                                                                 operate_kill,      false},
    {"runner prepare-for-reboot", NULL,
     "send running jobs back to wait; they start again after the reboot",                                      "tresor runner prepare-for-reboot", site_opts,   operate_reboot,    false},
    {"job plan",                  "JOB",        "what the box of a job is made of",                            "tresor job plan pc665kok",         site_opts,
     operate_plan,                                                                                                                                                                 false},
    {"flags get",                 "[NAME]",     "the runner's flags",                                          "tresor flags get",                 site_opts,   operate_flags_get,
     false                                                                                                                                                                              },
    {"flags set",                 "NAME=VALUE", "set a flag; NAME= clears it",
     "tresor flags set paused=true\ntresor flags set mode=db-maintenance",                                                                         flag_opts,
     operate_flags_set,                                                                                                                                                            false},
};
const CommandList runner_commands = COMMANDS(rows);
