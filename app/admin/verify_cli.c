// `tresor verify FILE.zip ...`: are these archives what the site released, and do they stand in one log? Offline, years
// later, for anybody.
#include "admin/verify_cli.h"

#include "crate/verify.h"
#include "kit/json.h"
#include "os/file.h"
#include "os/own.h"

enum { ARCHIVES_MOST = 100 };

static void words_json(JsonOut *j, const CrateVerdict *v)
{
    json_arr(json_key(j, S("statements")));
    for (isize i = 0; i < v->words_n; i++) {
        json_str(json_key(json_obj(j), S("file")), v->words[i].file);
        json_str(json_key(j, S("key")), v->words[i].key_name);
        json_end(j);
    }
    json_end(j);
    json_arr(json_key(j, S("log")));
    for (isize i = 0; i < v->entries_n; i++) {
        json_int(json_key(json_obj(j), S("entry")), v->entries[i].seq);
        json_int(json_key(j, S("size")), v->entries[i].size);
        json_str(json_key(j, S("log")), v->entries[i].log);
        json_str(json_key(j, S("kind")), v->entries[i].kind);
        json_str(json_key(j, S("release")), v->entries[i].release);
        json_end(j);
    }
    json_end(j);
}

static void verdict_json(JsonOut *j, const CrateVerdict *v)
{
    json_bool(json_key(json_obj(j), S("good")), v->good);
    json_arr(json_key(j, S("flaws")));
    for (isize i = 0; i < v->flaws.n; i++)
        json_str(j, v->flaws.v[i]);
    json_end(j);
    json_str(json_key(j, S("title")), v->title);
    json_str(json_key(j, S("identifier")), v->identifier);
    json_str(json_key(j, S("key")), v->key_line);
    json_str(json_key(j, S("key_id")), v->key_name);
    json_bool(json_key(j, S("key_given")), v->key_given);
    json_bool(json_key(j, S("site_key_given")), v->site_given);
    json_int(json_key(j, S("files")), v->files);
    json_int(json_key(j, S("bytes")), v->bytes);
    words_json(j, v);
    json_end(j);
}

static void flaws_say(Cli *c, Str file, const CrateVerdict *v)
{
    buf_fmt(&c->out, "NOT GOOD: %.*s is not as it was released.\n", STR(file));
    for (isize i = 0; i < v->flaws.n; i++)
        buf_fmt(&c->out, "  %.*s\n", STR(v->flaws.v[i]));
    if (v->flaws.n == VERDICT_FLAWS_MOST) buf_put(&c->out, S("  and perhaps more\n"));
}

static void good_say(Cli *c, Str file, const CrateVerdict *v)
{
    buf_fmt(&c->out, "GOOD: %.*s is as it was released.\n", STR(file));
    buf_fmt(&c->out, "  %.*s (%.*s)\n", STR(str_printable(c->a, v->title)),
            STR(str_printable(c->a, v->identifier)));
    buf_fmt(&c->out, "  %lld files, %lld bytes, each as the signed manifests say\n",
            (long long)v->files, (long long)v->bytes);
    for (isize i = 0; i < v->entries_n; i++)
        buf_fmt(&c->out, "  log %.*s: entry %lld, a %.*s, proven\n",
                STR(str_printable(c->a, v->entries[i].log)), (long long)v->entries[i].seq,
                STR(str_printable(c->a, v->entries[i].kind)));
    for (isize i = 0; i < v->words_n; i++)
        buf_fmt(&c->out, "  %.*s is signed with the key %.*s%s\n", STR(v->words[i].file),
                STR(v->words[i].key_name),
                str_ends(v->words[i].file, S("-site.txt")) && v->site_given ? ", the one you gave"
                                                                            : "");
}

static void key_say(Cli *c, const CrateVerdict *v)
{
    if (!v->key_name.n) return;
    if (v->key_given)
        buf_fmt(&c->out, "  signed with the key %.*s, the one you gave\n", STR(v->key_name));
    else
        buf_fmt(&c->out,
                "  signed with the key %.*s, which came with the archive and was NOT compared: "
                "anybody can make one.\n  Give the site's own key with --key (a site shows it at "
                "/keys/site.pub); this one is\n  %.*s\n",
                STR(v->key_name), STR(v->key_line));
}

static fallible key_read(Cli *c, const char *option, const MinisignKey **out)
{
    Str path = cli_text(c, option, S("")), text;
    if (!path.n) return NULL;
    MinisignKey *key = make(c->a, MinisignKey, 1);
    TRY(file_read(c->a, path, MINISIGN_TEXT_MAX, &text));
    TRY(err_under(c->a, minisign_key_read(c->a, text, key), "%.*s", STR(path)));
    *out = key;
    return NULL;
}

// --- several archives

typedef struct Pair {
    Str one, two; // files
    LogsVerdict logs;
} Pair;
typedef struct Verified {
    CrateVerdict *v; // one for each argument
    Pair *pairs;
    isize n, pairs_n;
    bool good;
} Verified;

static const char *const relation_words[] = {[LOGS_ONE] = "one",
                                             [LOGS_FORKED] = "forked",
                                             [LOGS_STRANGERS] = "strangers",
                                             [LOGS_NOT_SHOWN] = "not shown"};

static void pair_say(Cli *c, const Pair *p)
{
    Str log = str_printable(c->a, p->logs.log), host = log;
    if (str_ends(host, S("/log"))) host = str_take(host, host.n - 4);
    switch (p->logs.relation) {
    case LOGS_ONE:
        buf_fmt(&c->out, "ONE LOG: %.*s and %.*s stand in the same %.*s.\n", STR(p->one),
                STR(p->two), STR(log));
        return;
    case LOGS_FORKED:
        buf_fmt(&c->out,
                "FORKED: %.*s and %.*s are of two different logs that both call themselves %.*s; "
                "the site shows different pasts.\n",
                STR(p->one), STR(p->two), STR(log));
        return;
    case LOGS_STRANGERS:
        buf_fmt(&c->out, "%.*s and %.*s are of two sites: there is nothing to compare.\n",
                STR(p->one), STR(p->two));
        return;
    case LOGS_NOT_SHOWN:
        if (!p->logs.log.n) return; // an archive without a proof is not good
        buf_fmt(&c->out,
                "NOT COMPARED: %.*s and %.*s do not show alone that their logs are one.\n  Fetch "
                "https://%.*s/log/proof?from=%lld&size=%lld and give it with --log-proof.\n",
                STR(p->one), STR(p->two), STR(host), (long long)p->logs.before,
                (long long)p->logs.size);
        return;
    }
}

static void all_json(Cli *c, const Verified *all)
{
    JsonOut j = json_begin(&c->out, JSON_COMPACT);
    if (all->n == 1) {
        verdict_json(&j, &all->v[0]);
        buf_put(&c->out, S("\n"));
        return;
    }
    json_bool(json_key(json_obj(&j), S("good")), all->good);
    json_arr(json_key(&j, S("archives")));
    for (isize i = 0; i < all->n; i++)
        verdict_json(&j, &all->v[i]);
    json_end(&j);
    json_arr(json_key(&j, S("logs")));
    for (isize i = 0; i < all->pairs_n; i++) {
        const Pair *p = &all->pairs[i];
        json_str(json_key(json_obj(&j), S("one")), p->one);
        json_str(json_key(&j, S("two")), p->two);
        json_str(json_key(&j, S("relation")), str_from(relation_words[p->logs.relation]));
        json_str(json_key(&j, S("log")), p->logs.log);
        json_int(json_key(&j, S("from")), p->logs.before);
        json_int(json_key(&j, S("size")), p->logs.size);
        json_end(&j);
    }
    json_end(&j);
    json_end(&j);
    buf_put(&c->out, S("\n"));
}

static void all_say(Cli *c, const Verified *all)
{
    for (isize i = 0; i < all->n; i++) {
        if (all->v[i].good)
            good_say(c, c->args.v[i], &all->v[i]);
        else
            flaws_say(c, c->args.v[i], &all->v[i]);
        key_say(c, &all->v[i]);
    }
    for (isize i = 0; i < all->pairs_n; i++)
        pair_say(c, &all->pairs[i]);
}

static fallible archives_verify(Cli *c, VerifyKeys keys, Verified *out)
{
    *out = (Verified){.v = make(c->a, CrateVerdict, c->args.n + 1), .good = true};
    for (; out->n < c->args.n; out->n++) {
        int opened;
        Str file = c->args.v[out->n];
        TRY(file_open(c->a, file, &opened));
        owned_fd fd = opened;
        TRY(err_under(c->a, crate_verify(c->a, fd, keys, &out->v[out->n]), "%.*s", STR(file)));
        out->good = out->good && out->v[out->n].good;
    }
    return NULL;
}

// Each with each; an archive that is not good proves nothing about the log.
static fallible logs_compare(Cli *c, Verified *all)
{
    LogGrowth growth;
    Str path = cli_text(c, "log-proof", S("")), text;
    if (path.n) {
        TRY(file_read(c->a, path, MINISIGN_TEXT_MAX, &text));
        TRY(err_under(c->a, log_growth_read(c->a, text, &growth), "%.*s", STR(path)));
    }
    all->pairs = make(c->a, Pair, all->n * all->n + 1);
    for (isize i = 0; i < all->n; i++)
        for (isize k = i + 1; k < all->n; k++) {
            if (!all->v[i].good || !all->v[k].good) continue;
            Pair *p = &all->pairs[all->pairs_n++];
            *p = (Pair){.one = c->args.v[i], .two = c->args.v[k]};
            TRY(crate_logs_compare(c->a, &all->v[i], &all->v[k], path.n ? &growth : NULL,
                                   &p->logs));
            if (p->logs.relation == LOGS_FORKED) all->good = false;
        }
    return NULL;
}

static fallible verify_run(Cli *c, int *code)
{
    Str file;
    VerifyKeys keys = {0};
    Verified all;
    TRY(cli_arg(c, 0, "an archive that was downloaded from a site", &file));
    if (c->args.n > ARCHIVES_MOST)
        return fail(c->a, ERR_BAD_INPUT, "give at most %d archives at once", ARCHIVES_MOST);
    TRY(key_read(c, "key", &keys.server));
    TRY(key_read(c, "site-key", &keys.site));
    TRY(archives_verify(c, keys, &all));
    TRY(logs_compare(c, &all));
    *code = all.good ? 0 : 1;
    if (cli_has(c, "json"))
        all_json(c, &all);
    else
        all_say(c, &all);
    return NULL;
}

static const Opt verify_opts[] = {
    {"key",                                                             OPT_TEXT, "FILE", "the site's public key, from its /keys/site.pub"},
    {"site-key",                                                           OPT_TEXT, "FILE",
     "the public key of the airlock, from site.pub in its data folder"},
    {"log-proof",                                                                 OPT_TEXT, "FILE",
     "what the site answers at /log/proof?from=N&size=M, to compare the logs of two archives"},
    {"json",OPT_FLAG, NULL, "as one JSON object"},
    {0}
};
static const Command rows[] = {
    {"verify", "FILE.zip ...", "prove offline that archives are what their site released",
     "tresor verify release.zip --key site.pub\ntresor verify mine.zip yours.zip\n"
     "tresor verify release.zip --json", verify_opts, verify_run, false},
};
const CommandList verify_commands = COMMANDS(rows);
