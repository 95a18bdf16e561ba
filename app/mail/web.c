// Staff pages of the outbox.
#include "audit/audit.h"
#include "base/str.h"
#include "mail/mail.h"
#include "mail/pages.h"
#include "web/event.h"
#include "web/frame.h"
#include "web/piece.h"

enum { PAGE = 50 };

static fallible outbox(Req *q)
{
    MailList letters;
    MailHeldCount held;
    TRY(mail_held_count(q->db, q->a, &held));
    TRY(mail_list(q->db, q->a, req_query_i64(q, "before", INT64_MAX), &letters));
    frame_head(q, S("Outbox"));
    mail_outbox(&q->answer.body,
                &(MailOutbox){&letters, letters.n < PAGE ? letters.n : PAGE, held.held, q->now});
    frame_foot(q);
    return NULL;
}

static fallible letter(Req *q)
{
    Mail m;
    i64 id;
    if (!str_i64(req_param(q, "letter"), &id))
        return fail(q->a, ERR_NOT_FOUND, "There is no such letter.");
    TRY(mail_get(q->db, q->a, id, &m));
    frame_head(q, m.subject);
    mail_letter(&q->answer.body, &m, q->now, csrf_field(q));
    frame_foot(q);
    return NULL;
}

static fallible again(Req *q)
{
    i64 id, changed;
    if (!str_i64(req_param(q, "letter"), &id))
        return fail(q->a, ERR_NOT_FOUND, "There is no such letter.");
    TRY(mail_again(q->db, q->a, id, q->now, &changed));
    if (!changed)
        return fail(q->a, ERR_CONFLICT, "This letter is on its way already; reload the page.");
    req_post(q, MAIL_TOPIC);
    TRY(audit_note(q->db, q->a,
                   (AuditLine){.at = q->now,
                               .actor = q->who.id,
                               .action = S("mail.again"),
                               .kind = S("mail"),
                               .object = arena_fmt(q->a, "%lld", (long long)id)}));
    answer_flash(q, FLASH_DONE, "The letter is sent again");
    return answer_redirect(q, arena_fmt(q->a, "/staff/outbox/%lld/", (long long)id));
}

static const Route rows[] = {
    {GET,  "/staff/outbox/",                PERM_STAFF, NULL, outbox, NULL, 0, ROUTE_PAGE},
    {GET,  "/staff/outbox/{letter}/",       PERM_STAFF, NULL, letter, NULL, 0, ROUTE_PAGE},
    {POST, "/staff/outbox/{letter}/again/", PERM_STAFF, NULL, again,  NULL, 0, ROUTE_PAGE},
};
const RouteList mail_routes = ROUTES(rows);
