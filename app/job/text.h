// text: short texts about requests and jobs that several pages show. Pure.
#pragma once
#include "job/job.h"

extern const char *const job_log_states[]; // that the log can be filtered by
extern const isize job_log_states_n;

Str job_runtime_text(Arena *, const Job *);          // 00:03:12, or empty while it has not ended
Str job_first_line(Arena *, Str message);            // for rows of lists
Str job_actions_text(Arena *, Str json, isize most); // "a, b and 12 more"
Str job_sha_short(Str sha);                          // seven digits
void job_actions_read(Arena *, Str json, StrList *out);
