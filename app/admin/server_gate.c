// Who may do what at the server.
#include "admin/server_gate.h"

#include "account/account.h"
#include "backend/backend.h"
#include "org/org.h"

static fallible by_token(Db *db, Arena *a, Time now, Str authorization, Visitor *out)
{
    BackendByHash b;
    bool found;
    TRY(backend_by_token(db, a, now, authorization, &found, &b));
    if (found)
        *out = (Visitor){.backend = b.id,
                         .token = b.token,
                         .username = b.slug,
                         .name = b.name,
                         .unseen = b.fresh};
    return NULL;
}

static fallible touch(Db *db, Arena *a, Time now, const Visitor *v)
{
    return v->backend ? backend_token_take(db, a, now, v->token)
                      : account_session_touch(db, a, now, v);
}

// Members of an org may make projects in it, whatever their roles; everything else is account's table.
static fallible may(Db *db, Arena *a, const Visitor *v, Perm p, Scope s, bool *out)
{
    OrgHasMember in_org = {0};
    if (v->backend) {
        *out = p == PERM_BACKEND;
        return NULL;
    }
    if (p == PERM_PROJECT_CREATE && s.org) TRY(org_has_member(db, a, s.org, v->id, &in_org));
    *out = in_org.member;
    if (!*out) TRY(account_may(db, a, v, p, s, out));
    // Staff add the first people to a project: the contract gives them pages of their own for that, here they share them.
    if (!*out && p == PERM_PROJECT_MEMBERSHIP_EDIT) TRY(account_may(db, a, v, PERM_STAFF, s, out));
    return NULL;
}

static fallible banner(Req *q, Str *out)
{
    return backend_banner(q->db, q->a, q->now, out);
}

// Where a second factor is required, who has none is treated as somebody without roles until it is set up.
static fallible may_with_factor(Db *db, Arena *a, const Visitor *v, Perm p, Scope s, bool *out)
{
    bool has = true;
    *out = false;
    if (v->id) TRY(account_has_factor(db, a, v->id, &has));
    return has ? may(db, a, v, p, s, out) : NULL;
}

static fallible banner_with_factor(Req *q, Str *out)
{
    bool has = true;
    if (q->who.id) TRY(account_has_factor(q->db, q->a, q->who.id, &has));
    if (has) return banner(q, out);
    *out = S("This site requires a second factor. Set it up in your settings; until then you see "
             "only what everybody sees.");
    return NULL;
}

static const NavItem nav[] = {
    {"Home",          "/",           PERM_ANYONE},
    {"Event log",     "/event-log/", PERM_ANYONE},
    {"Organisations", "/orgs/",      PERM_ANYONE},
    {"Status",        "/status/",    PERM_ANYONE},
    {"Staff area",    "/staff/",     PERM_STAFF },
};
#define SERVER_GATE(may_, banner_)                                                                 \
    {                                                                                              \
        .by_session = account_by_session, .touch = touch, .by_token = by_token, .may = may_,       \
        .banner = banner_, .place = "Server", .me = "/settings/", .nav = nav, .nav_n = COUNT(nav), \
    }
const Gate server_gate = SERVER_GATE(may, banner);
const Gate server_gate_with_factor = SERVER_GATE(may_with_factor, banner_with_factor);
