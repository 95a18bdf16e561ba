// `tresor release list|show|delete|withdraw`: what was let out, and how an operator takes it back without a browser.
#include "release/cli.h"

#include "account/account.h"
#include "os/clock.h"
#include "release/takeback.h"

static Str data_of(Cli *c)
{
    return cli_text(c, "data", S("/var/lib/tresor/server"));
}

static fallible server_open(Cli *c, DbMode mode, Db **db)
{
    return db_open_existing(c->a, arena_fmt(c->a, "%.*s/server.db", STR(data_of(c))), DB_SERVER,
                            DB_AS_ADMIN, mode, db);
}

// --- looking

static fallible list_run(Cli *c, int *code)
{
    static const char *const names[] = {"release", "at", "backend", "files", "withdrawn"};
    owned_db db = NULL;
    Str name;
    WorkspaceGet w;
    bool found;
    ReleaseOfWorkspace all;
    (void)code;
    TRY(cli_arg(c, 0, "WORKSPACE", &name));
    TRY(server_open(c, DB_READ_ONLY, &db));
    TRY(workspace_by_name(db, c->a, name, &w, &found));
    if (!found)
        return fail(c->a, ERR_NOT_FOUND,
                    "there is no workspace \"%.*s\"; `tresor workspace list` shows all", STR(name));
    TRY(release_of_workspace(db, c->a, w.id, &all));
    for (isize i = 0; i < all.n; i++) {
        const ReleaseOfWorkspaceRow *r = &all.v[i];
        cli_row(c, names,
                (Str[]){r->id, time_iso(c->a, r->created_at), r->backend_name,
                        arena_fmt(c->a, "%lld", (long long)r->files),
                        r->withdrawn_at ? r->withdraw_reason : S("")},
                COUNT(names));
    }
    return NULL;
}

static fallible release_arg(Cli *c, Db *db, ReleaseGet *out)
{
    Str id;
    TRY(cli_arg(c, 0, "RELEASE", &id));
    Err *e = release_get(db, c->a, id, out);
    if (e && e->kind != ERR_NOT_FOUND) return e;
    if (e || !out->completed_at)
        return fail(c->a, ERR_NOT_FOUND,
                    "there is no release \"%.*s\"; `tresor release list WORKSPACE` shows them",
                    STR(id));
    return NULL;
}

static fallible show_run(Cli *c, int *code)
{
    static const char *const names[] = {"file", "sha256", "bytes", "deleted"};
    owned_db db = NULL;
    ReleaseGet r;
    ReleaseFileList files;
    (void)code;
    TRY(server_open(c, DB_READ_ONLY, &db));
    TRY(release_arg(c, db, &r));
    TRY(release_file_list(db, c->a, r.id, &files));
    for (isize i = 0; i < files.n; i++) {
        const ReleaseFile *f = &files.v[i];
        cli_row(c, names,
                (Str[]){f->name, f->filehash, arena_fmt(c->a, "%lld", (long long)f->size),
                        f->has_deleted_at ? f->delete_reason : S("")},
                COUNT(names));
    }
    return NULL;
}

// --- taking back

// Records, archives and the log name a person, who must be one that may do it in a page.
static fallible person_find_may(Cli *c, Db *db, const ReleaseGet *r, Visitor *out)
{
    PersonNamed p;
    WorkspaceGet w;
    bool found, may = false;
    Str name = str_lower(c->a, cli_text(c, "by", S("")));
    if (!name.n)
        return fail(c->a, ERR_BAD_INPUT,
                    "say with --by USERNAME who answers for it: an output checker");
    TRY(person_named(db, c->a, name, &p, &found));
    if (!found)
        return fail(c->a, ERR_NOT_FOUND,
                    "there is nobody called \"%.*s\"; `tresor user list` shows everybody",
                    STR(name));
    *out = (Visitor){.id = p.id, .username = p.username};
    TRY(workspace_by_id(db, c->a, r->workspace, &w));
    Scope there = {.org = w.org, .project = w.project, .workspace = w.id};
    TRY(account_may(db, c->a, out, PERM_RELEASE_FILE_DELETE, there, &may));
    if (may) return NULL;
    return fail(c->a, ERR_FORBIDDEN,
                "%.*s may not take back what was released; output checkers may", STR(name));
}

typedef fallible (*TakebackWork)(Cli *, Takeback *, const ReleaseGet *);

static fallible takeback_begin(Cli *c, Db *db, Takeback *t, TakebackWork work)
{
    ReleaseGet r;
    *t = (Takeback){
        .db = db, .a = c->a, .now = clock_now(), .data = data_of(c), .through = S("command")};
    t->reason = str_trim(cli_text(c, "reason", S("")));
    if (!t->reason.n)
        return fail(c->a, ERR_BAD_INPUT,
                    "say why with --reason TEXT; the pages, the archives and the log say it on");
    TRY(release_arg(c, db, &r));
    TRY(person_find_may(c, db, &r, &t->who));
    return work(c, t, &r);
}

static fallible takeback_run(Cli *c, TakebackWork work)
{
    owned_db db = NULL;
    Takeback t;
    TRY(server_open(c, DB_READ_WRITE, &db));
    TRY(db_begin(db, c->a));
    TRY(db_settle(db, c->a, takeback_begin(c, db, &t, work)));
    TRY(takeback_forget(c->a, &t));
    buf_fmt(&c->out, "%td %s taken back; archives say so in place of them\n", t.looks.n,
            t.looks.n == 1 ? "file is" : "files are");
    return NULL;
}

static fallible one_file(Cli *c, Takeback *t, const ReleaseGet *r)
{
    Str name;
    ReleaseFileList files;
    TRY(cli_arg(c, 1, "FILE", &name));
    TRY(release_file_list(t->db, c->a, r->id, &files));
    for (isize i = 0; i < files.n; i++)
        if (str_eq(files.v[i].name, name)) return takeback_file(t, r, &files.v[i]);
    return fail(c->a, ERR_NOT_FOUND,
                "the release has no file \"%.*s\"; `tresor release show RELEASE` lists them",
                STR(name));
}

static fallible all_files(Cli *c, Takeback *t, const ReleaseGet *r)
{
    (void)c;
    return takeback_release(t, r);
}

static fallible delete_run(Cli *c, int *code)
{
    (void)code;
    return takeback_run(c, one_file);
}

static fallible withdraw_run(Cli *c, int *code)
{
    (void)code;
    return takeback_run(c, all_files);
}

#define DATA                                                                                       \
    {                                                                                              \
        "data", OPT_TEXT, "DIR", "the server's folder (default /var/lib/tresor/server)"            \
    }
static const Opt look_opts[] = {
    DATA, {"json", OPT_FLAG, NULL, "one JSON object a line"},
     {0 }
};
static const Opt takeback_opts[] = {
    DATA,
    {"by",        OPT_TEXT, "USERNAME", "the output checker who answers for it"},
    {"reason", OPT_TEXT, "TEXT", "why; everybody who sees the release reads it"},
    {0          }
};
static const Command rows[] = {
    {"release list",     "WORKSPACE",    "what was released from a workspace, newest first",
     "tresor release list stroke",                                                                                              look_opts,     list_run,   false},
    {"release show",     "RELEASE",      "the files of a release",                                "tresor release show 01K...", look_opts,
     show_run,                                                                                                                                             false},
    {"release delete",   "RELEASE FILE", "take one file back: its bytes go, the record says why",
     "tresor release delete 01K... output/table.csv --by ben --reason \"a count was too small\"",                               takeback_opts, delete_run, false},
    {"release withdraw", "RELEASE",      "take a whole release back",
     "tresor release withdraw 01K... --by ben --reason \"the approval had ended\"",                                             takeback_opts,
     withdraw_run,                                                                                                                                         false},
};
const CommandList release_commands = COMMANDS(rows);
