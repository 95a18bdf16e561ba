// Staff pages of the outbox.
#include "base/str.h"
#include "mail/mail.h"
#include "mail/pages.h"
#include "web/frame.h"

enum { PAGE = 50 };

static fallible outbox(Req *q)
{
    MailList letters;
    TRY(mail_list(q->db, q->a, req_query_i64(q, "before", INT64_MAX), &letters));
    frame_head(q, S("Outbox"));
    mail_outbox(&q->answer.body,
                &(MailOutbox){&letters, letters.n < PAGE ? letters.n : PAGE, q->now});
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
    mail_letter(&q->answer.body, &m, q->now);
    frame_foot(q);
    return NULL;
}

static const Route rows[] = {
    {GET, "/staff/outbox/",          PERM_STAFF, NULL, outbox, NULL, 0, ROUTE_PAGE},
    {GET, "/staff/outbox/{letter}/", PERM_STAFF, NULL, letter, NULL, 0, ROUTE_PAGE},
};
const RouteList mail_routes = ROUTES(rows);
