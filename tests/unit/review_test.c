// The walk of a request: every pair of states and everybody who could try; who sees votes; what votes come to.
#include "scratch.h"

#include "review/review.h"

typedef struct Step {
    const char *from, *to;
    ReviewWho who;
} Step;

// What may happen, written down again from the manual; everything else must be impossible.
static const Step legal[] = {
    {"pending",            "submitted",          BY_AUTHOR },
    {"pending",            "withdrawn",          BY_AUTHOR },
    {"submitted",          "partially-reviewed", BY_CHECKER},
    {"submitted",          "reviewed",           BY_CHECKER},
    {"submitted",          "withdrawn",          BY_AUTHOR },
    {"partially-reviewed", "reviewed",           BY_CHECKER},
    {"partially-reviewed", "withdrawn",          BY_AUTHOR },
    {"reviewed",           "approved",           BY_CHECKER},
    {"reviewed",           "returned",           BY_CHECKER},
    {"reviewed",           "rejected",           BY_CHECKER},
    {"reviewed",           "withdrawn",          BY_AUTHOR },
    {"returned",           "submitted",          BY_AUTHOR },
    {"returned",           "withdrawn",          BY_AUTHOR },
    {"approved",           "released",           BY_AIRLOCK},
};

static bool is_legal(Str from, Str to, int who)
{
    for (isize i = 0; i < COUNT(legal); i++)
        if (str_eq(from, str_from(legal[i].from)) && str_eq(to, str_from(legal[i].to)) &&
            (int)legal[i].who == who)
            return true;
    return false;
}

START_TEST(every_pair_of_states_and_everybody)
{
    int allowed = 0;
    for (int from = 0; from < REVIEW_STATES; from++)
        for (int to = 0; to < REVIEW_STATES; to++)
            for (int who = 0; who < REVIEW_WHOS; who++) {
                Str f = review_state_word((ReviewState)from),
                    t = review_state_word((ReviewState)to);
                bool may = review_may((ReviewState)from, (ReviewState)to, (ReviewWho)who);
                ck_assert_msg(may == is_legal(f, t, who), "%.*s to %.*s by %d", STR(f), STR(t),
                              who);
                allowed += may;
            }
    ck_assert_int_eq(allowed, (int)COUNT(legal));
}
END_TEST

START_TEST(state_words_go_there_and_back)
{
    ReviewState back;
    for (int s = 0; s < REVIEW_STATES; s++) {
        ck_assert(review_state_from(review_state_word((ReviewState)s), &back));
        ck_assert_int_eq(s, (int)back);
    }
    ck_assert(!review_state_from(S("gone"), &back));
}
END_TEST

START_TEST(ended_requests_lead_nowhere)
{
    static const ReviewState ended[] = {REVIEW_RELEASED, REVIEW_REJECTED, REVIEW_WITHDRAWN};
    for (isize e = 0; e < COUNT(ended); e++) {
        ck_assert(!review_is_open(ended[e]));
        for (int to = 0; to < REVIEW_STATES; to++)
            for (int who = 0; who < REVIEW_WHOS; who++)
                ck_assert(!review_may(ended[e], (ReviewState)to, (ReviewWho)who));
    }
}
END_TEST

START_TEST(a_file_leaves_only_when_all_approved)
{
    ck_assert_int_eq(review_verdict(0, 0, 2), VERDICT_OPEN);
    ck_assert_int_eq(review_verdict(1, 0, 2), VERDICT_OPEN);
    ck_assert_int_eq(review_verdict(2, 0, 2), VERDICT_APPROVED);
    ck_assert_int_eq(review_verdict(1, 1, 2), VERDICT_REFUSED);
    ck_assert_int_eq(review_verdict(0, 1, 2), VERDICT_REFUSED);
    ck_assert_int_eq(review_verdict(2, 1, 2), VERDICT_REFUSED);
    ck_assert_int_eq(review_verdict(1, 0, 1), VERDICT_APPROVED);
}
END_TEST

START_TEST(checkers_are_blind_of_each_other)
{
    ck_assert(!review_votes_visible(REVIEW_SUBMITTED, true, false));
    ck_assert(!review_votes_visible(REVIEW_PARTIALLY, true, true));
    ck_assert(!review_votes_visible(REVIEW_PARTIALLY, false, false));
    ck_assert(!review_votes_visible(REVIEW_REVIEWED, true, false));
    ck_assert(review_votes_visible(REVIEW_REVIEWED, true, true));
    ck_assert(review_votes_visible(REVIEW_RETURNED, false, false));
    ck_assert(review_votes_visible(REVIEW_RELEASED, true, false));
}
END_TEST

Suite *review_suite(void);
Suite *review_suite(void)
{
    Suite *s = suite_create("review");
    TCase *t = tcase_create("walk");
    tcase_add_test(t, every_pair_of_states_and_everybody);
    tcase_add_test(t, state_words_go_there_and_back);
    tcase_add_test(t, ended_requests_lead_nowhere);
    tcase_add_test(t, a_file_leaves_only_when_all_approved);
    tcase_add_test(t, checkers_are_blind_of_each_other);
    suite_add_tcase(s, t);
    return s;
}
