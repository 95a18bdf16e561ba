// wire: the words of API v2 between server and runner, read and written; no network, no database.
#pragma once
#include "base/str.h"
#include "runner/runner.gen.h"

// A request as the server lists it.
typedef struct WireRequest {
    Str id, workspace, repo, branch, sha, database;
    StrList actions, cancelled;
    bool force, codelists_ok;
    Str repo_token; // for fetching the code once; never stored
    Str original;   // the whole request as JSON, without the token
    Str fault;      // why it cannot be used: then only id is certain
} WireRequest;
typedef struct WireRequests {
    WireRequest *v;
    isize n;
} WireRequests;
// An empty body is no requests. A request without an identifier cannot be answered and is left out.
fallible wire_requests_read(Arena *, Str body, WireRequests *out);

Str wire_job_id(Arena *, Str request,
                Str action); // made of both, so that nobody can make a job twice
Str wire_jobs(Arena *, const RunnerJob *, isize n); // the body of POST jobs/
Str wire_flags(Arena *, const RunnerFlags *);       // the Flags header
