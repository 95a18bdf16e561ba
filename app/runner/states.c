// states: the rows of status codes and the table of legal moves between them.
#include "runner/states.h"

// clang-format off
const RunCodeRow run_codes[RUN_CODE_COUNT] = {
#define X(id, word, state, message) {{word, sizeof(word) - 1}, state, {message, sizeof(message) - 1}},
    RUN_CODES(X)
#undef X
};
// clang-format on

Str run_state_name(RunState state)
{
    switch (state) {
    case RUN_PENDING:
        return S("pending");
    case RUN_RUNNING:
        return S("running");
    case RUN_SUCCEEDED:
        return S("succeeded");
    case RUN_FAILED:
        return S("failed");
    }
    must(false && "a job state");
}

bool run_code_from(Str word, RunCode *out)
{
    for (int i = 0; i < RUN_CODE_COUNT; i++) {
        if (!str_eq(run_codes[i].word, word)) continue;
        *out = (RunCode)i;
        return true;
    }
    return false;
}

#define BIT(code) (1u << RUN_##code)
// Where a job that has not started may still be told to wait.
#define WAITING                                                                                    \
    (BIT(CREATED) | BIT(PAUSED) | BIT(WAITING_DB_MAINTENANCE) | BIT(WAITING_ON_DEPENDENCIES) |     \
     BIT(WAITING_ON_WORKERS) | BIT(WAITING_ON_DB_WORKERS) | BIT(WAITING_ON_REBOOT))
// Codes a running job falls back to when it must start again from nothing.
#define BACK  (BIT(WAITING_DB_MAINTENANCE) | BIT(WAITING_ON_WORKERS) | BIT(WAITING_ON_REBOOT))
#define ENDED (BIT(CANCELLED_BY_USER) | BIT(KILLED_BY_ADMIN) | BIT(INTERNAL_ERROR))
#define RESULTS                                                                                    \
    (BIT(SUCCEEDED_CODE) | BIT(NONZERO_EXIT) | BIT(UNMATCHED_PATTERNS) | BIT(INTERNAL_ERROR) |     \
     BIT(CANCELLED_BY_USER) | BIT(KILLED_BY_ADMIN))

// from → to. Final codes have no row: nothing leaves them.
static const struct {
    u32 from, to;
} moves[] = {
    {WAITING,         WAITING | BIT(DEPENDENCY_FAILED) | ENDED                       },
    {WAITING,         BIT(PREPARING)                                                 },
    {BIT(PREPARING),  BIT(PREPARED) | BIT(EXECUTING) | BIT(FINALIZED) | BACK | ENDED },
    {BIT(PREPARED),   BIT(PREPARING) | BIT(EXECUTING) | BIT(FINALIZED) | BACK | ENDED},
    {BIT(EXECUTING),  BIT(EXECUTED) | BIT(FINALIZING) | BIT(FINALIZED) | BACK | ENDED},
    {BIT(EXECUTED),   BIT(FINALIZING) | BIT(FINALIZED) | BACK | ENDED                },
    {BIT(FINALIZING), BIT(FINALIZED) | RESULTS                                       },
    {BIT(FINALIZED),  RESULTS                                                        },
};

bool run_may(RunCode from, RunCode to)
{
    if (from == to) return true;
    for (isize i = 0; i < COUNT(moves); i++)
        if ((moves[i].from >> from & 1) && (moves[i].to >> to & 1)) return true;
    return false;
}
