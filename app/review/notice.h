// notice: tells people that a request moved: a line at the airlock, and a mail that the server writes.
//
// No file name, no comment and no value of the data is told, neither here nor there: only who did what to which request.
#pragma once
#include "review/notice.gen.h"
#include "review/review.h"
#include "review/visitor.h"

// One row of the table in notice.c, in the caller's transaction. `event` may be NULL: nothing is told. Post
// REVIEW_TOPIC_SEND after the commit, so that the server hears of it at once.
fallible notice_tell(Db *, Arena *, Time now, i64 request, const char *event, Str actor);
// Of somebody on the author's side, or of a checker; nobody hears of words that he may not read yet.
fallible notice_comment(Db *, Arena *, Time now, const ReviewRequest *, bool by_checker,
                        bool for_everyone, Str actor);
// "ada asks for a release": what stands on the page.
Str notice_say(Arena *, const Notice *);
// For the airlock's Gate: how many lines are new for the visitor.
fallible notice_count(Req *, i64 *out);

// --- tell.c: the server hears of every event, once and in order, however often the line is cut.

fallible events_tell(const AirlockLink *, Http *, struct DbPool *, Arena *);
