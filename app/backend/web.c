// Pages of backends: the status page for everybody, making and editing for staff.
#include "backend/backend.h"

#include "account/account.h"
#include "backend/pages.h"
#include "web/frame.h"
#include "web/piece.h"

static fallible status_page(Req *q)
{
    BackendGetList all;
    TRY(backend_list(q->db, q->a, &all));
    BackendCard *cards = make(q->a, BackendCard, all.n + 1);
    isize n = 0;
    for (isize i = 0; i < all.n; i++) {
        if (!all.v[i].is_active) continue;
        cards[n] = (BackendCard){.b = all.v[i], .missing = backend_is_missing(&all.v[i], q->now)};
        TRY(backend_requests(q->db, q->a, all.v[i].id, &cards[n].requests));
        n++;
    }
    frame_head(q, S("Status"));
    backend_status(&q->answer.body, cards, n, q->now, q->a);
    frame_foot(q);
    return NULL;
}

// For monitoring programs: the last contact as plain text, and 503 when it is too long ago (contract 3.2).
static fallible status_text(Req *q)
{
    BackendGet b;
    TRY(backend_get(q->db, q->a, req_param(q, "backend"), &b));
    q->answer.mime = S("text/plain; charset=utf-8");
    q->answer.status = backend_is_missing(&b, q->now) ? 503 : 200;
    buf_put(&q->answer.body, time_iso(q->a, b.last_seen_at ? b.last_seen_at : q->now));
    return NULL;
}

static fallible index_page(Req *q)
{
    BackendGetList all;
    TRY(backend_list(q->db, q->a, &all));
    frame_head(q, S("Backends"));
    backend_index(&q->answer.body, &all, q->now, q->a);
    frame_foot(q);
    return NULL;
}

static fallible new_page(Req *q)
{
    frame_head(q, S("New backend"));
    backend_new(&q->answer.body, csrf_field(q));
    frame_foot(q);
    return NULL;
}

static fallible new_post(Req *q)
{
    BackendGet b;
    Str token;
    TRY(backend_make(q->db, q->a, q->now, q->who.id, req_field(q, "slug"), req_field(q, "name"),
                     req_field(q, "level_4_url"), &b, &token));
    return backend_secret_show(q, backend_token_page, &b, "The runner's token", token);
}

static fallible show_page(Req *q)
{
    BackendGet b;
    BackendMembers members;
    BackendTokens tokens;
    TRY(backend_get(q->db, q->a, req_param(q, "backend"), &b));
    TRY(backend_members(q->db, q->a, b.id, &members));
    TRY(backend_tokens(q->db, q->a, b.id, q->now, &tokens));
    frame_head(q, b.name);
    backend_show(&q->answer.body, &b, &members, &tokens, q->now, q->a, csrf_field(q));
    frame_foot(q);
    return NULL;
}

static fallible back_to(Req *q, const BackendGet *b)
{
    return answer_redirect(q, arena_fmt(q->a, "/staff/backends/%.*s/", STR(b->slug)));
}

static fallible edit_post(Req *q)
{
    BackendGet b;
    TRY(backend_get(q->db, q->a, req_param(q, "backend"), &b));
    TRY(backend_change(q->db, q->a, q->now, q->who.id, &b, req_field(q, "name"),
                       req_field(q, "level_4_url"), req_flag(q, "is_active")));
    answer_flash(q, FLASH_DONE, "Saved");
    return back_to(q, &b);
}

static fallible member_post(Req *q)
{
    BackendGet b;
    PersonNamed person;
    bool found;
    TRY(backend_get(q->db, q->a, req_param(q, "backend"), &b));
    TRY(person_named(q->db, q->a, str_lower(q->a, req_field(q, "username")), &person, &found));
    if (!found)
        return fail(q->a, ERR_BAD_INPUT,
                    "nobody here is called \"%.*s\"; add the person in the staff area first",
                    STR(req_field(q, "username")));
    TRY(backend_member_set(q->db, q->a, q->now, q->who.id, &b, person.id, !req_flag(q, "remove")));
    return back_to(q, &b);
}

static const Field new_fields[] = {
    {"slug",      FIELD_TEXT, true, 60},
    {"name",       FIELD_TEXT, false, 100},
    {"level_4_url",           FIELD_TEXT, false, 300},
    {0}
};
static const Field edit_fields[] = {
    {"name",      FIELD_TEXT, true, 100},
    {"level_4_url",       FIELD_TEXT, false, 300},
    {"is_active",           FIELD_FLAG, false, 0},
    {0}
};
static const Field member_fields[] = {
    {"username", FIELD_TEXT, true, 100},
    {"remove",      FIELD_FLAG, false, 0},
    {0         }
};

#define STAFF "/staff/backends/"
static const Route rows[] = {
    {GET,  "/status/",                 PERM_ANYONE,         NULL, status_page, NULL,          0, ROUTE_PAGE},
    {GET,  "/status/{backend}/",       PERM_ANYONE,         NULL, status_text, NULL,          0, ROUTE_PAGE},
    {GET,  STAFF,                      PERM_BACKEND_MANAGE, NULL, index_page,  NULL,          0, ROUTE_PAGE},
    {GET,  STAFF "new/",               PERM_BACKEND_MANAGE, NULL, new_page,    NULL,          0, ROUTE_PAGE},
    {POST, STAFF "new/",               PERM_BACKEND_MANAGE, NULL, new_post,    new_fields,    0, ROUTE_PAGE},
    {GET,  STAFF "{backend}/",         PERM_BACKEND_MANAGE, NULL, show_page,   NULL,          0, ROUTE_PAGE},
    {POST, STAFF "{backend}/",         PERM_BACKEND_MANAGE, NULL, edit_post,   edit_fields,   0, ROUTE_PAGE},
    {POST, STAFF "{backend}/members/", PERM_BACKEND_MANAGE, NULL, member_post, member_fields, 0,
     ROUTE_PAGE                                                                                            },
};
const RouteList backend_routes = ROUTES(rows);
