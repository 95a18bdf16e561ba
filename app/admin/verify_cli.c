// `tresor verify FILE.zip`: is this archive what the site released? Offline, years later, for anybody.
#include "admin/verify_cli.h"

#include "crate/verify.h"
#include "kit/json.h"
#include "os/file.h"
#include "os/own.h"

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

static void verdict_json(Cli *c, const CrateVerdict *v)
{
    JsonOut j = json_begin(&c->out, JSON_COMPACT);
    json_bool(json_key(json_obj(&j), S("good")), v->good);
    json_arr(json_key(&j, S("flaws")));
    for (isize i = 0; i < v->flaws.n; i++)
        json_str(&j, v->flaws.v[i]);
    json_end(&j);
    json_str(json_key(&j, S("title")), v->title);
    json_str(json_key(&j, S("identifier")), v->identifier);
    json_str(json_key(&j, S("key")), v->key_line);
    json_str(json_key(&j, S("key_id")), v->key_name);
    json_bool(json_key(&j, S("key_given")), v->key_given);
    json_bool(json_key(&j, S("site_key_given")), v->site_given);
    json_int(json_key(&j, S("files")), v->files);
    json_int(json_key(&j, S("bytes")), v->bytes);
    words_json(&j, v);
    json_end(&j);
    buf_put(&c->out, S("\n"));
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

static fallible verify_run(Cli *c, int *code)
{
    Str file;
    VerifyKeys keys = {0};
    CrateVerdict v;
    int opened;
    TRY(cli_arg(c, 0, "an archive that was downloaded from a site", &file));
    TRY(key_read(c, "key", &keys.server));
    TRY(key_read(c, "site-key", &keys.site));
    TRY(file_open(c->a, file, &opened));
    owned_fd fd = opened;
    TRY(err_under(c->a, crate_verify(c->a, fd, keys, &v), "%.*s", STR(file)));
    *code = v.good ? 0 : 1;
    if (cli_has(c, "json")) {
        verdict_json(c, &v);
        return NULL;
    }
    if (v.good)
        good_say(c, file, &v);
    else
        flaws_say(c, file, &v);
    key_say(c, &v);
    return NULL;
}

static const Opt verify_opts[] = {
    {"key",     OPT_TEXT, "FILE", "the site's public key, from its /keys/site.pub"},
    {"site-key",   OPT_TEXT, "FILE",
     "the public key of the airlock, from site.pub in its data folder"},
    {"json",         OPT_FLAG, NULL, "as one JSON object"},
    {0}
};
static const Command rows[] = {
    {"verify", "FILE.zip", "prove offline that an archive is what its site released",
     "tresor verify release.zip --key site.pub\ntresor verify release.zip --json", verify_opts,
     verify_run, false},
};
const CommandList verify_commands = COMMANDS(rows);
