// `tresor org|project|backend|workspace VERB`: what the pages can do, for operators and scripts.
#include "admin/site_cli.h"

#include "account/account.h"
#include "admin/reach.h"
#include "backend/backend.h"
#include "org/org.h"
#include "os/clock.h"
#include "project/project.h"
#include "workspace/workspace.h"

// --- the database, and rows as lines or JSON

static fallible server_open(Cli *c, DbMode mode, Db **db)
{
    Str data = cli_text(c, "data", S("/var/lib/tresor/server"));
    return db_open_existing(c->a, arena_fmt(c->a, "%.*s/server.db", STR(data)), DB_SERVER,
                            DB_AS_ADMIN, mode, db);
}

typedef fallible (*SiteWork)(Cli *, Db *, Time now);

static fallible change(Cli *c, SiteWork work)
{
    owned_db db = NULL;
    TRY(server_open(c, DB_READ_WRITE, &db));
    TRY(db_begin(db, c->a));
    return db_settle(db, c->a, work(c, db, clock_now()));
}

static fallible look(Cli *c, SiteWork work)
{
    owned_db db = NULL;
    TRY(server_open(c, DB_READ_ONLY, &db));
    return work(c, db, clock_now());
}

static fallible person_of(Cli *c, Db *db, isize arg, PersonNamed *out)
{
    Str name;
    bool found;
    TRY(cli_arg(c, arg, "USERNAME", &name));
    TRY(person_named(db, c->a, str_lower(c->a, name), out, &found));
    return found ? NULL
                 : fail(c->a, ERR_NOT_FOUND,
                        "there is nobody called \"%.*s\"; `tresor user list` shows everybody",
                        STR(name));
}

// --- org

static fallible org_add(Cli *c, Db *db, Time now)
{
    Str name;
    OrgGet org;
    TRY(cli_arg(c, 0, "NAME", &name));
    TRY(org_make(db, c->a, now, 0, name, cli_text(c, "description", S("")), &org));
    buf_fmt(&c->out, "%.*s\n", STR(org.slug));
    return NULL;
}

static fallible org_rows(Cli *c, Db *db, Time now)
{
    static const char *const names[] = {"slug", "name", "projects", "members"};
    OrgList all;
    (void)now;
    TRY(org_list(db, c->a, &all));
    for (isize i = 0; i < all.n; i++)
        cli_row(c, names,
                (Str[]){all.v[i].slug, all.v[i].name,
                        arena_fmt(c->a, "%lld", (long long)all.v[i].projects),
                        arena_fmt(c->a, "%lld", (long long)all.v[i].members)},
                COUNT(names));
    return NULL;
}

static fallible org_member(Cli *c, Db *db, Time now)
{
    Str slug, person;
    OrgGet org;
    TRY(cli_arg(c, 0, "ORG", &slug));
    TRY(cli_arg(c, 1, "USERNAME", &person));
    TRY(org_get(db, c->a, slug, &org));
    return org_member_by_name(db, c->a, now, 0, &org, person, !cli_has(c, "remove"));
}

// --- project

static fallible project_arg(Cli *c, Db *db, ProjectGet *out)
{
    Str path, org, slug;
    TRY(cli_arg(c, 0, "ORG/PROJECT", &path));
    if (!str_cut(path, '/', &org, &slug))
        return fail(c->a, ERR_BAD_INPUT, "a project is named as ORG/PROJECT, as in its address");
    return project_get(db, c->a, org, slug, out);
}

static fallible project_add(Cli *c, Db *db, Time now)
{
    Str slug, name;
    OrgGet org;
    ProjectGet p;
    TRY(cli_arg(c, 0, "ORG", &slug));
    TRY(cli_arg(c, 1, "NAME", &name));
    TRY(org_get(db, c->a, slug, &org));
    TRY(project_make(db, c->a, now, 0, org.id, name, cli_int(c, "number", 0), &p));
    buf_fmt(&c->out, "%.*s/%.*s\n", STR(p.org_slug), STR(p.slug));
    return NULL;
}

static fallible project_rows(Cli *c, Db *db, Time now)
{
    static const char *const names[] = {"project", "name", "workspaces", "members"};
    OrgList orgs;
    ProjectList all;
    (void)now;
    TRY(org_list(db, c->a, &orgs));
    for (isize o = 0; o < orgs.n; o++) {
        TRY(project_list(db, c->a, orgs.v[o].id, &all));
        for (isize i = 0; i < all.n; i++)
            cli_row(c, names,
                    (Str[]){arena_fmt(c->a, "%.*s/%.*s", STR(orgs.v[o].slug), STR(all.v[i].slug)),
                            all.v[i].name, arena_fmt(c->a, "%lld", (long long)all.v[i].workspaces),
                            arena_fmt(c->a, "%lld", (long long)all.v[i].members)},
                    COUNT(names));
    }
    return NULL;
}

static fallible project_member(Cli *c, Db *db, Time now)
{
    ProjectGet p;
    PersonNamed person;
    StrList given = {0};
    TRY(project_arg(c, db, &p));
    TRY(person_of(c, db, 1, &person));
    for (isize i = 2; i < c->args.n; i++)
        str_list_add(c->a, &given, c->args.v[i]);
    if (cli_has(c, "remove")) return project_member_drop(db, c->a, now, 0, &p, person.id);
    return project_member_set(db, c->a, now, 0, &p, person.id, &given);
}

// --- backend

static fallible backend_arg(Cli *c, Db *db, BackendGet *out)
{
    Str slug;
    TRY(cli_arg(c, 0, "BACKEND", &slug));
    return backend_get(db, c->a, slug, out);
}

static fallible backend_add(Cli *c, Db *db, Time now)
{
    Str slug, token;
    BackendGet b;
    TRY(cli_arg(c, 0, "BACKEND", &slug));
    TRY(backend_make(db, c->a, now, 0, slug, cli_text(c, "name", S("")),
                     cli_text(c, "airlock", S("")), &b, &token));
    buf_fmt(&c->out, "%.*s\n", STR(token));
    return NULL;
}

static fallible backend_rotate(Cli *c, Db *db, Time now)
{
    Str token;
    BackendGet b;
    TRY(backend_arg(c, db, &b));
    BackendRotate how = cli_has(c, "at-once") ? BACKEND_ROTATE_AT_ONCE : BACKEND_ROTATE;
    TRY(backend_token_rotate(db, c->a, now, 0, &b, how, &token));
    buf_fmt(&c->out, "%.*s\n", STR(token));
    return NULL;
}

// Makes the backend too, when there is none yet: an invited site makes its token itself.
static fallible backend_invited(Cli *c, Db *db, Time now)
{
    Str slug, text;
    BackendSlugTaken there;
    BackendGet b;
    ServerReach reach;
    TRY(cli_arg(c, 0, "BACKEND", &slug));
    TRY(reach_load(c->a, cli_text(c, "data", S("/var/lib/tresor/server")), &reach));
    reach.url = cli_text(c, "url", reach.url);
    TRY(backend_slug_taken(db, c->a, slug, &there));
    if (there.taken)
        TRY(backend_get(db, c->a, slug, &b));
    else
        TRY(backend_make(db, c->a, now, 0, slug, cli_text(c, "name", S("")),
                         cli_text(c, "airlock", S("")), &b, NULL));
    TRY(backend_invite(db, c->a, now, 0, &b, reach, HOURS(cli_int(c, "hours", 72)), &text));
    buf_fmt(&c->out, "%.*s\n", STR(text));
    return NULL;
}

static fallible backend_rows(Cli *c, Db *db, Time now)
{
    static const char *const names[] = {"backend", "name", "last_seen", "state"};
    BackendGetList all;
    TRY(backend_list(db, c->a, &all));
    for (isize i = 0; i < all.n; i++) {
        const BackendGet *b = &all.v[i];
        Str state = !b->is_active                ? S("inactive")
                    : backend_is_missing(b, now) ? S("missing")
                                                 : S("connected");
        cli_row(c, names,
                (Str[]){b->slug, b->name,
                        b->last_seen_at ? time_iso_seconds(c->a, b->last_seen_at) : S("never"),
                        state},
                COUNT(names));
    }
    return NULL;
}

static fallible backend_member(Cli *c, Db *db, Time now)
{
    BackendGet b;
    PersonNamed person;
    TRY(backend_arg(c, db, &b));
    TRY(person_of(c, db, 1, &person));
    return backend_member_set(db, c->a, now, 0, &b, person.id, !cli_has(c, "remove"));
}

// --- workspace

static fallible workspace_add(Cli *c, Db *db, Time now)
{
    ProjectGet p;
    WorkspaceGet w;
    Str name, repo;
    TRY(project_arg(c, db, &p));
    TRY(cli_arg(c, 1, "NAME", &name));
    TRY(cli_arg(c, 2, "REPOSITORY", &repo));
    TRY(workspace_make(db, c->a, now, 0, p.id, name, repo, cli_text(c, "branch", S("main")), &w));
    buf_fmt(&c->out, "%.*s\n", STR(workspace_path(c->a, &w, "/")));
    return NULL;
}

static fallible workspace_rows(Cli *c, Db *db, Time now)
{
    static const char *const names[] = {"workspace", "project", "repository", "branch"};
    WorkspaceRowList all;
    (void)now;
    TRY(workspace_list(db, c->a, S(""), &all));
    for (isize i = 0; i < all.n; i++)
        cli_row(c, names,
                (Str[]){all.v[i].name,
                        arena_fmt(c->a, "%.*s/%.*s", STR(all.v[i].org_slug),
                                  STR(all.v[i].project_slug)),
                        all.v[i].repo, all.v[i].branch},
                COUNT(names));
    return NULL;
}

static fallible workspace_put_away(Cli *c, Db *db, Time now)
{
    Str name;
    WorkspaceGet w;
    bool found;
    TRY(cli_arg(c, 0, "WORKSPACE", &name));
    TRY(workspace_by_name(db, c->a, name, &w, &found));
    if (!found)
        return fail(c->a, ERR_NOT_FOUND,
                    "there is no workspace \"%.*s\"; `tresor workspace list` shows all", STR(name));
    return workspace_archive(db, c->a, now, 0, &w, !cli_has(c, "undo"));
}

// --- rows: each command is a piece of work in a transaction, or a look

#define WORK(name, how, work)                                                                      \
    static fallible name(Cli *c, int *code)                                                        \
    {                                                                                              \
        (void)code;                                                                                \
        return how(c, work);                                                                       \
    }
WORK(org_add_run, change, org_add)
WORK(org_list_run, look, org_rows)
WORK(org_member_run, change, org_member)
WORK(project_add_run, change, project_add)
WORK(project_list_run, look, project_rows)
WORK(project_member_run, change, project_member)
WORK(backend_add_run, change, backend_add)
WORK(backend_invite_run, change, backend_invited)
WORK(backend_rotate_run, change, backend_rotate)
WORK(backend_list_run, look, backend_rows)
WORK(backend_member_run, change, backend_member)
WORK(workspace_add_run, change, workspace_add)
WORK(workspace_list_run, look, workspace_rows)
WORK(workspace_archive_run, change, workspace_put_away)

#define DATA                                                                                       \
    {                                                                                              \
        "data", OPT_TEXT, "DIR", "the server's folder (default /var/lib/tresor/server)"            \
    }
static const Opt org_opts[] = {
    DATA, {"description", OPT_TEXT, "TEXT", "what it is"},
     {0      }
};
static const Opt list_opts[] = {
    DATA, {"json", OPT_FLAG, NULL, "one JSON object a line"},
     {0 }
};
static const Opt member_opts[] = {
    DATA, {"remove", OPT_FLAG, NULL, "no longer belongs"},
     {0   }
};
static const Opt project_opts[] = {
    DATA, {"number", OPT_INT, "N", "as the approval names it"},
     {0    }
};
static const Opt backend_opts[] = {
    DATA,
    {"name",  OPT_TEXT, "NAME", "what people call it"},
    {"airlock", OPT_TEXT, "URL", "where its airlock is, for people inside"},
    {0      }
};
static const Opt invite_opts[] = {
    DATA,
    {"name",                                    OPT_TEXT, "NAME", "of a new backend: what people call it"},
    {"airlock",                                   OPT_TEXT, "URL", "of a new backend: where its airlock is"},
    {"hours",                                         OPT_INT, "N", "how long it is good (default 72)"},
    {"url",OPT_TEXT, "URL", "where the site reaches the server, if elsewhere"},
    {0}
};
static const Opt rotate_opts[] = {
    DATA, {"at-once", OPT_FLAG, NULL, "the old one is void now: somebody else may have it"},
     {0    }
};
static const Opt workspace_opts[] = {
    DATA, {"branch", OPT_TEXT, "NAME", "the branch (default main)"},
     {0 }
};
static const Opt archive_opts[] = {
    DATA, {"undo", OPT_FLAG, NULL, "take it out of the archive"},
     {0 }
};

static const Command rows[] = {
    {"org add",           "NAME",                           "make an organisation, print its short name",                 "tresor org add \"Our Lab\"",
     org_opts,                                                                                                                                                                                                                            org_add_run,           false},
    {"org list",          NULL,                             "the organisations",                                          "tresor org list --json",                                                                       list_opts,      org_list_run,
     false                                                                                                                                                                                                                                                            },
    {"org member",        "ORG USERNAME",                   "somebody belongs to it, and may make projects",
     "tresor org member our-lab ada",                                                                                                                                                                                     member_opts,    org_member_run,        false},
    {"project add",       "ORG NAME",                       "make a project, print ORG/PROJECT",
     "tresor project add our-lab \"Survival after stroke\" --number 12",                                                                                                                                                  project_opts,
     project_add_run,                                                                                                                                                                                                                                            false},
    {"project list",      NULL,                             "the projects",                                               "tresor project list",                                                                          list_opts,      project_list_run,
     false                                                                                                                                                                                                                                                            },
    {"project member",    "ORG/PROJECT USERNAME [ROLE...]",
     "somebody belongs to it with exactly these roles",                                                                   "tresor project member our-lab/survival-after-stroke ada ProjectDeveloper ProjectCollaborator",
     member_opts,                                                                                                                                                                                                                         project_member_run,    false},
    {"backend add",       "BACKEND",                        "make a backend, print its runner's token, once",
     "tresor backend add hospital --name \"City hospital\" > token",                                                                                                                                                      backend_opts,   backend_add_run,
     false                                                                                                                                                                                                                                                            },
    {"backend list",      NULL,                             "the backends, and when they were heard of",                  "tresor backend list",
     list_opts,                                                                                                                                                                                                                           backend_list_run,      false},
    {"backend member",    "BACKEND USERNAME",               "somebody may run jobs and act there",
     "tresor backend member hospital ada",                                                                                                                                                                                member_opts,    backend_member_run,    false},
    {"backend invite",    "BACKEND",                        "an invitation for the site of a backend, made if it is new",
     "tresor backend invite hospital",                                                                                                                                                                                    invite_opts,    backend_invite_run,    false},
    {"backend rotate",    "BACKEND",                        "a second token beside the old one",
     "tresor backend rotate hospital > token",                                                                                                                                                                            rotate_opts,    backend_rotate_run,    false},
    {"workspace add",     "ORG/PROJECT NAME REPOSITORY",    "make a workspace, print its address",
     "tresor workspace add our-lab/survival-after-stroke stroke https://github.com/our-lab/stroke",                                                                                                                       workspace_opts, workspace_add_run,     false},
    {"workspace list",    NULL,                             "the workspaces that are not archived",                       "tresor workspace list",
     list_opts,                                                                                                                                                                                                                           workspace_list_run,    false},
    {"workspace archive", "WORKSPACE",                      "an archived workspace takes no new requests",
     "tresor workspace archive stroke",                                                                                                                                                                                   archive_opts,   workspace_archive_run, false},
};
const CommandList site_commands = COMMANDS(rows);
