// Talking about a request.
#include "review/comment.h"

#include "review/group.gen.h"
#include "review/notice.h"

bool review_comment_visible(CommentSight s)
{
    if (s.mine) return true;
    if (s.viewer_checks)
        return s.by_author_side || !s.of_this_round ||
               review_votes_visible(s.state, true, s.viewer_finished);
    if (!s.for_everyone) return false;
    return s.by_author_side || !s.of_this_round || review_votes_visible(s.state, false, false);
}

static fallible group_check(Req *q, const ReviewRequest *r, i64 group)
{
    ReviewGroup g;
    bool found = true;
    if (group) TRY(review_group_get(q->db, q->a, group, &g, &found));
    return found && (!group || g.request == r->id)
               ? NULL
               : fail(q->a, ERR_NOT_FOUND, "There is no such group in this request.");
}

fallible review_comment_add(Req *q, const ReviewRequest *r, i64 group, Str visibility, Str words)
{
    bool checks;
    Str why;
    i64 changed;
    ReviewState state;
    must(review_state_from(r->state, &state));
    TRY(group_check(q, r, group));
    if (!review_is_open(state))
        return fail(q->a, ERR_CONFLICT, "This request is %.*s; nothing is added to it any more.",
                    STR(r->state));
    if (!str_trim(words).n) return fail(q->a, ERR_BAD_INPUT, "Write something first.");
    TRY(review_may_check(q, r, &checks, &why));
    if (!checks)
        visibility = S("everyone");
    else if (!str_eq(visibility, S("everyone")) && !str_eq(visibility, S("checkers")))
        return fail(q->a, ERR_BAD_INPUT, "A comment is for checkers or for everyone.");
    if (!checks && q->who.id != r->author)
        TRY(review_contributor_add(q->db, q->a, r->id, q->who.username,
                                   S("spoke for the author's side of it"), &changed));
    TRY(review_comment_insert(q->db, q->a, r->id, group, q->who.id,
                              checks ? S("checker") : S("author"), visibility, r->round,
                              str_trim(words), q->now, &changed));
    TRY(notice_comment(q->db, q->a, q->now, r, checks, str_eq(visibility, S("everyone")),
                       q->who.username));
    return review_note(q, "review.comment", r->id, S(""));
}

i64 review_turn(const ReviewRequest *r)
{
    ReviewState s;
    must(review_state_from(r->state, &s));
    bool before = s == REVIEW_PENDING;
    bool checkers = s == REVIEW_SUBMITTED || s == REVIEW_PARTIALLY || s == REVIEW_REVIEWED;
    return 2 * r->round + (before ? -1 : checkers ? 0 : 1);
}

static fallible seen_put(Req *q, Db *db, const ReviewRequest *r)
{
    i64 changed;
    TRY(review_seen_put(db, q->a, r->id, q->who.id, review_turn(r), q->now, &changed));
    return notice_read(db, q->a, q->who.id, r->id, q->now, &changed);
}

fallible review_seen_note(Req *q, const ReviewRequest *r)
{
    Db *db = req_db_take(q, DB_READ_WRITE);
    Err *e = db_begin(db, q->a);
    if (!e) e = db_settle(db, q->a, seen_put(q, db, r));
    req_db_give(q, db);
    return e;
}
