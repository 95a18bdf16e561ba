// POST jobs/: a runner tells of all jobs of the requests it works on.
#include "backend/backend.h"
#include "base/map.h"
#include "base/str.h"
#include "dialect/opensafely/opensafely.h"
#include "dialect/opensafely/report.h"
#include "job/job.h"

typedef struct Group {
    Str request;
    isize n;
    JobReport *v;
} Group;

// Jobs of several requests may come in any order.
static Group **group(Arena *a, const ReportItem *v, isize n, isize *groups_n)
{
    Map seen = {0};
    Group **groups = make(a, Group *, n + 1);
    for (isize i = 0; i < n; i++) {
        void **at = map_at(a, &seen, v[i].request);
        if (!*at) {
            *at = groups[(*groups_n)++] = make(a, Group, 1);
            groups[*groups_n - 1]->request = v[i].request;
        }
        ((Group *)*at)->n++;
    }
    for (isize g = 0; g < *groups_n; g++) {
        groups[g]->v = make(a, JobReport, groups[g]->n);
        groups[g]->n = 0;
    }
    for (isize i = 0; i < n; i++) {
        Group *g = map_get(&seen, v[i].request);
        g->v[g->n++] = v[i].job;
    }
    return groups;
}

// Unknown requests, and those of other backends, are passed over: runners may still hold work of long ago.
static fallible take_group(Req *q, const Group *g)
{
    JobRequest r;
    bool found;
    TRY(job_request_by_identifier(q->db, q->a, g->request, &r, &found));
    if (!found || r.backend != q->who.backend) return NULL;
    return job_request_take_report(q, q->db, &r, g->v, g->n);
}

fallible opensafely_jobs(Req *q)
{
    const Json *body;
    bool refused;
    Str errors;
    i64 changed;
    isize groups_n = 0;
    TRY(wire_body(q, &body, &refused));
    if (refused) return NULL;
    if (json_kind(body) != JSON_LIST)
        return wire_refuse(q, report_refuse_type(q->a, "Expected a list of items but got type \\\"",
                                                 body, "\\\"."));
    const ReportItem *v = report_read(q->a, body, &errors);
    if (errors.n) return wire_refuse(q, errors);
    Group **groups = group(q->a, v, json_count(body), &groups_n);
    for (isize g = 0; g < groups_n; g++)
        TRY(take_group(q, groups[g]));
    TRY(backend_seen(q->db, q->a, q->who.backend, q->now, &changed));
    return answer_json(q, 200, S("{\"status\":\"success\"}"));
}
