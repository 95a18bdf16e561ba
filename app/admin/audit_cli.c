// `tresor audit verify|list`: the trail of what was done, proven and read; works on a server's and on a site's data.
#include "admin/audit_cli.h"

#include "account/account.h"
#include "audit/audit.h"
#include "kit/json.h"
#include "os/file.h"

static fallible open_trail(Cli *c, Db **db)
{
    Str data = cli_text(c, "data", S("/var/lib/tresor/server"));
    Str site = arena_fmt(c->a, "%.*s/site.db", STR(data));
    if (file_exists(c->a, site))
        return db_open_existing(c->a, site, DB_SITE, DB_AS_ADMIN, DB_READ_ONLY, db);
    return db_open_existing(c->a, arena_fmt(c->a, "%.*s/server.db", STR(data)), DB_SERVER,
                            DB_AS_ADMIN, DB_READ_ONLY, db);
}

static fallible anchor_read(Cli *c, i64 *seq, Str *hash)
{
    Str text = cli_text(c, "anchor", S("")), number;
    if (!text.n) return NULL;
    if (str_cut(text, ':', &number, hash) && str_i64(number, seq) && *seq > 0 && hash->n == 64)
        return NULL;
    return fail(c->a, ERR_BAD_INPUT,
                "--anchor is NUMBER:HASH, as an earlier `tresor audit verify` printed it");
}

static void proof_json(Cli *c, const AuditProof *p)
{
    JsonOut j = json_begin(&c->out, JSON_COMPACT);
    json_obj(&j);
    json_bool(json_key(&j, S("sound")), p->sound);
    json_int(json_key(&j, S("lines")), p->lines);
    json_str(json_key(&j, S("head")), p->head);
    if (!p->sound) json_str(json_key(&j, S("flaw")), p->flaw);
    json_end(&j);
    buf_put(&c->out, S("\n"));
}

static fallible verify_run(Cli *c, int *code)
{
    owned_db db = NULL;
    AuditProof p;
    i64 anchor = 0;
    Str hash = {0};
    TRY(anchor_read(c, &anchor, &hash));
    TRY(open_trail(c, &db));
    TRY(audit_verify(db, c->a, anchor, hash, &p));
    *code = p.sound ? 0 : 1;
    if (cli_has(c, "json"))
        proof_json(c, &p);
    else if (p.sound)
        buf_fmt(
            &c->out,
            "The trail is sound: %lld lines. Keep this elsewhere, to prove it later: %lld:%.*s\n",
            (long long)p.lines, (long long)p.lines, STR(p.head));
    else
        buf_fmt(&c->out, "The trail is NOT sound: %.*s.\n", STR(p.flaw));
    return NULL;
}

// In server.db an actor is a person; at a site the trail itself says who it was.
static fallible actor_name(Cli *c, Db *db, const AuditRow *r, Str *out)
{
    Person p;
    *out = r->who.n ? r->who : S("system");
    if (!r->actor || db_kind(db) != DB_SERVER) return NULL;
    TRY(person_get(db, c->a, r->actor, &p));
    *out = p.username;
    return NULL;
}

static void line_json(Arena *a, JsonOut *j, const AuditRow *r, Str actor)
{
    const Json *details = NULL;
    json_obj(j);
    json_int(json_key(j, S("seq")), r->seq);
    json_str(json_key(j, S("at")), time_iso(a, r->at));
    json_str(json_key(j, S("actor")), actor);
    json_str(json_key(j, S("action")), r->action);
    json_str(json_key(j, S("kind")), r->kind);
    json_str(json_key(j, S("object")), r->object);
    json_key(j, S("details"));
    // The table's own check has let nothing but JSON in.
    if (!json_parse(a, r->details, &details))
        json_value(j, details);
    else
        json_str(j, r->details);
    json_str(json_key(j, S("hash")), r->hash);
    json_end(j);
}

static fallible lines_of(Cli *c, Db *db, i64 before, i64 count, AuditRowList *out)
{
    Str kind = cli_text(c, "kind", S("")), object = cli_text(c, "object", S("")),
        actor = cli_text(c, "actor", S(""));
    Person p;
    bool found;
    if (kind.n != 0 && object.n != 0)
        return audit_lines_of(db, c->a, kind, object, before, count, out);
    if (kind.n || object.n)
        return fail(c->a, ERR_BAD_INPUT,
                    "--kind and --object go together: --kind release --object 7");
    if (!actor.n) return audit_lines_before(db, c->a, before, count, out);
    if (db_kind(db) != DB_SERVER)
        return fail(c->a, ERR_BAD_INPUT, "--actor knows the people of a server, not of a site");
    TRY(person_find(db, c->a, actor, &p, &found));
    if (!found) return fail(c->a, ERR_NOT_FOUND, "there is nobody called \"%.*s\"", STR(actor));
    return audit_lines_by(db, c->a, p.id, before, count, out);
}

static fallible list_run(Cli *c, int *code)
{
    (void)code;
    owned_db db = NULL;
    AuditRowList lines;
    Str actor;
    bool json = cli_has(c, "json");
    JsonOut j = json_begin(&c->out, JSON_COMPACT);
    TRY(open_trail(c, &db));
    TRY(lines_of(c, db, cli_int(c, "before", INT64_MAX), cli_int(c, "most", 100), &lines));
    if (json) json_arr(&j);
    for (isize i = 0; i < lines.n; i++) {
        const AuditRow *r = &lines.v[i];
        TRY(actor_name(c, db, r, &actor));
        if (json)
            line_json(c->a, &j, r, actor);
        else
            buf_fmt(&c->out, "%6lld  %.*s  %-16.*s %-28.*s %.*s %.*s %.*s\n", (long long)r->seq,
                    STR(time_iso_seconds(c->a, r->at)), STR(actor), STR(r->action), STR(r->kind),
                    STR(r->object), STR(str_eq(r->details, S("{}")) ? S("") : r->details));
    }
    if (json) {
        json_end(&j);
        buf_put(&c->out, S("\n"));
    }
    return NULL;
}

#define DATA                                                                                       \
    {                                                                                              \
        "data", OPT_TEXT, "DIR",                                                                   \
            "the data folder of a server or a site (default /var/lib/tresor/server)"               \
    }
static const Opt verify_opts[] = {
    DATA,
    {"anchor",       OPT_TEXT, "NUMBER:HASH",
      "what an earlier verify printed: that line must still be it"},
    {"json", OPT_FLAG, NULL, "as one JSON object"},
    {0             }
};
static const Opt list_opts[] = {
    DATA,
    {"kind",      OPT_TEXT, "KIND", "with --object: what happened to one thing"},
    {"object",     OPT_TEXT, "NAME", "its name"},
    {"actor",           OPT_TEXT, "USERNAME", "what one person did"},
    {"most",OPT_INT, "N", "at most so many lines, the newest first (default 100)"},
    {"before", OPT_INT, "NUMBER", "only lines before this one"},
    {"json",     OPT_FLAG, NULL, "as a JSON list"},
    {0}
};
static const Command rows[] = {
    {"audit verify", NULL, "prove that no line of the trail was edited, removed or cut off",
     "tresor audit verify\ntresor audit verify --anchor 1200:9f86d0… --json",            verify_opts,
     verify_run,                                                                                                  false},
    {"audit list",   NULL, "read the trail, newest first",
     "tresor audit list --kind person --object ada\ntresor audit list --json --most 1000", list_opts,   list_run, false},
};
const CommandList audit_commands = COMMANDS(rows);
