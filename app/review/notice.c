// Who is told of what.
#include "review/notice.h"

typedef enum Audience { TO_NOBODY, TO_AUTHOR, TO_CHECKERS, TO_REVIEWERS } Audience;

// What happens to a request, in words, and whose page says so. The server is told of what it knows: request_….
static const struct {
    const char *event, *say;
    Audience audience;
} events[] = {
    {"request_submitted",          "%s asks for a release",                     TO_CHECKERS },
    {"request_resubmitted",        "%s has changed it and asks again",          TO_CHECKERS },
    {"request_partially_reviewed", "%s has finished a review",                  TO_NOBODY   },
    {"request_reviewed",           "all reviews are in; decide what may leave", TO_CHECKERS },
    {"request_returned",           "%s asks you for changes",                   TO_AUTHOR   },
    {"request_approved",           "%s lets the approved files go",             TO_AUTHOR   },
    {"request_rejected",           "%s has rejected it; nothing leaves",        TO_AUTHOR   },
    {"request_released",           "the approved files are with the server",    TO_AUTHOR   },
    {"request_withdrawn",          "%s has withdrawn it",                       TO_REVIEWERS},
    {"comment",                    "%s has written a comment",                  TO_NOBODY   },
};

static isize event_row(Str event)
{
    isize i = 0;
    while (i < COUNT(events) && !str_eq(event, str_from(events[i].event)))
        i++;
    must(i < COUNT(events));
    return i;
}

static fallible put(Db *db, Arena *a, Time now, i64 request, Str event, Audience audience,
                    Str actor)
{
    i64 changed;
    switch (audience) {
    case TO_AUTHOR:
        return notice_to_author(db, a, request, event, actor, now, &changed);
    case TO_CHECKERS:
        return notice_to_checkers(db, a, request, event, actor, now, &changed);
    case TO_REVIEWERS:
        return notice_to_reviewers(db, a, request, event, actor, now, &changed);
    case TO_NOBODY:
        break;
    }
    return NULL;
}

fallible notice_tell(Db *db, Arena *a, Time now, i64 request, const char *event, Str actor)
{
    i64 changed;
    if (!event) return NULL;
    Str word = str_from(event);
    TRY(put(db, a, now, request, word, events[event_row(word)].audience, actor));
    return event_insert(db, a, request, word, actor, now, &changed);
}

fallible notice_comment(Db *db, Arena *a, Time now, const ReviewRequest *r, bool by_checker,
                        bool for_everyone, Str actor)
{
    ReviewState state;
    must(review_state_from(r->state, &state));
    bool author_reads = !by_checker || (for_everyone && review_votes_visible(state, false, false));
    bool checkers_read = !by_checker || review_votes_visible(state, true, true);
    if (author_reads) TRY(put(db, a, now, r->id, S("comment"), TO_AUTHOR, actor));
    return checkers_read ? put(db, a, now, r->id, S("comment"), TO_REVIEWERS, actor) : NULL;
}

Str notice_say(Arena *a, const Notice *n)
{
    return str_replace(a, str_from(events[event_row(n->event)].say), S("%s"), n->actor);
}

fallible notice_count(Req *q, i64 *out)
{
    NoticeUnread n = {0};
    if (q->who.id) TRY(notice_unread(q->db, q->a, q->who.id, &n));
    *out = n.n;
    return NULL;
}
