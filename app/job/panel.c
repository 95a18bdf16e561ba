// What other pages show of requests: what runs for somebody, and what is new.
#include "base/str.h"
#include "job/pages.h"

static Html rows_html(Req *q, JobLogPage *p)
{
    Buf b = {.a = q->a};
    p->now = q->now;
    p->shown = p->requests.n;
    job_log_rows(&b, p);
    return (Html){buf_str(&b)};
}

fallible job_panel_running(Req *q, Html *out)
{
    JobLogPage p = {0};
    *out = (Html){0};
    if (!q->who.id) return NULL;
    TRY(job_request_running(q->db, q->a, q->who.id, &p.requests));
    if (p.requests.n) *out = rows_html(q, &p);
    return NULL;
}

fallible job_panel_newest(Req *q, i64 workspace, isize n, Html *out)
{
    JobLogPage p = {.is_workspace = workspace != 0};
    Str lead = workspace ? S("workspace") : q->who.id ? S("mine") : S("all");
    TRY(job_log(q->db, q->a, lead, INT64_MAX, workspace, 0, 0, S(""), workspace ? 0 : q->who.id,
                S(""), n, &p.requests));
    *out = p.requests.n ? rows_html(q, &p) : (Html){0};
    return NULL;
}
