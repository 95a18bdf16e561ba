// The rules of a review: who may move a request from where to where, what votes come to, who sees them.
#include "review/review.h"

static const char *const words[REVIEW_STATES] = {
    [REVIEW_PENDING] = "pending",
    [REVIEW_SUBMITTED] = "submitted",
    [REVIEW_PARTIALLY] = "partially-reviewed",
    [REVIEW_REVIEWED] = "reviewed",
    [REVIEW_RETURNED] = "returned",
    [REVIEW_APPROVED] = "approved",
    [REVIEW_REJECTED] = "rejected",
    [REVIEW_RELEASED] = "released",
    [REVIEW_WITHDRAWN] = "withdrawn",
};

// The whole walk, and what the server is told of each step. What does not stand here does not happen.
static const struct {
    ReviewState from, to;
    ReviewWho who;
    const char *event;
} review_steps[] = {
    {REVIEW_PENDING,   REVIEW_SUBMITTED, BY_AUTHOR,  "request_submitted"         },
    {REVIEW_PENDING,   REVIEW_WITHDRAWN, BY_AUTHOR,  NULL                        }, // nobody had heard of it
  // the first of several reviews is in
    {REVIEW_SUBMITTED, REVIEW_PARTIALLY, BY_CHECKER, "request_partially_reviewed"},
 // the only one, where one is enough
    {REVIEW_SUBMITTED, REVIEW_REVIEWED,  BY_CHECKER, "request_reviewed"          },
    {REVIEW_SUBMITTED, REVIEW_WITHDRAWN, BY_AUTHOR,  "request_withdrawn"         },
    {REVIEW_PARTIALLY, REVIEW_REVIEWED,  BY_CHECKER, "request_reviewed"          }, // the last one is in
    {REVIEW_PARTIALLY, REVIEW_WITHDRAWN, BY_AUTHOR,  "request_withdrawn"         },
    {REVIEW_REVIEWED,  REVIEW_APPROVED,  BY_CHECKER,
     "request_approved"                                                          }, // what all approved may leave
    {REVIEW_REVIEWED,  REVIEW_RETURNED,  BY_CHECKER,
     "request_returned"                                                          }, // the author shall change something
    {REVIEW_REVIEWED,  REVIEW_REJECTED,  BY_CHECKER, "request_rejected"          },
    {REVIEW_REVIEWED,  REVIEW_WITHDRAWN, BY_AUTHOR,  "request_withdrawn"         },
    {REVIEW_RETURNED,  REVIEW_SUBMITTED, BY_AUTHOR,  "request_resubmitted"       }, // a new round
    {REVIEW_RETURNED,  REVIEW_WITHDRAWN, BY_AUTHOR,  "request_withdrawn"         },
    {REVIEW_APPROVED,  REVIEW_RELEASED,  BY_AIRLOCK,
     "request_released"                                                          }, // the server has every approved file
};

Str review_state_word(ReviewState s)
{
    return str_from(words[s]);
}

bool review_state_from(Str word, ReviewState *out)
{
    for (int s = 0; s < REVIEW_STATES; s++)
        if (str_eq(word, str_from(words[s]))) {
            *out = (ReviewState)s;
            return true;
        }
    return false;
}

bool review_may(ReviewState from, ReviewState to, ReviewWho who)
{
    for (isize i = 0; i < COUNT(review_steps); i++)
        if (review_steps[i].from == from && review_steps[i].to == to && review_steps[i].who == who)
            return true;
    return false;
}

const char *review_event(ReviewState from, ReviewState to)
{
    for (isize i = 0; i < COUNT(review_steps); i++)
        if (review_steps[i].from == from && review_steps[i].to == to) return review_steps[i].event;
    return NULL;
}

bool review_is_authors_turn(ReviewState s)
{
    return s == REVIEW_PENDING || s == REVIEW_RETURNED;
}

bool review_is_open(ReviewState s)
{
    return s != REVIEW_REJECTED && s != REVIEW_RELEASED && s != REVIEW_WITHDRAWN;
}

ReviewVerdict review_verdict(isize approved, isize against, i64 needed)
{
    if (against > 0) return VERDICT_REFUSED;
    return approved >= needed ? VERDICT_APPROVED : VERDICT_OPEN;
}

bool review_votes_visible(ReviewState s, bool viewer_checks, bool viewer_finished)
{
    if (s == REVIEW_PENDING || s == REVIEW_SUBMITTED || s == REVIEW_PARTIALLY) return false;
    return s == REVIEW_REVIEWED ? viewer_checks && viewer_finished
                                : !viewer_checks || viewer_finished || !review_is_open(s);
}

Str review_topic(Arena *a, i64 request)
{
    return arena_fmt(a, "review/%lld", (long long)request);
}

Str review_file_path(Arena *a, Str site, i64 request, Str sha256)
{
    return arena_fmt(a, "%.*s/airlock/%lld/%.*s", STR(site), (long long)request, STR(sha256));
}
