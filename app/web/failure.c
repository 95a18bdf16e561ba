// A failure as an answer: in the words of the room's protocol, as {"detail": …}, or as a page.
#include "web/failure.h"

#include "kit/json.h"
#include "os/random.h"
#include "web/admit.h"
#include "web/frame.h"
#include "web/gate.h"

// Faults of ours are told by a number that the operator finds in the log.
static const Err *told(Req *q, const Err *e)
{
    if (e->kind != ERR_BUG && e->kind != ERR_IO) return e;
    Str id = random_hex(q->a, 4);
    log_line(q->server->log, q->now, LOG_ERROR, "web", "%.*s %.*s: %.*s (fault %.*s)",
             STR(exchange(q)->head->verb), STR(q->path), STR(e->say), STR(id));
    Err *out = fail(q->a, e->kind,
                    "Something failed on our side. Try again; if it stays, tell the operator the "
                    "number %.*s.",
                    STR(id));
    out->code = e->code;
    return out;
}

static void say_detail(Req *q, int status, const Err *e)
{
    Buf body = {.a = q->a};
    JsonOut w = json_begin(&body, JSON_COMPACT);
    json_end(json_str(json_key(json_obj(&w), S("detail")), e->say));
    q->answer.status = status;
    q->answer.mime = S("application/json");
    q->answer.body = body;
}

static void say_page(Req *q, int status, const Err *e)
{
    static const struct {
        int status;
        const char *title;
    } titles[] = {
        {400, "This cannot be accepted"},
        {403, "Not allowed"            },
        {404, "Not found"              },
        {405, "Not possible here"      },
        {409, "Somebody was first"     },
        {413, "Too large"              },
        {415, "Not understood"         },
        {503, "Busy"                   },
    };
    const char *title = "Something failed";
    for (isize i = 0; i < COUNT(titles); i++)
        if (titles[i].status == status) title = titles[i].title;
    Db *before = q->db;
    if (!before) q->db = req_db_take(q, DB_READ_ONLY);
    // A failure before anybody asked who is there; the frame wants to know.
    Err *unknown = exchange(q)->asked ? NULL : admit_who(q);
    if (unknown) q->who = (Visitor){0};
    frame_message(q, status, str_from(title), str_printable(q->a, e->say));
    if (!before) req_db_give(q, q->db);
    q->db = before;
}

void failure_say(Req *q, const Err *e, Str allow)
{
    Exchange *x = exchange(q);
    if (x->gone) return;
    int status = x->status ? x->status : err_http_status(e->kind);
    e = told(q, e);
    x->close = x->close || x->begun;
    if (x->begun) return;
    x->flashes.n = 0;
    q->answer = (Answer){.body = {.a = q->a}};
    bool api = x->row ? x->row->flags & ROUTE_API : str_starts(q->path, S("/api/"));
    if (x->list && x->list->say_failure)
        x->list->say_failure(q, status, e);
    else if (api)
        say_detail(q, status, e);
    else
        say_page(q, status, e);
    if (allow.n) answer_header(q, S("Allow"), allow);
    if (status == 503) answer_header(q, S("Retry-After"), S("5"));
}
