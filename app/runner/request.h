// request: from a request of the server to stored jobs, or to one failed job that says why not.
#pragma once
#include "runner/office.h"
#include "runner/wire.h"

// New: fetches the code, reads project.yaml, plans and stores the jobs, in one transaction. Known: cancels what the
// request wants cancelled. A request that cannot be used becomes one job "__error__" with the reason; only a failure
// of this machine is an error here, and then nothing was stored.
fallible request_take(Office *, Db *, Arena *, const WireRequest *, Time now);
