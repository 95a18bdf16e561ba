// The first page, and the first page of the staff area.
#include "admin/home.h"

#include "account/account.h"
#include "admin/home.page.h"
#include "backend/backend.h"
#include "job/job.h"
#include "web/frame.h"
#include "workspace/workspace.h"

static fallible welcome(Req *q)
{
    frame_head(q, S("Welcome"));
    home_welcome(&q->answer.body);
    frame_foot(q);
    return NULL;
}

static fallible home_page(Req *q)
{
    HomeParts h = {.now = q->now, .a = q->a};
    if (!q->who.id) return welcome(q);
    TRY(workspace_of_person(q->db, q->a, q->who.id, &h.workspaces));
    TRY(backend_of_person(q->db, q->a, q->who.id, &h.sites));
    TRY(job_panel_running(q, &h.running));
    TRY(job_panel_newest(q, 0, 8, &h.newest));
    TRY(release_of_person(q->db, q->a, q->who.id, 5, &h.released));
    h.name = q->who.name;
    h.may_make_org = req_may(q, PERM_ORG_CREATE);
    frame_head(q, S("Home"));
    home_show(&q->answer.body, &h);
    frame_foot(q);
    return NULL;
}

static fallible staff_page(Req *q)
{
    frame_head(q, S("Staff area"));
    home_staff(&q->answer.body);
    frame_foot(q);
    return NULL;
}

static fallible old_workspaces(Req *q)
{
    return answer_redirect(q, S("/"));
}

static const Route rows[] = {
    {GET, "/",            PERM_ANYONE, NULL, home_page,      NULL, 0, ROUTE_PAGE},
    {GET, "/workspaces/", PERM_ANYONE, NULL, old_workspaces, NULL, 0, ROUTE_PAGE},
    {GET, "/staff/",      PERM_STAFF,  NULL, staff_page,     NULL, 0, ROUTE_PAGE},
};
const RouteList home_routes = ROUTES(rows);
