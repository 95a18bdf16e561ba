// The small endpoints: what somebody may do, how the actions of a workspace stand, notes about releases (contract 2.6).
#include "account/role.h"
#include "audit/audit.h"
#include "backend/backend.h"
#include "base/str.h"
#include "dialect/opensafely/opensafely.h"
#include "dialect/opensafely/requests.gen.h"
#include "workspace/workspace.h"

// --- users/<username>/

static void put_permissions(Arena *a, JsonOut *w, const StrList *held)
{
    StrList words = {0};
    for (int p = PERM_ANYONE; p < PERM_COUNT; p++)
        for (isize i = 0; i < held->n; i++) {
            const Role *r = role_named(held->v[i]);
            if (!r || !role_grants(r, (Perm)p) || p < PERM_APPLICATION_MANAGE) continue;
            if (!str_list_has(&words, perm_name((Perm)p)))
                str_list_add(a, &words, perm_name((Perm)p));
        }
    str_list_sort(&words);
    json_arr(w);
    for (isize i = 0; i < words.n; i++)
        json_str(w, words.v[i]);
    json_end(w);
}

static void put_names(JsonOut *w, const StrList *names)
{
    json_arr(w);
    for (isize i = 0; i < names->n; i++)
        json_str(w, names->v[i]);
    json_end(w);
}

typedef struct Standing {
    OpensafelyRoles roles;
    OpensafelyOrgs orgs;
    OpensafelyProjects projects;
} Standing;

static StrList roles_in(Arena *a, const OpensafelyRoles *roles, Str project)
{
    StrList in = {0};
    for (isize i = 0; i < roles->n; i++)
        if (str_eq(roles->v[i].project, project)) str_list_add(a, &in, roles->v[i].role);
    return in;
}

// Once for "permissions" and once for "roles": they have the same shape.
static void put_standing(Arena *a, JsonOut *w, const Standing *s, bool roles)
{
    StrList held = roles_in(a, &s->roles, S(""));
    json_key(json_obj(w), S("global"));
    if (roles)
        put_names(w, &held);
    else
        put_permissions(a, w, &held);
    json_arr(json_key(w, S("orgs")));
    for (isize i = 0; i < s->orgs.n; i++) {
        json_str(json_key(json_obj(w), S("slug")), s->orgs.v[i].slug);
        json_end(json_arr(json_key(w, roles ? S("roles") : S("permissions"))));
        json_end(w);
    }
    json_end(w);
    json_arr(json_key(w, S("projects")));
    for (isize i = 0; i < s->projects.n; i++) {
        held = roles_in(a, &s->roles, s->projects.v[i].slug);
        json_str(json_key(json_obj(w), S("slug")), s->projects.v[i].slug);
        json_key(w, roles ? S("roles") : S("permissions"));
        if (roles)
            put_names(w, &held);
        else
            put_permissions(a, w, &held);
        json_end(w);
    }
    json_end(json_end(w));
}

fallible opensafely_user(Req *q)
{
    Standing s;
    OpensafelyPerson person;
    bool found;
    TRY(opensafely_person(q->db, q->a, req_param(q, "username"), &person, &found));
    if (!found) return fail(q->a, ERR_NOT_FOUND, "Not found.");
    TRY(opensafely_roles(q->db, q->a, person.id, &s.roles));
    TRY(opensafely_orgs(q->db, q->a, person.id, &s.orgs));
    TRY(opensafely_projects(q->db, q->a, person.id, &s.projects));
    Buf b = {.a = q->a};
    JsonOut w = json_begin(&b, JSON_COMPACT);
    put_standing(q->a, json_key(json_obj(&w), S("permissions")), &s, false);
    put_standing(q->a, json_key(&w, S("roles")), &s, true);
    json_end(&w);
    return answer_json(q, 200, buf_str(&b));
}

// --- workspaces/<name>/…

fallible opensafely_statuses(Req *q)
{
    WorkspaceGet workspace;
    OpensafelyStatusesOf list;
    bool found;
    TRY(workspace_by_name(q->db, q->a, req_param(q, "workspace"), &workspace, &found));
    if (!found) { // with an empty body, as the page script of the original expects it
        q->answer.status = 404;
        q->answer.mime = S("application/json");
        return NULL;
    }
    TRY(opensafely_statuses_of(q->db, q->a, workspace.id, req_query(q, "backend"), &list));
    Buf b = {.a = q->a};
    JsonOut w = json_begin(&b, JSON_COMPACT);
    json_obj(&w);
    for (isize i = 0; i < list.n; i++)
        json_str(json_key(&w, list.v[i].action), list.v[i].status);
    json_end(&w);
    return answer_json(q, 200, buf_str(&b));
}

fallible opensafely_workspace_status(Req *q)
{
    WorkspaceGet workspace;
    bool found;
    TRY(workspace_by_name(q->db, q->a, req_param(q, "workspace"), &workspace, &found));
    if (!found) return fail(q->a, ERR_NOT_FOUND, "Not found.");
    return answer_json(q, 200, S("{\"uses_new_release_flow\":true}"));
}

// --- release-notifications/

typedef struct ReleaseNote {
    Str created_by, path;
    StrList files;
} ReleaseNote;
static const WireField note_fields[] = {
    {"created_by", WIRE_TEXT,  true,  false, false, offsetof(ReleaseNote, created_by), NULL},
    {"path",       WIRE_TEXT,  true,  false, false, offsetof(ReleaseNote, path),       NULL},
    {"files",      WIRE_TEXTS, false, false, false, offsetof(ReleaseNote, files),      NULL},
};

// The original tells a chat room; we keep it where nobody can lose it.
fallible opensafely_release_notification(Req *q)
{
    const Json *body;
    bool refused;
    ReleaseNote n = {0};
    Str errors;
    BackendGet backend;
    TRY(wire_body(q, &body, &refused));
    if (refused) return NULL;
    if (!wire_read(q->a, body, note_fields, COUNT(note_fields), &n, &errors))
        return wire_refuse(q, errors);
    TRY(backend_by_id(q->db, q->a, q->who.backend, &backend));
    Buf echo = {.a = q->a};
    JsonOut w = json_begin(&echo, JSON_COMPACT);
    json_str(json_key(json_obj(&w), S("created_by")), n.created_by);
    json_str(json_key(&w, S("path")), n.path);
    if (n.files.n) put_names(json_key(&w, S("files")), &n.files);
    json_end(&w);
    TRY(audit_note(q->db, q->a,
                   (AuditLine){.at = q->now,
                               .who = backend.slug,
                               .action = S("release.notify"),
                               .kind = S("backend"),
                               .object = backend.slug,
                               .details = buf_str(&echo)}));
    return answer_json(q, 201, buf_str(&echo));
}
