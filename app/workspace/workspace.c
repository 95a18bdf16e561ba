// The rules of workspaces: names, repositories, the sealed token of a private repository.
#include "workspace/workspace.h"

#include "audit/audit.h"
#include "kit/crypto.h"

fallible workspace_of(Req *q, WorkspaceGet *out)
{
    return workspace_get(q->db, q->a, req_param(q, "org"), req_param(q, "project"),
                         req_param(q, "workspace"), out);
}

fallible workspace_scope(Req *q, Scope *out)
{
    WorkspaceGet w;
    TRY(workspace_of(q, &w));
    *out = (Scope){.org = w.org, .project = w.project, .workspace = w.id};
    return NULL;
}

Str workspace_path(Arena *a, const WorkspaceGet *w, const char *rest)
{
    return arena_fmt(a, "/%.*s/%.*s/%.*s%s", STR(w->org_slug), STR(w->project_slug), STR(w->name),
                     rest);
}

fallible workspace_name_check(Arena *a, Str name)
{
    static const char *const pages[] = {"settings",     "new-workspace", "releases",     "members",
                                        "invite-users", "accept-invite", "cancel-invite"};
    for (isize i = 0; i < name.n; i++) {
        char c = name.s[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'))
            return fail(a, ERR_BAD_INPUT,
                        "a workspace name has only lower case letters, digits, dash and "
                        "underscore; \"%.*s\" has something else",
                        STR(name));
    }
    if (!name.n || name.n > 100)
        return fail(a, ERR_BAD_INPUT, "a workspace name has 1 to 100 characters");
    for (isize i = 0; i < COUNT(pages); i++)
        if (str_eq(name, str_from(pages[i])))
            return fail(a, ERR_BAD_INPUT, "\"%.*s\" is the name of a page; choose another name",
                        STR(name));
    return NULL;
}

fallible workspace_repo_check(Arena *a, Str repo)
{
    static const char *const schemes[] = {"https://", "http://", "file:///"};
    Str host = {0};
    for (isize i = 0; i < COUNT(schemes); i++)
        if (str_starts(repo, str_from(schemes[i])))
            host = str_skip(repo, (isize)strlen(schemes[i]));
    if (!host.n)
        return fail(a, ERR_BAD_INPUT,
                    "a repository is a full address that starts with https://, http:// or "
                    "file:///; \"%.*s\" does not",
                    STR(repo));
    for (isize i = 0; i < repo.n; i++)
        if ((u8)repo.s[i] <= ' ' || repo.s[i] == 0x7F)
            return fail(
                a, ERR_BAD_INPUT,
                "the repository's address has a blank or control character in it; paste it again");
    if (str_has(str_take(host, str_find_byte(host, '/') < 0 ? host.n : str_find_byte(host, '/')),
                S("@")))
        return fail(a, ERR_BAD_INPUT,
                    "the repository's address holds a name or token before an @; leave it out and "
                    "save the token on the workspace page");
    return NULL;
}

static fallible branch_check(Arena *a, Str branch)
{
    bool bad = !branch.n || branch.s[0] == '-' || str_has(branch, S("..")) ||
               str_ends(branch, S("/")) || str_ends(branch, S(".lock"));
    for (isize i = 0; i < branch.n; i++)
        bad |= (u8)branch.s[i] <= ' ' || branch.s[i] == 0x7F || strchr("~^:?*[\\", branch.s[i]);
    return bad ? fail(a, ERR_BAD_INPUT,
                      "\"%.*s\" cannot be the name of a branch; look it up in the repository",
                      STR(branch))
               : NULL;
}

static fallible workspace_note(Db *db, Arena *a, Time now, i64 by, const char *action, Str name,
                               Str details)
{
    return audit_note(db, a,
                      (AuditLine){.at = now,
                                  .actor = by,
                                  .action = str_from(action),
                                  .kind = S("workspace"),
                                  .object = name,
                                  .details = details});
}

fallible workspace_make(Db *db, Arena *a, Time now, i64 by, i64 project, Str name, Str repo,
                        Str branch, WorkspaceGet *out)
{
    WorkspaceNameTaken found;
    WorkspaceInsert made;
    name = str_lower(a, name);
    TRY(workspace_name_check(a, name));
    TRY(workspace_repo_check(a, repo));
    TRY(branch_check(a, branch));
    TRY(workspace_name_taken(db, a, name, &found));
    if (found.taken) return fail(a, ERR_CONFLICT, "Workspace with this Name already exists.");
    TRY(workspace_insert(db, a, project, name, repo, branch, by, now, &made));
    TRY(workspace_note(db, a, now, by, "workspace.create", name, S("{}")));
    return workspace_by_id(db, a, made.id, out);
}

fallible workspace_archive(Db *db, Arena *a, Time now, i64 by, const WorkspaceGet *w, bool archived)
{
    i64 changed;
    TRY(workspace_archive_set(db, a, w->id, archived, &changed));
    return workspace_note(db, a, now, by, archived ? "workspace.archive" : "workspace.unarchive",
                          w->name, S("{}"));
}

fallible workspace_notify(Db *db, Arena *a, Time now, i64 by, const WorkspaceGet *w, bool notify)
{
    i64 changed;
    TRY(workspace_notify_set(db, a, w->id, notify, &changed));
    return workspace_note(db, a, now, by, notify ? "workspace.notify_on" : "workspace.notify_off",
                          w->name, S("{}"));
}

// The sealed text is bound to its row, so that it cannot be moved to another workspace.
static Str token_place(Arena *a, const WorkspaceGet *w)
{
    return arena_fmt(a, "workspace.repo_token/%lld", (long long)w->id);
}

fallible workspace_token(Arena *a, const SecretKey *key, const WorkspaceGet *w, Str *out)
{
    *out = (Str){0};
    if (!w->repo_token.n || secret_open(a, key, w->repo_token, token_place(a, w), out)) return NULL;
    return fail(a, ERR_CONFLICT,
                "the saved token of workspace %.*s cannot be opened with this installation's key; "
                "save it again",
                STR(w->name));
}

fallible workspace_token_set(Db *db, Arena *a, Time now, i64 by, const SecretKey *key,
                             const WorkspaceGet *w, Str token)
{
    i64 changed;
    Str sealed = token.n ? secret_seal(a, key, token, token_place(a, w)) : S("");
    Str hint = token.n > 8 ? str_skip(token, token.n - 4) : S("");
    TRY(workspace_token_store(db, a, w->id, sealed, hint, &changed));
    return workspace_note(db, a, now, by, token.n ? "workspace.token_set" : "workspace.token_clear",
                          w->name, S("{}"));
}
