// Walking a request from state to state; every step is tested against the table and noted.
#include "audit/audit.h"
#include "review/finding.h"
#include "review/group.gen.h"
#include "review/notice.h"
#include "review/review.h"
#include "web/event.h"

fallible review_note(Req *q, const char *action, i64 request, Str details)
{
    req_post(q, review_topic(q->a, request));
    req_post(q, REVIEW_TOPIC_ALL);
    return audit_note(q->db, q->a,
                      (AuditLine){.at = q->now,
                                  .actor = q->who.id,
                                  .who = q->who.username,
                                  .action = str_from(action),
                                  .kind = S("review"),
                                  .object = arena_fmt(q->a, "%lld", (long long)request),
                                  .details = details});
}

static fallible step(Req *q, const ReviewRequest *r, ReviewState to, ReviewWho who,
                     const char *action)
{
    ReviewState from;
    i64 changed;
    must(review_state_from(r->state, &from));
    if (!review_may(from, to, who))
        return fail(q->a, ERR_CONFLICT, "This request is %.*s; that cannot be done with it now.",
                    STR(r->state));
    TRY(review_move(q->db, q->a, r->id, r->state, review_state_word(to), q->now, &changed));
    if (!changed)
        return fail(q->a, ERR_CONFLICT, "Somebody else was faster; look at the request again.");
    TRY(notice_tell(q->db, q->a, q->now, r->id, review_event(from, to), q->who.username));
    req_post(q, REVIEW_TOPIC_SEND);
    return review_note(
        q, action, r->id,
        arena_fmt(q->a, "{\"from\":\"%.*s\",\"round\":%lld}", STR(r->state), (long long)r->round));
}

static fallible author_only(Req *q, const ReviewRequest *r)
{
    return q->who.id == r->author
               ? NULL
               : fail(q->a, ERR_FORBIDDEN, "Only the author of a request can do that.");
}

fallible review_may_check(Req *q, const ReviewRequest *r, bool *may, Str *why)
{
    ReviewContributorIs worked;
    bool found;
    *may = false;
    *why = (Str){0};
    if (!req_may(q, PERM_REVIEW_CHECK)) return NULL;
    if (q->who.id == r->author) {
        *why = S("This is your own request: others check it.");
        return NULL;
    }
    TRY(review_contributor_is(q->db, q->a, r->id, q->who.username, &worked, &found));
    if (found) *why = arena_fmt(q->a, "You %.*s, so others check this request.", STR(worked.why));
    *may = !found;
    return NULL;
}

static fallible checker_only(Req *q, const ReviewRequest *r)
{
    bool may;
    Str why;
    if (q->who.id == r->author) return fail(q->a, ERR_FORBIDDEN, "Nobody checks his own request.");
    TRY(review_may_check(q, r, &may, &why));
    if (may) return NULL;
    return fail(q->a, ERR_FORBIDDEN, "%.*s",
                STR(why.n ? why : S("Only output checkers can do that.")));
}

static fallible next_round(Req *q, const ReviewRequest *r)
{
    i64 changed;
    TRY(review_votes_carry(q->db, q->a, r->id, r->round, &changed));
    return review_next_round(q->db, q->a, r->id, &changed);
}

fallible review_submit(Req *q, const ReviewRequest *r)
{
    ReviewIncomplete left;
    ReviewState state;
    i64 changed;
    TRY(author_only(q, r));
    must(review_state_from(r->state, &state));
    if (review_is_authors_turn(state)) {
        TRY(review_incomplete(q->db, q->a, r->id, &left));
        if (!left.outputs)
            return fail(q->a, ERR_CONFLICT, "The request asks for no output; add a file first.");
        if (left.silent.n)
            return fail(q->a, ERR_CONFLICT,
                        "Say of the group \"%.*s\" what it shows and what was done to make it "
                        "safe; the checkers need it.",
                        STR(left.silent));
    }
    if (str_eq(r->state, S("returned"))) TRY(next_round(q, r));
    TRY(review_submitted(q->db, q->a, r->id, q->now, &changed));
    return step(q, r, REVIEW_SUBMITTED, BY_AUTHOR, "review.submit");
}

fallible review_withdraw(Req *q, const ReviewRequest *r)
{
    TRY(author_only(q, r));
    return step(q, r, REVIEW_WITHDRAWN, BY_AUTHOR, "review.withdraw");
}

static bool is_being_reviewed(const ReviewRequest *r)
{
    return str_eq(r->state, S("submitted")) || str_eq(r->state, S("partially-reviewed"));
}

static fallible done_by_me(Req *q, const ReviewRequest *r, isize *others, bool *mine)
{
    ReviewDoneBy done;
    TRY(review_done_by(q->db, q->a, r->id, r->round, &done));
    *mine = false;
    for (isize i = 0; i < done.n; i++)
        *mine |= done.v[i].checker == q->who.id;
    *others = done.n - *mine;
    return NULL;
}

fallible review_vote_put(Req *q, const ReviewRequest *r, i64 file, Str choice, Str reason)
{
    ReviewFile f;
    isize others;
    bool finished;
    i64 changed;
    TRY(checker_only(q, r));
    TRY(review_file_get(q->db, q->a, file, &f));
    if (f.request != r->id)
        return fail(q->a, ERR_NOT_FOUND, "This file does not belong to the request.");
    if (!is_being_reviewed(r))
        return fail(q->a, ERR_CONFLICT, "This request is not being reviewed now.");
    TRY(done_by_me(q, r, &others, &finished));
    if (finished)
        return fail(q->a, ERR_CONFLICT, "You have finished your review; it stays as it is.");
    if (!str_eq(f.kind, S("output")))
        return fail(q->a, ERR_CONFLICT, "%.*s is not asked for; only outputs are decided on.",
                    STR(f.path));
    if (str_eq(choice, S("changes")) && !reason.n)
        return fail(q->a, ERR_BAD_INPUT, "Say what should change in %.*s; the researcher reads it.",
                    STR(f.path));
    if (str_eq(choice, S("rejected")) && !reason.n)
        return fail(q->a, ERR_BAD_INPUT, "Say why %.*s must stay; the researcher reads it.",
                    STR(f.path));
    TRY(finding_reason_check(q, &f, choice, reason));
    TRY(review_vote_set(q->db, q->a, file, q->who.id, r->round, choice, reason, q->now, &changed));
    return review_note(
        q, "review.vote", r->id,
        arena_fmt(q->a, "{\"sha256\":\"%.*s\",\"choice\":\"%.*s\"}", STR(f.sha256), STR(choice)));
}

fallible review_finish(Req *q, const ReviewRequest *r)
{
    ReviewUndecided left;
    isize others;
    bool finished;
    i64 changed;
    TRY(checker_only(q, r));
    if (!is_being_reviewed(r))
        return fail(q->a, ERR_CONFLICT, "This request is not being reviewed now.");
    TRY(review_undecided(q->db, q->a, r->id, r->round, q->who.id, &left));
    if (left.n)
        return fail(q->a, ERR_CONFLICT, "Decide on every file first; %lld wait for you.",
                    (long long)left.n);
    TRY(done_by_me(q, r, &others, &finished));
    if (finished) return fail(q->a, ERR_CONFLICT, "You have finished this review already.");
    TRY(review_done_set(q->db, q->a, r->id, q->who.id, r->round, q->now, &changed));
    bool last = others + 1 >= r->reviews;
    if (last || str_eq(r->state, S("submitted")))
        return step(q, r, last ? REVIEW_REVIEWED : REVIEW_PARTIALLY, BY_CHECKER, "review.finish");
    TRY(notice_tell(q->db, q->a, q->now, r->id, "request_partially_reviewed", q->who.username));
    req_post(q, REVIEW_TOPIC_SEND);
    return review_note(q, "review.finish", r->id, S(""));
}

fallible review_return(Req *q, const ReviewRequest *r)
{
    i64 changed;
    TRY(checker_only(q, r));
    TRY(review_decided(q->db, q->a, r->id, q->who.id, S(""), q->now, &changed));
    return step(q, r, REVIEW_RETURNED, BY_CHECKER, "review.return");
}

fallible review_reject(Req *q, const ReviewRequest *r)
{
    i64 changed;
    TRY(checker_only(q, r));
    TRY(review_decided(q->db, q->a, r->id, q->who.id, S(""), q->now, &changed));
    return step(q, r, REVIEW_REJECTED, BY_CHECKER, "review.reject");
}

fallible review_release(Req *q, const ReviewRequest *r)
{
    ReviewVerdicts files;
    i64 changed;
    isize leaving = 0;
    TRY(checker_only(q, r));
    TRY(review_verdicts(q->db, q->a, r->id, r->round, &files));
    for (isize i = 0; i < files.n; i++) {
        ReviewVerdict v =
            review_verdict((isize)files.v[i].approved, (isize)files.v[i].against, r->reviews);
        if (v == VERDICT_OPEN)
            return fail(q->a, ERR_CONFLICT,
                        "%.*s is undecided; nothing is released before every file is decided.",
                        STR(files.v[i].path));
        leaving += v == VERDICT_APPROVED;
    }
    if (!leaving)
        return fail(q->a, ERR_CONFLICT,
                    "No file was approved by all checkers; return or reject the request.");
    TRY(review_decided(q->db, q->a, r->id, q->who.id, q->who.username, q->now, &changed));
    return step(q, r, REVIEW_APPROVED, BY_CHECKER, "review.release");
}
