// How requests and jobs are put into a few words.
#include "job/text.h"

#include "base/str.h"
#include "kit/json.h"

const char *const job_log_states[] = {"failed",    "running",   "pending",
                                      "succeeded", "cancelled", "unknown"};
const isize job_log_states_n = COUNT(job_log_states);

enum { LINE_MAX_BYTES = 160 };

Str job_runtime_text(Arena *a, const Job *j)
{
    if (!j->completed_at || !j->started_at || j->completed_at < j->started_at) return S("");
    return time_span(a, j->completed_at - j->started_at);
}

Str job_first_line(Arena *a, Str message)
{
    Str line, rest;
    str_cut(message, '\n', &line, &rest);
    isize n = line.n > LINE_MAX_BYTES ? LINE_MAX_BYTES : line.n;
    while (n > 0 && n < line.n && ((u8)line.s[n] & 0xC0) == 0x80)
        n--;
    return n < line.n || rest.n ? arena_fmt(a, "%.*s \xE2\x80\xA6", (int)n, line.s) : line;
}

void job_actions_read(Arena *a, Str json, StrList *out)
{
    Err *none = json_list_read(a, json, out);
    (void)none; // we wrote it ourselves; what cannot be read names nothing
}

Str job_actions_text(Arena *a, Str json, isize most)
{
    StrList names = {0};
    job_actions_read(a, json, &names);
    Str head = str_join(a, names.v, names.n < most ? names.n : most, S(", "));
    if (names.n <= most) return head;
    return arena_fmt(a, "%.*s and %td more", STR(head), names.n - most);
}

Str job_sha_short(Str sha)
{
    return str_take(sha, 7);
}
