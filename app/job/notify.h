// notify: tells the creator of a request by mail how it ended: one mail for all its jobs.
#pragma once
#include "job/job.h"

fallible job_notify_ended(Req *, Db *, const JobRequest *);
// Pure: the words. Subject "failed: [os workspace] action" (contract 3.9), or "3 of 5 actions" for several.
Str job_notify_subject(Arena *, const JobRequest *, const JobList *);
Str job_notify_body(Arena *, const JobRequest *, const JobList *, Str origin);
