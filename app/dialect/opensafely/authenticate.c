// What the airlock asks about people (contract 2.8): who is this, which workspaces may they see, do they check outputs.
#include "account/account.h"
#include "backend/backend.h"
#include "dialect/opensafely/authenticate.gen.h"
#include "dialect/opensafely/opensafely.h"

static fallible put_workspaces(Req *q, JsonOut *j, i64 person)
{
    AuthenticateWorkspaces list;
    TRY(authenticate_workspaces(q->db, q->a, person, &list));
    json_obj(json_key(j, S("workspaces")));
    for (isize i = 0; i < list.n; i++) {
        json_obj(json_key(j, list.v[i].name));
        json_obj(json_key(j, S("project_details")));
        json_str(json_key(j, S("name")), list.v[i].project);
        json_bool(json_key(j, S("ongoing")), true);
        json_str(json_arr(json_key(j, S("orgs"))), list.v[i].org);
        json_end(j);
        json_end(j);
        json_bool(json_key(j, S("archived")), list.v[i].is_archived);
        json_end(j);
    }
    json_end(j);
    return NULL;
}

static fallible answer_person(Req *q, i64 person)
{
    AuthenticatePerson p;
    bool checks;
    TRY(authenticate_person(q->db, q->a, person, &p));
    Visitor v = {.id = person};
    TRY(account_may(q->db, q->a, &v, PERM_RELEASE_FILE_UPLOAD, (Scope){0}, &checks));
    Buf b = {.a = q->a};
    JsonOut j = json_begin(&b, JSON_COMPACT);
    json_obj(&j);
    json_str(json_key(&j, S("username")), p.username);
    json_str(json_key(&j, S("fullname")), p.name.n ? p.name : p.username);
    TRY(put_workspaces(q, &j, person));
    json_end(json_obj(json_key(&j, S("copiloted_workspaces"))));
    json_bool(json_key(&j, S("output_checker")), checks);
    json_bool(json_key(&j, S("readonly_access")), false);
    json_end(&j);
    return answer_json(q, 200, buf_str(&b));
}

static fallible member_check(Req *q, i64 person)
{
    BackendHasMember m;
    TRY(backend_has_member(q->db, q->a, q->who.backend, person, &m));
    return m.member ? NULL
                    : fail(q->a, ERR_FORBIDDEN,
                           "This person does not belong to this backend; a Core Developer adds "
                           "people in the staff area.");
}

fallible opensafely_authenticate(Req *q)
{
    const Json *j;
    Str who, token;
    i64 person;
    TRY(json_parse(q->a, q->body, &j));
    TRY(json_need_str(q->a, j, S("user"), &who));
    TRY(json_need_str(q->a, j, S("token"), &token));
    TRY(account_airlock_code_spend(q->db, q->a, q->now, who, token, &person));
    if (!person)
        return fail(q->a, ERR_FORBIDDEN,
                    "The code is wrong, was used before, or is older than an hour; make a new one "
                    "in the server's settings.");
    TRY(member_check(q, person));
    return answer_person(q, person);
}

fallible opensafely_authorise(Req *q)
{
    const Json *j;
    Str who;
    PersonNamed p;
    bool found;
    TRY(json_parse(q->a, q->body, &j));
    TRY(json_need_str(q->a, j, S("user"), &who));
    TRY(person_named(q->db, q->a, str_lower(q->a, who), &p, &found));
    if (!found) return fail(q->a, ERR_NOT_FOUND, "Not found.");
    TRY(member_check(q, p.id));
    return answer_person(q, p.id);
}
