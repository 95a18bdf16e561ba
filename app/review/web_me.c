// The visitor's own pages.
#include "review/me.h"
#include "review/notice.page.h"

#include "audit/audit.h"
#include "kit/minisign.h"
#include "web/frame.h"
#include "web/piece.h"

static fallible notices_page(Req *q)
{
    NoticeList list;
    TRY(notice_list(q->db, q->a, q->who.id, &list));
    frame_head(q, S("New for you"));
    notice_page(&q->answer.body, &list, csrf_field(q), q->now, q->a);
    frame_foot(q);
    return NULL;
}

static fallible notices_post(Req *q)
{
    i64 changed;
    TRY(notice_read_all(q->db, q->a, q->who.id, q->now, &changed));
    return answer_redirect(q, S("/notices/"));
}

static fallible own_page(Req *q)
{
    VisitorGet who;
    TRY(visitor_get(q->db, q->a, q->who.id, &who));
    if (!who.name.n) who.name = who.username;
    frame_head(q, S("You"));
    me_page(&q->answer.body, &who, csrf_field(q), q->now, q->a);
    frame_foot(q);
    return NULL;
}

static fallible key_post(Req *q)
{
    MinisignKey key;
    i64 changed;
    Str line = req_field(q, "public_key");
    if (line.n) {
        TRY(minisign_key_read(q->a, line, &key));
        line = minisign_key_line(q->a, &key);
    }
    TRY(visitor_key_set(q->db, q->a, q->who.id, line, &changed));
    TRY(audit_note(q->db, q->a,
                   (AuditLine){.at = q->now,
                               .actor = q->who.id,
                               .who = q->who.username,
                               .action = S("visitor.key"),
                               .kind = S("visitor"),
                               .object = q->who.username,
                               .details = line.n ? arena_fmt(q->a, "{\"key\":\"%.*s\"}",
                                                             STR(minisign_key_name(q->a, &key)))
                                                 : (Str){0}}));
    answer_flash(q, FLASH_DONE, line.n ? "Your key is registered" : "Your key is taken away");
    return answer_redirect(q, S("/me/"));
}

static const Field no_fields[] = {{0}};
static const Field key_fields[] = {
    {"public_key", FIELD_TEXT, false, 200},
    {0      }
};
static const Route rows[] = {
    {GET,  "/notices/", PERM_REVIEW_LOOK,  NULL, notices_page, NULL,       0, ROUTE_PAGE},
    {POST, "/notices/", PERM_REVIEW_LOOK,  NULL, notices_post, no_fields,  0,
     ROUTE_PAGE | ROUTE_NO_NOTE                                                         },
    {GET,  "/me/",      PERM_REVIEW_LOOK,  NULL, own_page,     NULL,       0, ROUTE_PAGE},
    {POST, "/me/key/",  PERM_REVIEW_CHECK, NULL, key_post,     key_fields, 0, ROUTE_PAGE},
};
const RouteList review_me_routes = ROUTES(rows);
