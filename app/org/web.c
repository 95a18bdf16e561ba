// Pages of organisations: the list for everybody, making and editing for staff.
#include "org/org.h"
#include "org/pages.h"
#include "web/frame.h"
#include "web/piece.h"

static fallible orgs_page(Req *q)
{
    OrgList list;
    TRY(org_list(q->db, q->a, &list));
    frame_head(q, S("Organisations"));
    org_index(&q->answer.body, &list, req_may(q, PERM_ORG_CREATE));
    frame_foot(q);
    return NULL;
}

static fallible new_page(Req *q)
{
    frame_head(q, S("New organisation"));
    org_new(&q->answer.body, csrf_field(q));
    frame_foot(q);
    return NULL;
}

static fallible new_post(Req *q)
{
    OrgGet org;
    TRY(org_make(q->db, q->a, q->now, q->who.id, req_field(q, "name"), req_field(q, "description"),
                 &org));
    answer_flash(q, FLASH_DONE, "%.*s is here; now add its members", STR(org.name));
    return answer_redirect(q, arena_fmt(q->a, "/staff/orgs/%.*s/", STR(org.slug)));
}

static fallible staff_page(Req *q)
{
    OrgGet org;
    OrgMembers members;
    TRY(org_get(q->db, q->a, req_param(q, "org"), &org));
    TRY(org_members(q->db, q->a, org.id, &members));
    frame_head(q, org.name);
    org_staff(&q->answer.body, &org, &members, q->now, q->a, csrf_field(q));
    frame_foot(q);
    return NULL;
}

static fallible edit_post(Req *q)
{
    OrgGet org;
    TRY(org_get(q->db, q->a, req_param(q, "org"), &org));
    TRY(org_edit(q->db, q->a, q->now, q->who.id, &org, req_field(q, "name"),
                 req_field(q, "description")));
    answer_flash(q, FLASH_DONE, "Saved");
    return answer_redirect(q, arena_fmt(q->a, "/staff/orgs/%.*s/", STR(org.slug)));
}

static fallible member_post(Req *q)
{
    OrgGet org;
    TRY(org_get(q->db, q->a, req_param(q, "org"), &org));
    TRY(org_member_by_name(q->db, q->a, q->now, q->who.id, &org, req_field(q, "username"),
                           !req_flag(q, "remove")));
    answer_flash(q, FLASH_DONE, "%.*s %s", STR(req_field(q, "username")),
                 req_flag(q, "remove") ? "no longer belongs here" : "belongs here now");
    return answer_redirect(q, arena_fmt(q->a, "/staff/orgs/%.*s/", STR(org.slug)));
}

static const Field org_fields[] = {
    {"name", FIELD_TEXT, true, 100},
    {"description",  FIELD_LONG, false, 2000},
    {0     }
};
static const Field member_fields[] = {
    {"username", FIELD_TEXT, true, 100},
    {"remove",      FIELD_FLAG, false, 0},
    {0         }
};

static const Route rows[] = {
    {GET,  "/orgs/",                     PERM_ANYONE,     NULL, orgs_page,   NULL,          0, ROUTE_PAGE},
    {GET,  "/staff/orgs/new/",           PERM_ORG_CREATE, NULL, new_page,    NULL,          0, ROUTE_PAGE},
    {POST, "/staff/orgs/new/",           PERM_ORG_CREATE, NULL, new_post,    org_fields,    0, ROUTE_PAGE},
    {GET,  "/staff/orgs/{org}/",         PERM_STAFF,      NULL, staff_page,  NULL,          0, ROUTE_PAGE},
    {POST, "/staff/orgs/{org}/",         PERM_STAFF,      NULL, edit_post,   org_fields,    0, ROUTE_PAGE},
    {POST, "/staff/orgs/{org}/members/", PERM_STAFF,      NULL, member_post, member_fields, 0,
     ROUTE_PAGE                                                                                          },
};
const RouteList org_routes = ROUTES(rows);
