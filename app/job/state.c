// The state of a request from the states of its jobs.
#include "job/state.h"

#include "base/str.h"

static Str status_of(const JobFacts *f)
{
    if (!f->jobs) return f->cancelled ? S("cancelled") : S("unknown");
    if (f->pending == f->jobs) return S("pending");
    if (f->succeeded == f->jobs) return S("succeeded");
    if (f->running || f->pending) return S("running");
    if (f->cancelled) return S("cancelled");
    return f->failed ? S("failed") : S("unknown");
}

JobState job_state_derive(const JobFacts *f, Time now)
{
    bool open = f->pending + f->running > 0, waits = !f->jobs && !f->cancelled;
    JobState s = {status_of(f), open || waits, f->started_at, 0};
    if (!s.is_active) s.completed_at = f->completed_at ? f->completed_at : now;
    return s;
}

bool job_status_is_known(Str status)
{
    return job_status_is_final(status) || str_eq(status, S("pending")) ||
           str_eq(status, S("running"));
}

bool job_status_is_final(Str status)
{
    return str_eq(status, S("succeeded")) || str_eq(status, S("failed"));
}

// Runners of 2022 send no code, only the message.
Str job_word(Str status, Str status_code, Str status_message)
{
    bool cancelled = str_eq(status_code, S("cancelled_by_user")) ||
                     (!status_code.n && str_eq(status_message, S("Cancelled by user")));
    return cancelled && str_eq(status, S("failed")) ? S("cancelled") : status;
}
