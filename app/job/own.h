// own: what the rules of job/ share among themselves.
#pragma once
#include "job/job.h"

// The actions of jobs that are not finished join the cancelled ones.
void job_cancelled_add(Arena *, const JobList *, StrList *cancelled);
// Posts to everybody who shows the request; to its backend's runner too when one is named.
void job_wake(Req *, i64 request, i64 workspace, i64 backend);
