// What the server is told of a request: written once, and the same at every try.
#include "review_world.h"

#include "kit/json.h"
#include "kit/minisign.h"
#include "review/sending.h"

static Str text_of(Airlock *w, const ReviewRequest *r)
{
    Str text = {0};
    ck_works(airlock_do(w, &w->cora, sending_text(w->db, &w->t.a, &w->link, r, &text)));
    return text;
}

// Carl signs what he approved, with a key that he registers first.
static Err *carl_signs(Airlock *w, const ReviewRequest *r)
{
    Arena *a = &w->t.a;
    SignKey key;
    Str statement;
    i64 changed;
    sign_key_make(&key);
    MinisignKey public = minisign_key_of(&key);
    ck_works(
        airlock_do(w, &w->carl,
                   visitor_key_set(w->db, a, w->carl.id, minisign_key_line(a, &public), &changed)));
    ck_works(review_statement(w->db, a, r, w->carl.id, S("carl"), &statement));
    Str signature = minisign_sign(a, &key, statement, S("c"), S("t"));
    return airlock_do(w, &w->carl, review_sign(q, r, signature));
}

START_TEST(every_try_says_the_same_whatever_happens_between)
{
    Airlock *w = airlock_make();
    VisitorPut put;
    sign_key_make(&w->link.sign);
    ReviewRequest r = airlock_in_state(w, REVIEW_APPROVED);
    Str first = text_of(w, &r);
    ck_fails(ERR_CONFLICT, carl_signs(w, &r)); // it would not go with the release any more
    sign_key_make(&w->link.sign);              // the site has a new key,
    w->link.backend = S("renamed");            // a new name,
    ck_works(airlock_do(w, &w->cora,           // and the author too
                        visitor_put(w->db, &w->t.a, S("ada"), S("Ada Lovelace"), true,
                                    S("[\"study\"]"), w->web.now, &put)));
    ck_str(text_of(w, &r), first);
    airlock_end(w);
}
END_TEST

START_TEST(what_was_signed_before_goes_along)
{
    Airlock *w = airlock_make();
    const Json *j;
    isize signatures = 0;
    bool begun;
    sign_key_make(&w->link.sign);
    ReviewRequest r = airlock_in_state(w, REVIEW_APPROVED);
    ck_works(carl_signs(w, &r));
    ck_works(sending_begun(w->db, &w->t.a, r.id, &begun));
    ck_assert(!begun);
    ck_works(json_parse(&w->t.a, text_of(w, &r), &j));
    ck_works(sending_begun(w->db, &w->t.a, r.id, &begun));
    ck_assert(begun);
    ck_assert_int_eq(json_count(json_get(j, S("files"))), 2);
    const Json *reviews = json_get(json_get(j, S("metadata")), S("reviews"));
    for (JsonWalk walk = json_walk(reviews); json_next(&walk);)
        signatures += json_get_str(walk.value, S("signature")).n > 0;
    ck_assert_int_eq(signatures, 1);
    airlock_end(w);
}
END_TEST

Suite *review_sending_suite(void);
Suite *review_sending_suite(void)
{
    Suite *s = suite_create("review sending");
    TCase *t = tcase_create("sending");
    tcase_add_test(t, every_try_says_the_same_whatever_happens_between);
    tcase_add_test(t, what_was_signed_before_goes_along);
    suite_add_tcase(s, t);
    return s;
}
