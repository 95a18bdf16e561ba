// A project.yaml from a stranger: read, checked by both rules, planned; never a crash, never long.
#include "study/command.h"
#include "study/plan.h"
#include "study/show.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a = {0};
    Buf b = {.a = &a};
    JsonOut w = json_begin(&b, JSON_COMPACT);
    json_arr(&w);
    for (int rules = 0; rules < STUDY_RULES_COUNT; rules++) {
        const Study *study =
            study_check(&a, (Str){(const char *)data, (isize)size}, (StudyRules)rules);
        PlanRequest request = {.codelists_ok = true, .dummy = true, .workspace = S("w")};
        str_list_add(&a, &request.actions, S("run_all"));
        Plan plan = plan_make(&a, study, &request);
        must(!study->problems.n == !plan.refused || plan.n);
        show_study_json(&w, study);
        show_plan_json(&a, &w, &plan);
    }
    json_end(&w);
    const Json *again = NULL;
    must(json_parse(&a, buf_str(&b), &again) == NULL); // whatever came in, JSON comes out
    arena_free(&a);
    return 0;
}
