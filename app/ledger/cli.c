// `tresor log verify`: the log of releases, proven to its owner.
#include "ledger/cli.h"

#include "kit/json.h"
#include "ledger/ledger.h"
#include "os/file.h"

// An earlier checkpoint is compared by its size and root; whoever asks has the database, and needs no signature.
static fallible earlier_read(Cli *c, i64 *size, MerkleHash *root)
{
    Str path = cli_text(c, "checkpoint", S("")), text, log, number = {0}, hash = {0};
    *size = 0;
    if (!path.n) return NULL;
    TRY(file_read(c->a, path, 64 * 1024, &text));
    if (str_next(&text, '\n', &log) && str_next(&text, '\n', &number) &&
        str_next(&text, '\n', &hash) && str_i64(number, size) && *size >= 0 &&
        merkle_from_text(c->a, hash, root))
        return NULL;
    return fail(c->a, ERR_BAD_INPUT,
                "%.*s is no checkpoint: save what the server shows at /log/checkpoint", STR(path));
}

static void finding_json(Cli *c, const LedgerFinding *f)
{
    JsonOut j = json_begin(&c->out, JSON_COMPACT);
    json_obj(&j);
    json_bool(json_key(&j, S("sound")), f->sound);
    json_int(json_key(&j, S("entries")), f->entries);
    json_str(json_key(&j, S("root")), f->root);
    if (!f->sound) json_str(json_key(&j, S("flaw")), f->flaw);
    json_end(&j);
    buf_put(&c->out, S("\n"));
}

static fallible verify_run(Cli *c, int *code)
{
    owned_db db = NULL;
    LedgerFinding f;
    i64 size;
    MerkleHash root;
    Str data = cli_text(c, "data", S("/var/lib/tresor/server"));
    TRY(earlier_read(c, &size, &root));
    TRY(db_open_existing(c->a, arena_fmt(c->a, "%.*s/server.db", STR(data)), DB_SERVER, DB_AS_ADMIN,
                         DB_READ_ONLY, &db));
    TRY(ledger_verify(db, c->a, size, &root, &f));
    *code = f.sound ? 0 : 1;
    if (cli_has(c, "json"))
        finding_json(c, &f);
    else if (f.sound)
        buf_fmt(&c->out, "The log is sound: %lld entries, root %.*s\n", (long long)f.entries,
                STR(f.root));
    else
        buf_fmt(&c->out, "The log is NOT sound: %.*s.\n", STR(f.flaw));
    return NULL;
}

static const Opt verify_opts[] = {
    {"data",    OPT_TEXT, "DIR", "where the server keeps its data (default /var/lib/tresor/server)"},
    {"checkpoint",    OPT_TEXT, "FILE", "an earlier /log/checkpoint: the log must still begin so"},
    {"json",         OPT_FLAG, NULL, "as one JSON object"},
    {0}
};
static const Command rows[] = {
    {"log verify", NULL, "prove that no entry of the log of releases was altered or removed",
     "tresor log verify\ntresor log verify --checkpoint last-year.txt --json", verify_opts,
     verify_run, false},
};
const CommandList ledger_commands = COMMANDS(rows);
