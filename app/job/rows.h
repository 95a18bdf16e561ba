// rows: the handlers of job/, gathered into its routes by web.c.
#pragma once
#include "job/job.h"

// Who sees run pages and who may ask is in the rows; these find the things that the path names.
fallible job_request_of(Req *, JobRequest *out); // {org}/{project}/{workspace}/{request}
fallible job_of(Req *, const JobRequest *,
                Job *out); // {job}: an identifier or a beginning that only one job has

// web_log.c
fallible job_log_get(Req *);
fallible job_log_live(Req *);
fallible job_log_moved(Req *);
fallible workspace_log_get(Req *);
fallible workspace_log_live(Req *);
// web_request.c
fallible job_request_get_page(Req *);
fallible job_request_get_live(Req *);
// The live part of a page about the request in the path: drawn anew at each change.
fallible job_request_stream(Req *, fallible (*render)(Req *));
fallible job_request_get_text(Req *);
fallible job_request_post_cancel(Req *);
fallible job_request_moved(Req *);
// web_job.c
fallible job_get_page(Req *);
fallible job_get_live(Req *);
fallible job_post_cancel(Req *);
fallible job_moved(Req *);
// web_run.c
fallible job_run_get(Req *);
fallible job_run_post(Req *);
fallible job_run_get_at(Req *); // {commit}
fallible job_run_post_at(Req *);
fallible job_pick_get(Req *);
