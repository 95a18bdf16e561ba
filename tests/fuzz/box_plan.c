// The plan that a supervisor is handed: whatever is accepted is written again byte for byte.
#include "box/plan.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t n)
{
    Arena a = {0};
    BoxPlan p;
    Str bytes = {(const char *)data, (isize)n};
    if (!box_plan_decode(&a, bytes, &p)) {
        Str again = box_plan_encode(&a, &p);
        must(again.n == bytes.n && !memcmp(again.s, bytes.s, (size_t)bytes.n));
        must(box_plan_text(&a, &p).n > 0);
    }
    arena_free(&a);
    return 0;
}
