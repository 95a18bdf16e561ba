// Releases over the API (contract 2.7): the airlock, release-hatch and osrelease make and fill them, clients read them.

#include "account/account.h"
#include "backend/backend.h"
#include "dialect/opensafely/opensafely.h"
#include "org/org.h"
#include "release/release.h"
#include "web/gate.h"

fallible opensafely_upload_access(Req *q, Db *db, i64 project, i64 *person)
{
    PersonNamed p;
    BackendHasMember member;
    bool found, may;
    Str name = req_header(q, "OS-User");
    TRY(person_named(db, q->a, str_lower(q->a, name), &p, &found));
    if (!name.n || !found)
        return fail(q->a, ERR_FORBIDDEN, "Authentication credentials were not provided.");
    TRY(backend_has_member(db, q->a, q->who.backend, p.id, &member));
    Visitor v = {.id = p.id, .username = p.username};
    TRY(account_may(db, q->a, &v, PERM_RELEASE_FILE_UPLOAD, (Scope){.project = project}, &may));
    if (!member.member || !may)
        return fail(q->a, ERR_FORBIDDEN, "You do not have permission to perform this action.");
    *person = p.id;
    return NULL;
}

fallible opensafely_release_create(Req *q)
{
    WorkspaceGet w;
    ReleaseAsks asks;
    i64 person;
    Str id;
    TRY(opensafely_workspace(q, q->db, &w));
    TRY(opensafely_upload_access(q, q->db, w.project, &person));
    TRY(release_asks_read(q->a, q->body, release_file_most(q->server), &asks));
    Err *e = release_make(q->db, q->a, q->now, &w, q->who.backend, person, &asks, &id);
    if (e && e->kind == ERR_BAD_INPUT)
        e->say = arena_fmt(q->a, "%.*s from backend '%.*s'", STR(e->say), STR(q->who.username));
    TRY(e);
    Str url = arena_fmt(q->a, "%.*s/api/v2/releases/release/%.*s", STR(q->server->origin), STR(id));
    answer_header(q, S("Release-Id"), id);
    answer_header(q, S("Location"), url);
    return answer_json(
        q, 201,
        arena_fmt(q->a, "{\"release_id\":\"%.*s\",\"release_url\":\"%.*s\"}", STR(id), STR(url)));
}
