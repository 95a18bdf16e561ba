// review: what may leave a site. A researcher asks, checkers who are not the author decide blind of each other, and
// only what all of them approved is sent.
//
// The walk of a request is one table, review_steps: from, to, who. Everything else is impossible.
#pragma once
#include "review/review.gen.h"
#include "web/web.h"

extern const RouteList review_routes;

typedef enum ReviewState {
    REVIEW_PENDING,
    REVIEW_SUBMITTED,
    REVIEW_PARTIALLY,
    REVIEW_REVIEWED,
    REVIEW_RETURNED,
    REVIEW_APPROVED,
    REVIEW_REJECTED,
    REVIEW_RELEASED,
    REVIEW_WITHDRAWN,
    REVIEW_STATES
} ReviewState;
typedef enum ReviewWho { BY_NOBODY, BY_AUTHOR, BY_CHECKER, BY_AIRLOCK, REVIEW_WHOS } ReviewWho;
Str review_state_word(ReviewState); // "partially-reviewed": stored, and shown by state_badge
bool review_state_from(Str, ReviewState *out);
bool review_may(ReviewState from, ReviewState to, ReviewWho);
bool review_is_open(ReviewState); // somebody still has to do something

// What a file's votes come to. All of `needed` finished checkers approved it, or it does not leave.
typedef enum ReviewVerdict { VERDICT_OPEN, VERDICT_APPROVED, VERDICT_REFUSED } ReviewVerdict;
ReviewVerdict review_verdict(isize approved, isize against, i64 needed);
// May this viewer see what others voted? Not before he has finished himself and enough have; the author: after that.
bool review_votes_visible(ReviewState, bool viewer_checks, bool viewer_finished);

// --- asking (the author). All inside a transaction; each notes its line and posts the request's topic.
typedef struct ReviewAsk {
    Str site, workspace, context, controls;
    const StrList *paths; // under the medium store
    i64 author, reviews;
} ReviewAsk;
fallible review_request_make(Req *, const ReviewAsk *, i64 *id);
fallible review_submit(Req *, const ReviewRequest *);
fallible review_withdraw(Req *, const ReviewRequest *);

// --- deciding (a checker)
fallible review_vote_put(Req *, const ReviewRequest *, i64 file, Str choice, Str reason);
fallible review_finish(Req *, const ReviewRequest *); // every file needs an opinion first
fallible review_return(Req *, const ReviewRequest *);
fallible review_reject(Req *, const ReviewRequest *);
fallible review_release(Req *, const ReviewRequest *); // sends what all approved

Str review_topic(Arena *, i64 request);
#define REVIEW_TOPIC_ALL  S("reviews")
#define REVIEW_TOPIC_SEND S("review-send")
// Where the copied bytes of a request's file lie.
Str review_file_path(Arena *, Str site, i64 request, Str sha256);
