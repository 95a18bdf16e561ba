// demo_site: the made-up site of `tresor demo`: people, an org, a project, a backend, a workspace, a study in git.
#pragma once
#include "base/str.h"
#include "base/time.h"

typedef struct DemoPerson {
    Str username, name;
    StrList roles; // as people say them: "researcher", "output checker"
    i64 id;
    Str path; // one-time sign-in link at the server, without the origin
} DemoPerson;
enum { DEMO_PEOPLE = 5 };
typedef struct DemoSite {
    Str folder; // everything lies below it
    Str repo;   // file:// URL of the sample study
    Str commit;
    Str token; // of the backend's runner
    Str backend, workspace,
        workspace_path; // "demo", "sample-study", "/demo-lab/sample-project/sample-study/"
    DemoPerson people[DEMO_PEOPLE];
} DemoSite;

// Makes the repository and the server's database (with its key) under `folder`. No role may run yet.
fallible demo_site_make(Arena *, Str folder, Time now, DemoSite *out);
