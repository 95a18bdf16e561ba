// Whatever a runner sends: it is taken with every field in its bounds, or refused with a body that is JSON.
#include "dialect/opensafely/report.h"
#include "fuzz.h"

static void is_json(Arena *a, Str text)
{
    const Json *j;
    must(json_parse(a, text, &j) == NULL);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t n)
{
    Arena a = {0};
    const Json *list = NULL;
    Str errors;
    Err *broken = json_parse(&a, arena_str(&a, data, (isize)n), &list);
    if (!broken && json_kind(list) == JSON_LIST) {
        const ReportItem *v = report_read(&a, list, &errors);
        if (errors.n) is_json(&a, errors);
        for (isize i = 0; i < json_count(list) && !errors.n; i++) {
            must(job_status_is_known(v[i].job.status) && v[i].request.n && v[i].job.identifier.n);
            is_json(&a, v[i].job.metrics);
            is_json(&a, v[i].job.trace_context);
            is_json(&a, v[i].job.protections);
        }
    } else if (!broken) {
        is_json(&a, report_refuse_type(&a, "Expected a list of items but got type \\\"", list,
                                       "\\\"."));
    }
    arena_free(&a);
    return 0;
}
