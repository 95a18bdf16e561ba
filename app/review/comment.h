// comment: what author and checkers say to each other about a request, and who may read it when.
#pragma once
#include "review/comment.gen.h"
#include "review/review.h"

typedef struct CommentSight {
    bool mine, by_author_side, for_everyone, of_this_round; // the comment
    bool viewer_checks, viewer_finished;                    // the reader
    ReviewState state;
} CommentSight;
// While reviews are independent a checker's words are hidden from the other checkers; they are hidden from the author
// until the request is returned or decided. "For checkers" stays among them for ever.
bool review_comment_visible(CommentSight);

// Says something about a group, or (group 0) about the request. Whoever is no checker of it speaks for the author's
// side, is heard by everyone, and does not check this request later.
fallible review_comment_add(Req *, const ReviewRequest *, i64 group, Str visibility, Str words);

// Author and checkers take turns; each turn has a number that grows.
i64 review_turn(const ReviewRequest *);
// Remembers that the visitor looked at the request now, and that he has read what was new of it; in a transaction of its own, because looking is a GET.
fallible review_seen_note(Req *, const ReviewRequest *);
