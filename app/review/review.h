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
// May this viewer see what others voted? A checker not before he has finished himself and enough have; the author when
// the request is returned or decided.
bool review_votes_visible(ReviewState, bool viewer_checks, bool viewer_finished);

// Does the author hold the request, so that he may change what it asks for?
bool review_is_authors_turn(ReviewState);
// What the server and people are told when a request takes this step: "request_submitted"; NULL: nothing.
const char *review_event(ReviewState from, ReviewState to);

// --- the author's steps. All inside a transaction; each notes its line and posts the request's topic.
fallible review_submit(Req *, const ReviewRequest *); // every group with outputs is described first
fallible review_withdraw(Req *, const ReviewRequest *);

// --- deciding (a checker who did not work on it)
fallible review_vote_put(Req *, const ReviewRequest *, i64 file, Str choice, Str reason);
fallible review_finish(Req *, const ReviewRequest *); // every output needs an opinion first
fallible review_return(Req *, const ReviewRequest *);
fallible review_reject(Req *, const ReviewRequest *);
fallible review_release(Req *, const ReviewRequest *); // sends what all approved
// May the visitor check this request? *why is a sentence when he is a checker but may not.
fallible review_may_check(Req *, const ReviewRequest *, bool *may, Str *why);
// One line of the trail about a request, and its pages draw themselves again.
fallible review_note(Req *, const char *action, i64 request, Str details);

Str review_topic(Arena *, i64 request);
#define REVIEW_TOPIC_ALL  S("reviews")
#define REVIEW_TOPIC_SEND S("review-send")
// Where the copied bytes of a request's file lie.
Str review_file_path(Arena *, Str site, i64 request, Str sha256);
