// What a server lists: whatever it says, each request has an identifier and its token is never kept.
#include "base/str.h"
#include "kit/json.h"
#include "runner/wire.h"

#include "fuzz.h"

FUZZ
{
    WireRequests list;
    if (wire_requests_read(a, input, &list)) return;
    for (isize i = 0; i < list.n; i++) {
        const WireRequest *r = &list.v[i];
        const Json *kept;
        must(r->id.n > 0);
        must(!json_parse(a, r->original, &kept));
        must(json_kind(json_get(json_get(kept, S("workspace")), S("repo_token"))) == JSON_ABSENT);
        must(wire_job_id(a, r->id, S("run_all")).n == 16);
    }
}
