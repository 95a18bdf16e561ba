// Reading a runner's report item by item.
#include "dialect/opensafely/report.h"

#include "base/str.h"
#include "dialect/opensafely/opensafely.h"

static const char *const statuses[] = {"pending", "running", "succeeded", "failed", NULL};

#define IN_REPORT(field) (offsetof(ReportItem, job) + offsetof(JobReport, field))
// What the server of 2022 demanded must be there; what came later may be absent (contract 2.4).
static const WireField fields[] = {
    {"job_request_id", WIRE_TEXT, true,            false,          false,        offsetof(ReportItem, request),    NULL},
    {"identifier",                WIRE_TEXT,              true,     false,  false,     IN_REPORT(identifier),                  NULL   },
    {"action",                WIRE_TEXT,                  true,         false,  false, IN_REPORT(action),              NULL    },
    {"status",                WIRE_TEXT,                  true,         false,  false, IN_REPORT(status),              statuses   },
    {"status_code",                WIRE_TEXT,             true,    true,  true,       IN_REPORT(status_code),                     NULL},
    {"status_message",                WIRE_TEXT,          true, true,  true,          IN_REPORT(status_message),                        NULL},
    {"created_at",                WIRE_TIME,              true,     false,  false,     IN_REPORT(created_at),                  NULL   },
    {"updated_at",                WIRE_TIME,              true,     false,  true,     IN_REPORT(updated_at),                   NULL },
    {"started_at",                WIRE_TIME,              true,     false,  true,     IN_REPORT(started_at),                   NULL   },
    {"completed_at",                WIRE_TIME,            true,   false,  true,       IN_REPORT(completed_at),                     NULL},
    {"run_command",                WIRE_TEXT,             false,    true, true,      IN_REPORT(run_command),                     NULL     },
    {"requires_db",                WIRE_BOOL,             false,    false, true,     IN_REPORT(requires_db),                    NULL},
    {"trace_context",                WIRE_JSON,           false,  false, true,       IN_REPORT(trace_context),                      NULL   },
    {"metrics",                WIRE_JSON,                 false,        false, true, IN_REPORT(metrics),                NULL     },
    {"protections",                WIRE_JSON,             false,    false, true,     IN_REPORT(protections),                    NULL},
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

Str report_refuse_type(Arena *a, const char *before, const Json *j, const char *after)
{
    return arena_fmt(a, "{\"non_field_errors\":[\"%s%.*s%s\"]}", before, STR(python_word(j)),
                     after);
}

const ReportItem *report_read(Arena *a, const Json *list, Str *errors)
{
    ReportItem *v = make(a, ReportItem, json_count(list) + 1);
    isize n = 0;
    bool good = true;
    Buf b = {.a = a};
    buf_byte(&b, '[');
    for (JsonWalk w = json_walk(list); json_next(&w); n++) {
        Str wrong;
        JobReport *r = &v[n].job;
        bool object = json_kind(w.value) == JSON_OBJECT, fine = object;
        if (object)
            fine = wire_read(a, w.value, fields, COUNT(fields), &v[n], &wrong);
        else
            wrong = report_refuse_type(a, "Invalid data. Expected a dictionary, but got ", w.value,
                                       ".");
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
