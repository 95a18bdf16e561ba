// The made-up site of `tresor demo`.
#include "admin/demo_site.h"

#include "account/account.h"
#include "admin/own_site.h"
#include "backend/backend.h"
#include "kit/git_make.h"
#include "org/org.h"
#include "os/file.h"
#include "project/project.h"
#include "web/asset.h"
#include "workspace/workspace.h"

// Who is there, and what each may do: globally, and in the sample project.
static const struct {
    const char *username, *name, *means, *global, *local;
    bool at_site; // belongs to the backend
} cast[DEMO_PEOPLE] = {
    {"ada",  "Ada Amadi",      "researcher",          "",              "ProjectDeveloper ProjectCollaborator",   true },
    {"cora", "Cora Castellan", "project coordinator", "",              "ProjectCoordinator ProjectCollaborator",
     false                                                                                                            },
    {"ben",  "Ben Brandt",     "output checker",      "OutputChecker", "",                                       true },
    {"dina", "Dina Dahl",      "output checker",      "OutputChecker", "",                                       true },
    {"eli",  "Eli Ekström",   "administrator",       "CoreDeveloper", "",                                       false},
};

static void words(Arena *a, const char *text, StrList *out)
{
    Str rest = str_from(text), word;
    while (str_next(&rest, ' ', &word))
        if (word.n) str_list_add(a, out, word);
}

static fallible study_make(Arena *a, Str folder, Time now, DemoSite *site)
{
    GitFile files[32];
    isize n = 0;
    for (isize i = 0; i < assets_n; i++) {
        if (!str_starts(assets[i].name, S("demo/"))) continue;
        must(n < COUNT(files));
        files[n++] = (GitFile){.path = str_skip(assets[i].name, 5), .bytes = assets[i].bytes};
    }
    Str repo = arena_fmt(a, "%.*s/sample-study.git", STR(folder));
    site->repo = arena_fmt(a, "file://%.*s", STR(repo));
    return git_make(a, repo, S("main"), files, n, S("A sample study on made-up patients\n"), now,
                    &site->commit);
}

static fallible person_make(Db *db, Arena *a, Time now, isize i, const ProjectGet *project,
                            const BackendGet *backend, DemoPerson *p)
{
    StrList global = {0}, local = {0};
    p->username = str_from(cast[i].username);
    p->name = str_from(cast[i].name);
    str_list_add(a, &p->roles, str_from(cast[i].means));
    words(a, cast[i].global, &global);
    words(a, cast[i].local, &local);
    TRY(account_person_make(db, a, now, 0, p->username, p->name,
                            arena_fmt(a, "%s@example.org", cast[i].username), &p->id));
    TRY(account_roles_set(db, a, now, 0, p->id, 0, &global));
    if (local.n) TRY(project_member_set(db, a, now, 0, project, p->id, &local));
    if (cast[i].at_site) TRY(backend_member_set(db, a, now, 0, backend, p->id, true));
    return account_link_make(db, a, now, 0, p->id, DAYS(1), &p->path);
}

static fallible rows_make(Db *db, Arena *a, Time now, DemoSite *s)
{
    OrgGet org;
    ProjectGet project;
    BackendGet backend;
    WorkspaceGet workspace;
    TRY(org_make(db, a, now, 0, S("Demo Lab"), S("A made-up laboratory."), &org));
    TRY(project_make(db, a, now, 0, org.id, S("Sample project"), 1, &project));
    TRY(backend_make(db, a, now, 0, S("demo"), S("Demo site"), S(""), &backend, &s->token));
    TRY(workspace_make(db, a, now, 0, project.id, S("sample-study"), s->repo, S("main"),
                       &workspace));
    for (isize i = 0; i < DEMO_PEOPLE; i++)
        TRY(person_make(db, a, now, i, &project, &backend, &s->people[i]));
    s->backend = backend.slug;
    s->workspace = workspace.name;
    s->workspace_path = workspace_path(a, &workspace, "/");
    return NULL;
}

fallible demo_site_make(Arena *a, Str folder, Time now, DemoSite *out)
{
    Db *db;
    *out = (DemoSite){.folder = folder};
    TRY(study_make(a, folder, now, out));
    TRY(own_site_database(a, folder, &db));
    Err *e = db_migrate(db, a, now);
    if (!e) e = db_begin(db, a);
    if (!e) e = db_settle(db, a, rows_make(db, a, now, out));
    db_close(db);
    TRY(e);
    return file_write(a, arena_fmt(a, "%.*s/runner-token", STR(folder)), out->token, 0600);
}
