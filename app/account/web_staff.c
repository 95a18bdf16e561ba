// Pages of people for those who run the site.
#include "account/staff.page.h"
#include "web/frame.h"
#include "web/piece.h"

enum { PAGE = 25 };
#define LINK_LASTS DAYS(3)

static fallible people_get(Req *q)
{
    PersonList list;
    Str text = req_query(q, "q"), role = req_query(q, "role");
    TRY(person_list(q->db, q->a, text, role, req_query(q, "after"), PAGE + 1, &list));
    bool more = list.n > PAGE;
    if (more) list.n = PAGE;
    frame_head(q, S("People"));
    staff_people_page(&q->answer.body, &list, text, role, more ? list.v[PAGE - 1].username : S(""),
                      q->a, q->now);
    frame_foot(q);
    return NULL;
}

static fallible new_get(Req *q)
{
    frame_head(q, S("Add a person"));
    staff_new_page(&q->answer.body, csrf_field(q));
    frame_foot(q);
    return NULL;
}

static fallible person_asked(Req *q, Person *out)
{
    bool found;
    TRY(person_find(q->db, q->a, req_param(q, "username"), out, &found));
    return found ? NULL
                 : fail(q->a, ERR_NOT_FOUND, "there is nobody called \"%.*s\"",
                        STR(req_param(q, "username")));
}

static fallible back(Req *q, Str username, const char *said)
{
    answer_flash(q, FLASH_DONE, "%s", said);
    return answer_redirect(q, arena_fmt(q->a, "/staff/users/%.*s/", STR(username)));
}

static fallible show_person(Req *q, Str link)
{
    StaffPerson s = {.a = q->a, .now = q->now, .link = link};
    RoleOf held;
    TRY(person_asked(q, &s.person));
    TRY(account_has_factor(q->db, q->a, s.person.id, &s.two_factor));
    TRY(role_of(q->db, q->a, s.person.id, 0, &held));
    for (isize i = 0; i < held.n; i++)
        str_list_add(q->a, &s.roles, held.v[i].role);
    frame_head(q, s.person.username);
    staff_person_page(&q->answer.body, &s, csrf_field(q));
    frame_foot(q);
    return NULL;
}

static fallible person_page(Req *q)
{
    return show_person(q, S(""));
}

static fallible new_post(Req *q)
{
    i64 person;
    Str username = req_field(q, "username");
    TRY(account_person_make(q->db, q->a, q->now, q->who.id, username, req_field(q, "name"),
                            req_field(q, "email"), &person));
    return back(q, username, "Added; now give roles, and a one-time link to sign in with");
}

static fallible roles_post(Req *q)
{
    Person p;
    StrList roles = {0};
    TRY(person_asked(q, &p));
    req_fields(q, "roles", &roles);
    if (p.id == q->who.id && !str_list_has(&roles, S("CoreDeveloper")))
        return fail(q->a, ERR_CONFLICT,
                    "you cannot take Core Developer from yourself; ask another one to do it");
    TRY(account_roles_set(q->db, q->a, q->now, q->who.id, p.id, 0, &roles));
    return back(q, p.username, "Roles saved");
}

static fallible link_post(Req *q)
{
    Person p;
    Str path;
    TRY(person_asked(q, &p));
    TRY(account_link_make(q->db, q->a, q->now, q->who.id, p.id, LINK_LASTS, &path));
    return show_person(q, arena_fmt(q->a, "%.*s%.*s", STR(q->server->origin), STR(path)));
}

static fallible reset_post(Req *q)
{
    Person p;
    TRY(person_asked(q, &p));
    TRY(account_factor_reset(q->db, q->a, q->now, q->who.id, p.id));
    return back(q, p.username, "The second factor is gone");
}

static fallible sign_out_post(Req *q)
{
    Person p;
    TRY(person_asked(q, &p));
    TRY(account_sign_out_all(q->db, q->a, q->now, q->who.id, p.id, 0));
    return back(q, p.username, "Signed out everywhere");
}

static fallible activate_post(Req *q)
{
    Person p;
    TRY(person_asked(q, &p));
    TRY(account_active_set(q->db, q->a, q->now, q->who.id, p.id, true));
    return back(q, p.username, "Active again");
}

static fallible deactivate_post(Req *q)
{
    Person p;
    TRY(person_asked(q, &p));
    TRY(account_active_set(q->db, q->a, q->now, q->who.id, p.id, false));
    return back(q, p.username, "Deactivated and signed out");
}

static const Field new_fields[] = {
    {"username",  FIELD_TEXT, true, 60},
    {"name",       FIELD_TEXT, false, 100},
    {"email",           FIELD_TEXT, false, 254},
    {0}
};
static const Field role_fields[] = {
    {"roles", FIELD_MANY, false, 60},
    {0 }
};

#define PERSON "/staff/users/{username}/"
static const Route rows[] = {
    {GET,  "/staff/users/",               PERM_USER_MANAGE, NULL, people_get,      NULL,        0, ROUTE_PAGE},
    {GET,  "/staff/users/new/",           PERM_USER_MANAGE, NULL, new_get,         NULL,        0, ROUTE_PAGE},
    {POST, "/staff/users/new/",           PERM_USER_MANAGE, NULL, new_post,        new_fields,  0, ROUTE_PAGE},
    {GET,  PERSON,                        PERM_USER_MANAGE, NULL, person_page,     NULL,        0, ROUTE_PAGE},
    {POST, PERSON "roles/",               PERM_USER_MANAGE, NULL, roles_post,      role_fields, 0, ROUTE_PAGE},
    {POST, PERSON "link/",                PERM_USER_MANAGE, NULL, link_post,       NULL,        0, ROUTE_PAGE},
    {POST, PERSON "reset-second-factor/", PERM_USER_MANAGE, NULL, reset_post,      NULL,        0, ROUTE_PAGE},
    {POST, PERSON "sign-out/",            PERM_USER_MANAGE, NULL, sign_out_post,   NULL,        0, ROUTE_PAGE},
    {POST, PERSON "activate/",            PERM_USER_MANAGE, NULL, activate_post,   NULL,        0, ROUTE_PAGE},
    {POST, PERSON "deactivate/",          PERM_USER_MANAGE, NULL, deactivate_post, NULL,        0, ROUTE_PAGE},
};
const RouteList account_staff_routes = ROUTES(rows);
