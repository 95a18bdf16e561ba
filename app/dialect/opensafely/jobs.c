// POST jobs/: a runner tells of all jobs of the requests it works on.
#include "backend/backend.h"
#include "base/map.h"
#include "base/str.h"
#include "dialect/opensafely/opensafely.h"
#include "job/job.h"

typedef struct Sent {
    JobReport report;
    Str request;
} Sent;

static const char *const statuses[] = {"pending", "running", "succeeded", "failed", NULL};

#define IN_REPORT(field) (offsetof(Sent, report) + offsetof(JobReport, field))
// What the server of 2022 demanded must be there; what came later may be absent (contract 2.4).
static const WireField fields[] = {
    {"job_request_id", WIRE_TEXT, true,            false,          false,        offsetof(Sent, request),          NULL},
    {"identifier",                WIRE_TEXT,              true,     false,  false,     IN_REPORT(identifier),            NULL   },
    {"action",                WIRE_TEXT,                  true,         false,  false, IN_REPORT(action),        NULL    },
    {"status",                WIRE_TEXT,                  true,         false,  false, IN_REPORT(status),        statuses   },
    {"status_code",                WIRE_TEXT,             true,    true,  true,       IN_REPORT(status_code),               NULL},
    {"status_message",                WIRE_TEXT,          true, true,  true,          IN_REPORT(status_message),                  NULL},
    {"created_at",                WIRE_TIME,              true,     false,  false,     IN_REPORT(created_at),            NULL   },
    {"updated_at",                WIRE_TIME,              true,     false,  true,     IN_REPORT(updated_at),             NULL },
    {"started_at",                WIRE_TIME,              true,     false,  true,     IN_REPORT(started_at),             NULL   },
    {"completed_at",                WIRE_TIME,            true,   false,  true,       IN_REPORT(completed_at),               NULL},
    {"run_command",                WIRE_TEXT,             false,    true, true,      IN_REPORT(run_command),               NULL     },
    {"requires_db",                WIRE_BOOL,             false,    false, true,     IN_REPORT(requires_db),              NULL},
    {"trace_context",                WIRE_JSON,           false,  false, true,       IN_REPORT(trace_context),                NULL   },
    {"metrics",                WIRE_JSON,                 false,        false, true, IN_REPORT(metrics),          NULL     },
    {"protections",                WIRE_JSON,             false,    false, true,     IN_REPORT(protections),              NULL},
};

static Str python_word(const Json *j)
{
    switch (json_kind(j)) {
    case JSON_OBJECT:
        return S("dict");
    case JSON_TEXT:
        return S("str");
    case JSON_INT:
        return S("int");
    case JSON_REAL:
        return S("float");
    case JSON_BOOL:
        return S("bool");
    case JSON_LIST:
        return S("list");
    case JSON_ABSENT:
    case JSON_NULL:
        break;
    }
    return S("NoneType");
}

static Str non_field(Arena *a, const char *before, const Json *j, const char *after)
{
    return arena_fmt(a, "{\"non_field_errors\":[\"%s%.*s%s\"]}", before, STR(python_word(j)),
                     after);
}

// Reads every item; *errors is empty when all are good, else what to answer.
static Sent *items_read(Arena *a, const Json *list, Str *errors)
{
    Sent *v = make(a, Sent, json_count(list) + 1);
    isize n = 0;
    bool good = true;
    Buf b = {.a = a};
    buf_byte(&b, '[');
    for (JsonWalk w = json_walk(list); json_next(&w); n++) {
        Str wrong;
        JobReport *r = &v[n].report;
        bool object = json_kind(w.value) == JSON_OBJECT, fine = object;
        if (object)
            fine = wire_read(a, w.value, fields, COUNT(fields), &v[n], &wrong);
        else
            wrong = non_field(a, "Invalid data. Expected a dictionary, but got ", w.value, ".");
        if (!r->trace_context.n) r->trace_context = S("{}");
        if (!r->metrics.n) r->metrics = S("{}");
        if (!r->protections.n) r->protections = S("[]");
        good = good && fine;
        buf_fmt(&b, "%s%.*s", n ? "," : "", STR(wrong));
    }
    buf_byte(&b, ']');
    *errors = good ? S("") : buf_str(&b);
    return v;
}

typedef struct Group {
    Str request;
    isize n;
    JobReport *v;
} Group;

// Jobs of several requests may come in any order.
static Group **group(Arena *a, const Sent *v, isize n, isize *groups_n)
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
        g->v[g->n++] = v[i].report;
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
        return wire_refuse(
            q, non_field(q->a, "Expected a list of items but got type \\\"", body, "\\\"."));
    const Sent *v = items_read(q->a, body, &errors);
    if (errors.n) return wire_refuse(q, errors);
    Group **groups = group(q->a, v, json_count(body), &groups_n);
    for (isize g = 0; g < groups_n; g++)
        TRY(take_group(q, groups[g]));
    TRY(backend_seen(q->db, q->a, q->who.backend, q->now, &changed));
    return answer_json(q, 200, S("{\"status\":\"success\"}"));
}
