// Requests walked with a real database: every pair of states and everybody; versions, blindness, signatures, the record.
#include "review_world.h"

#include "kit/crypto.h"
#include "kit/json.h"
#include "kit/minisign.h"
#include "review/standing.h"
#include "runner/runner.gen.h"

// --- all pairs

typedef struct StepTo {
    ReviewState to;
    fallible (*take)(Req *, const ReviewRequest *);
} StepTo;
static const StepTo steps_to[] = {
    {REVIEW_SUBMITTED, review_submit  },
    {REVIEW_WITHDRAWN, review_withdraw},
    {REVIEW_PARTIALLY, review_finish  },
    {REVIEW_REVIEWED,  review_finish  },
    {REVIEW_RETURNED,  review_return  },
    {REVIEW_REJECTED,  review_reject  },
    {REVIEW_APPROVED,  review_release },
};

// Somebody who finishes a review has an opinion on everything first.
static Err *vote_first(Req *q, const ReviewRequest *r)
{
    ReviewFileList files;
    TRY(review_files(q->db, q->a, r->id, &files));
    for (isize i = 0; i < files.n; i++)
        TRY(review_vote_put(q, r, files.v[i].id, S("approved"), S("")));
    return NULL;
}

// Tries a step and takes it back; where it led, or the state as it was.
static ReviewState try_step(Airlock *w, const ReviewRequest *r, const Visitor *who,
                            const StepTo *step, Err **why)
{
    Req req = airlock_req(w, who);
    ReviewRequest after;
    ReviewState state;
    Err *unready = step->take == review_finish ? vote_first(&req, r) : NULL;
    *why = step->take(&req, r);
    if (!*why && unready) *why = unready;
    ck_works(review_get(w->db, &w->t.a, r->id, &after));
    ck_assert(review_state_from(after.state, &state));
    db_rollback(w->db);
    return state;
}

static void pair_check(Airlock *w, const ReviewRequest *r, ReviewState from, const StepTo *step,
                       const Visitor *who, ReviewWho as)
{
    Err *why;
    ReviewState got = try_step(w, r, who, step, &why);
    Str f = review_state_word(from), t = review_state_word(step->to);
    // One function finishes a review, whether it is the last one or not.
    bool other_end = step->take == review_finish && got != step->to;
    if (review_may(from, step->to, as) && !other_end) {
        ck_assert_msg(!why, "%.*s to %.*s by %.*s: %.*s", STR(f), STR(t), STR(who->username),
                      STR(why ? why->say : S("")));
        ck_assert_int_eq(got, step->to);
        return;
    }
    if (other_end && !why) {
        ck_assert(review_may(from, got, as));
        return;
    }
    ck_assert_msg(why != NULL, "%.*s to %.*s by %.*s was not refused", STR(f), STR(t),
                  STR(who->username));
    ck_assert_msg(why->kind == ERR_CONFLICT || why->kind == ERR_FORBIDDEN, "%.*s", STR(why->say));
    ck_assert_msg(why->say.n > 20 && str_ends(why->say, S(".")), "no sentence: %.*s",
                  STR(why->say));
    if (!other_end) ck_assert_int_eq(got, from);
}

START_TEST(every_illegal_pair_is_refused_with_a_sentence)
{
    Airlock *w = airlock_make();
    const ReviewState from = (ReviewState)_i;
    ReviewRequest r = airlock_in_state(w, from);
    ck_str(r.state, review_state_word(from));
    for (isize s = 0; s < COUNT(steps_to); s++) {
        pair_check(w, &r, from, &steps_to[s], &w->ada, BY_AUTHOR);
        pair_check(w, &r, from, &steps_to[s], &w->dan, BY_CHECKER);
        pair_check(w, &r, from, &steps_to[s], &w->mona, BY_NOBODY);
    }
    // Nobody has a way to these two: a draft never comes back, and only the sender says "released".
    for (int who = BY_AUTHOR; who <= BY_CHECKER; who++) {
        ck_assert(!review_may(from, REVIEW_PENDING, (ReviewWho)who));
        ck_assert(!review_may(from, REVIEW_RELEASED, (ReviewWho)who));
    }
    airlock_end(w);
}
END_TEST

START_TEST(nothing_leaves_while_a_file_is_undecided)
{
    Airlock *w = airlock_make();
    ReviewRequest r = airlock_in_state(w, REVIEW_SUBMITTED);
    ck_fails(ERR_CONFLICT, airlock_do(w, &w->carl, review_finish(q, &r)));
    airlock_vote_all(w, &w->carl, r.id, "approved");
    ReviewFileList files;
    ck_works(review_files(w->db, &w->t.a, r.id, &files));
    ck_works(airlock_do(w, &w->carl, review_vote_put(q, &r, files.v[0].id, S("undecided"), S(""))));
    ck_fails(ERR_CONFLICT, airlock_do(w, &w->carl, review_finish(q, &r)));
    ck_fails(ERR_CONFLICT, airlock_do(w, &w->carl, review_release(q, &r)));
    ck_fails(ERR_BAD_INPUT,
             airlock_do(w, &w->carl, review_vote_put(q, &r, files.v[0].id, S("rejected"), S(""))));
    airlock_end(w);
}
END_TEST

// --- who may not check

START_TEST(whoever_ran_a_job_of_it_does_not_check_it)
{
    Airlock *w = airlock_make();
    i64 changed;
    Req by = airlock_req(w, &w->ada);
    ck_works(runner_request_add(w->db, by.a, S("req1"), S("study"), S("{\"created_by\":\"carl\"}"),
                                by.now, &changed));
    ck_works(runner_job_add(w->db, by.a, S("job1"), S("req1"), 1, S("study"), S("tables"),
                            S("succeeded"), S("succeeded"), S(""), S(""), S(""), S(""), S(""),
                            S(""), S(""), false, S("r:latest a.R"), S("[\"r:latest\",\"a.R\"]"),
                            S("[]"), S("[]"), S("{}"), S("{}"), false, by.now, by.now, &changed));
    ck_works(db_commit(w->db, by.a));
    airlock_output(w, "output/a.csv", "n,m,k\n10,20,30\n", "job1");
    ReviewRequest r = airlock_in_state(w, REVIEW_PENDING);
    ck_works(airlock_do(w, &w->ada, review_submit(q, &r)));
    r = airlock_request(w, r.id);
    ReviewFileList files;
    ck_works(review_files(w->db, &w->t.a, r.id, &files));
    Err *e = airlock_do(w, &w->carl, review_vote_put(q, &r, files.v[0].id, S("approved"), S("")));
    ck_assert(e && e->kind == ERR_FORBIDDEN);
    ck_assert_msg(str_has(e->say, S("ran the job that made output/a.csv")), "%.*s", STR(e->say));
    ReviewRequestList waiting;
    ck_works(review_waiting(w->db, &w->t.a, w->carl.id, &waiting));
    ck_assert_int_eq(waiting.n, 0);
    ck_works(review_waiting(w->db, &w->t.a, w->cora.id, &waiting));
    ck_assert_int_eq(waiting.n, 1);
    NoticeUnread unread;
    ck_works(notice_unread(w->db, &w->t.a, w->carl.id, &unread));
    ck_assert_int_eq(unread.n, 0);
    ck_works(notice_unread(w->db, &w->t.a, w->cora.id, &unread));
    ck_assert_int_eq(unread.n, 1);
    airlock_end(w);
}
END_TEST

START_TEST(whoever_spoke_for_the_author_does_not_check_it)
{
    Airlock *w = airlock_make();
    ReviewRequest r = airlock_in_state(w, REVIEW_SUBMITTED);
    ck_works(airlock_do(w, &w->mona, review_comment_add(q, &r, 0, S("everyone"), S("It is fine"))));
    ck_works(db_begin(w->db, &w->t.a));
    airlock_person(w, "mona", true, "[\"study\"]"); // the role came later
    ck_works(db_commit(w->db, &w->t.a));
    airlock_vote_all(w, &w->carl, r.id, "approved");
    ck_fails(ERR_FORBIDDEN, airlock_do(w, &w->mona, review_finish(q, &r)));
    airlock_end(w);
}
END_TEST

// --- rounds

START_TEST(a_replaced_file_is_decided_again_and_the_rest_stays_approved)
{
    Airlock *w = airlock_make();
    ReviewRequest r = airlock_in_state(w, REVIEW_RETURNED);
    ReviewFileList files;
    ReviewVersions versions;
    ReviewUndecided left;
    ReviewGroupList groups;
    airlock_output(w, "output/a.csv", "n,m,k\n10,20,25\n", "");
    ck_works(review_groups(w->db, &w->t.a, r.id, &groups));
    ck_fails(ERR_FORBIDDEN,
             airlock_do(w, &w->mona, review_group_edit(q, &r, groups.v[0].id, S("x"), S("y"))));
    isize n = 0;
    ck_works(airlock_do(w, &w->ada, review_files_update(q, w->t.folder, &r, &n)));
    ck_assert_int_eq(n, 1);
    ck_fails(ERR_CONFLICT, airlock_do(w, &w->ada, review_files_update(q, w->t.folder, &r, &n)));
    ck_works(airlock_do(w, &w->ada, review_submit(q, &r)));
    r = airlock_request(w, r.id);
    ck_assert_int_eq(r.round, 2);
    ck_works(review_files(w->db, &w->t.a, r.id, &files));
    ck_assert_int_eq(files.v[0].version, 2);
    ck_works(review_versions(w->db, &w->t.a, r.id, &versions));
    ck_assert_int_eq(versions.n, 3);
    ck_assert_int_eq(versions.v[1].round, 2);
    ck_assert(!str_eq(versions.v[0].sha256, versions.v[1].sha256));
    ck_works(review_undecided(w->db, &w->t.a, r.id, r.round, w->carl.id, &left));
    ck_assert_int_eq(left.n, 1);
    // The bytes of both versions lie there.
    Str old, fresh;
    ck_works(file_read(&w->t.a, review_file_path(&w->t.a, w->t.folder, r.id, versions.v[0].sha256),
                       99, &old));
    ck_works(file_read(&w->t.a, review_file_path(&w->t.a, w->t.folder, r.id, versions.v[1].sha256),
                       99, &fresh));
    ck_str(old, S("n,m,k\n10,20,30\n"));
    ck_str(fresh, S("n,m,k\n10,20,25\n"));
    // While the checkers hold it, its author changes nothing.
    ck_fails(
        ERR_CONFLICT,
        airlock_do(w, &w->ada, review_file_change(q, w->t.folder, &r, &files.v[0], S("withdraw"))));
    airlock_end(w);
}
END_TEST

START_TEST(what_is_withdrawn_or_only_supports_is_not_decided_on)
{
    Airlock *w = airlock_make();
    ReviewRequest r = airlock_draft(w);
    ReviewFileList files;
    ReviewVerdicts verdicts;
    ck_works(review_files(w->db, &w->t.a, r.id, &files));
    ck_works(airlock_do(w, &w->ada,
                        review_file_change(q, w->t.folder, &r, &files.v[0], S("supporting"))));
    ck_works(
        airlock_do(w, &w->ada, review_file_change(q, w->t.folder, &r, &files.v[1], S("withdraw"))));
    Err *e = airlock_do(w, &w->ada, review_submit(q, &r));
    ck_assert(e && e->kind == ERR_CONFLICT);
    ck_works(
        airlock_do(w, &w->ada, review_file_change(q, w->t.folder, &r, &files.v[1], S("output"))));
    ck_works(airlock_do(w, &w->ada, review_submit(q, &r)));
    r = airlock_request(w, r.id);
    ck_fails(ERR_CONFLICT,
             airlock_do(w, &w->carl, review_vote_put(q, &r, files.v[0].id, S("approved"), S(""))));
    ck_works(review_verdicts(w->db, &w->t.a, r.id, r.round, &verdicts));
    ck_assert_int_eq(verdicts.n, 1);
    ck_str(verdicts.v[0].path, S("output/b.csv"));
    airlock_end(w);
}
END_TEST

START_TEST(a_group_nobody_described_is_not_submitted)
{
    Airlock *w = airlock_make();
    StrList paths = {0};
    ReviewRequest r = {0};
    str_list_add(&w->t.a, &paths, S("output/a.csv"));
    ReviewAsk ask = {.site = w->t.folder,
                     .workspace = S("study"),
                     .group = S("Figures"),
                     .kind = S("output"),
                     .paths = &paths,
                     .author = w->ada.id,
                     .reviews = 2};
    ck_works(airlock_do(w, &w->ada, review_ask(q, &ask, &r)));
    r = airlock_request(w, r.id);
    Err *e = airlock_do(w, &w->ada, review_submit(q, &r));
    ck_assert(e && str_has(e->say, S("\"Figures\"")));
    ask.context = S("c"), ask.controls = S("d");
    ck_works(
        airlock_do(w, &w->ada, review_ask(q, &ask, &r))); // the same file again: no new version
    ck_works(airlock_do(w, &w->ada, review_submit(q, &r)));
    ck_fails(ERR_CONFLICT, airlock_do(w, &w->ada, review_ask(q, &ask, &r)));
    airlock_end(w);
}
END_TEST

// --- talking

START_TEST(comments_are_read_when_their_time_has_come)
{
    CommentSight s = {.of_this_round = true, .for_everyone = true, .state = REVIEW_PARTIALLY};
    ck_assert(!review_comment_visible(s)); // the author
    s.viewer_checks = true;
    ck_assert(!review_comment_visible(s)); // another checker
    s.viewer_finished = true;
    ck_assert(!review_comment_visible(s)); // who has finished, while a third has not
    s.mine = true;
    ck_assert(review_comment_visible(s));
    s.mine = false, s.state = REVIEW_REVIEWED;
    ck_assert(review_comment_visible(s));
    s.viewer_checks = s.viewer_finished = false;
    ck_assert(!review_comment_visible(s)); // the author, before it is decided
    s.state = REVIEW_RETURNED;
    ck_assert(review_comment_visible(s));
    s.for_everyone = false;
    ck_assert(!review_comment_visible(s)); // for checkers only: never
    s.of_this_round = false;
    ck_assert(!review_comment_visible(s));
    s.viewer_checks = true, s.state = REVIEW_SUBMITTED;
    ck_assert(review_comment_visible(s)); // an earlier round's, to a checker of the next
    s.of_this_round = s.by_author_side = true;
    ck_assert(review_comment_visible(s)); // the author speaks to everybody
}
END_TEST

START_TEST(words_that_may_not_be_read_yet_are_not_announced)
{
    Airlock *w = airlock_make();
    ReviewRequest r = airlock_in_state(w, REVIEW_PARTIALLY);
    NoticeUnread ada, carl;
    ck_works(notice_unread(w->db, &w->t.a, w->carl.id, &carl));
    ck_works(airlock_do(w, &w->cora, review_comment_add(q, &r, 0, S("everyone"), S("hm"))));
    NoticeUnread now;
    ck_works(notice_unread(w->db, &w->t.a, w->carl.id, &now));
    ck_assert_int_eq(now.n, carl.n);
    ck_works(notice_unread(w->db, &w->t.a, w->ada.id, &ada));
    ck_assert_int_eq(ada.n, 0);
    ck_works(airlock_do(w, &w->ada, review_comment_add(q, &r, 0, S(""), S("please hurry"))));
    ck_works(notice_unread(w->db, &w->t.a, w->carl.id, &now));
    ck_assert_int_eq(now.n, carl.n + 1);
    airlock_end(w);
}
END_TEST

// --- signing, and the record

START_TEST(a_review_is_signed_by_the_key_that_was_registered)
{
    Airlock *w = airlock_make();
    ReviewRequest r = airlock_in_state(w, REVIEW_PARTIALLY);
    Arena *a = &w->t.a;
    Str statement;
    SignKey key;
    i64 changed;
    ck_works(review_statement(w->db, a, &r, w->carl.id, S("carl"), &statement));
    Str start =
        S("tresor review statement v1\nworkspace study\nrequest 1\nround 1\nchecker carl\n");
    ck_assert_msg(str_starts(statement, start), "%.*s", STR(statement));
    ck_str(str_skip(statement, start.n), arena_fmt(a, "%.*s  output/a.csv\n%.*s  output/b.csv\n",
                                                   STR(sha256_hex(a, S("n,m,k\n10,20,30\n"))),
                                                   STR(sha256_hex(a, S("n,m,k\n40,50,60\n")))));
    sign_key_make(&key);
    MinisignKey public = minisign_key_of(&key);
    Str good = minisign_sign(a, &key, statement, S("c"), S("t"));
    ck_fails(ERR_CONFLICT, airlock_do(w, &w->carl, review_sign(q, &r, good))); // no key yet
    ck_works(
        airlock_do(w, &w->carl,
                   visitor_key_set(w->db, a, w->carl.id, minisign_key_line(a, &public), &changed)));
    Str other = minisign_sign(a, &key, S("something else"), S("c"), S("t"));
    ck_fails(ERR_CONFLICT, airlock_do(w, &w->carl, review_sign(q, &r, other)));
    ck_fails(ERR_CONFLICT, airlock_do(w, &w->cora, review_sign(q, &r, good))); // has not finished
    Str typed = str_replace(a, good, S("\n"), S("\r\n"));                      // as forms send it
    ck_works(airlock_do(w, &w->carl, review_sign(q, &r, typed)));
    ReviewDoneBy done;
    ck_works(review_done_by(w->db, a, r.id, 1, &done));
    ck_str(done.v[0].signature, good);
    ck_str(done.v[0].statement, statement);
    airlock_end(w);
}
END_TEST

START_TEST(the_record_says_who_did_what)
{
    Airlock *w = airlock_make();
    ReviewRequest r = airlock_in_state(w, REVIEW_APPROVED);
    Arena *a = &w->t.a;
    ReviewRecord record;
    ReviewFileList files;
    Buf b = {.a = a}, f = {.a = a};
    const Json *j;
    ck_works(review_record_load(w->db, a, &w->link, r.id, &record));
    JsonOut out = json_begin(&b, JSON_COMPACT);
    review_record_put(&record, json_obj(&out));
    json_end(&out);
    ck_works(json_parse(a, buf_str(&b), &j));
    ck_str(json_get_str(j, S("record")), S("tresor-release-1"));
    ck_str(json_get_str(j, S("site")), S("demo"));
    ck_str(json_get_str(json_get(json_get(j, S("request")), S("author")), S("username")), S("ada"));
    ck_str(json_get_str(json_get(j, S("request")), S("decided_by")), S("cora"));
    ck_assert_int_eq(json_get_int(json_get(j, S("request")), S("reviews_needed"), 0), 2);
    ck_assert_int_eq(json_count(json_get(j, S("reviews"))), 2);
    ck_assert_int_eq(json_count(json_get(j, S("groups"))), 1);
    ck_works(review_files(w->db, a, r.id, &files));
    out = json_begin(&f, JSON_COMPACT);
    review_record_file_put(&record, files.v[0].id, &out);
    ck_works(json_parse(a, buf_str(&f), &j));
    ck_str(json_get_str(j, S("group")), S("Table 1"));
    ck_str(json_get_str(j, S("action")), S("tables"));
    ck_assert_int_eq(json_get_int(j, S("columns"), 0), 3);
    ck_assert_int_eq(json_count(json_get(j, S("decisions"))), 2);
    airlock_end(w);
}
END_TEST

START_TEST(each_step_is_told_once_and_in_order)
{
    static const char *const told[] = {"request_submitted", "request_partially_reviewed",
                                       "request_reviewed", "request_approved"};
    Airlock *w = airlock_make();
    airlock_in_state(w, REVIEW_APPROVED);
    ReviewEventList list;
    ck_works(event_untold(w->db, &w->t.a, &list));
    ck_assert_int_eq(list.n, COUNT(told));
    for (isize i = 0; i < list.n; i++) {
        ck_str(list.v[i].event, str_from(told[i]));
        ck_str(list.v[i].author, S("ada"));
    }
    airlock_end(w);
}
END_TEST

// "request_returned: comment_added 1 carl 1; " for each step, in order.
static Str steps_and_updates(Airlock *w)
{
    Arena *a = &w->t.a;
    ReviewEventList list;
    Buf b = {.a = a};
    ck_works(event_untold(w->db, a, &list));
    for (isize i = 0; i < list.n; i++) {
        EventUpdates u;
        ck_works(event_updates(w->db, a, list.v[i].id, &u));
        buf_fmt(&b, "%.*s:", STR(list.v[i].event));
        for (isize k = 0; k < u.n; k++)
            buf_fmt(&b, " %.*s %lld %.*s %lld;", STR(u.v[k].what), (long long)u.v[k].in_group,
                    STR(u.v[k].username), (long long)u.v[k].n);
        buf_byte(&b, '\n');
    }
    return buf_str(&b);
}

START_TEST(what_changed_is_told_and_nothing_that_is_still_hidden)
{
    Airlock *w = airlock_make();
    ReviewFileList files;
    ReviewGroupList groups;
    i64 changed;
    ReviewRequest r = airlock_in_state(w, REVIEW_SUBMITTED);
    ck_works(airlock_do(w, &w->carl, review_comment_add(q, &r, 0, S("everyone"), S("hm"))));
    ck_works(airlock_do(w, &w->cora, review_comment_add(q, &r, 0, S("checkers"), S("psst"))));
    airlock_vote_all(w, &w->carl, r.id, "changes");
    airlock_finish(w, &w->carl, r.id);
    airlock_vote_all(w, &w->cora, r.id, "changes");
    airlock_finish(w, &w->cora, r.id);
    r = airlock_request(w, r.id);
    ck_works(airlock_do(w, &w->cora, review_return(q, &r)));
    r = airlock_request(w, r.id);
    ck_works(review_files(w->db, &w->t.a, r.id, &files));
    ck_works(review_groups(w->db, &w->t.a, r.id, &groups));
    ck_works(
        airlock_do(w, &w->ada, review_file_change(q, w->t.folder, &r, &files.v[1], S("withdraw"))));
    ck_works(airlock_do(w, &w->ada,
                        review_group_set(q->db, q->a, groups.v[0].id, S("All ages."), S("Rounded."),
                                         q->now, &changed)));
    ck_works(airlock_do(w, &w->ada, review_comment_add(q, &r, groups.v[0].id, S(""), S("done"))));
    ck_works(airlock_do(w, &w->ada, review_submit(q, &r)));
    r = airlock_request(w, r.id);
    ck_works(airlock_do(w, &w->carl, review_comment_add(q, &r, 0, S("everyone"), S("too late"))));
    ck_works(airlock_do(w, &w->ada, review_withdraw(q, &r))); // carl's words stay hidden
    ck_str(steps_and_updates(w),
           S("request_submitted: file_added 1 ada 2;\n"
             "request_partially_reviewed:\n"
             "request_reviewed:\n"
             "request_returned: comment_added 0 carl 1;\n"
             "request_resubmitted: file_withdrawn 1 ada 1; group_edited 1 ada 1; comment_added 1 "
             "ada 1;\n"
             "request_withdrawn:\n"));
    airlock_end(w);
}
END_TEST

START_TEST(old_knowledge_of_a_person_is_said_on_every_page)
{
    Airlock *w = airlock_make();
    Req q = airlock_req(w, &w->ada);
    Str banner;
    db_rollback(w->db);
    ck_works(standing_banner(&q, &banner));
    ck_assert_int_eq(banner.n, 0);
    q.now += MINUTES(10); // the server was asked every three minutes, and did not answer
    ck_works(standing_banner(&q, &banner));
    ck_assert_msg(str_has(banner, S("10 minutes ago")), "%.*s", STR(banner));
    airlock_end(w);
}
END_TEST

Suite *review_walk_suite(void);
Suite *review_walk_suite(void)
{
    Suite *s = suite_create("review walk");
    TCase *t = tcase_create("walk");
    tcase_add_loop_test(t, every_illegal_pair_is_refused_with_a_sentence, 0, REVIEW_STATES);
    tcase_add_test(t, nothing_leaves_while_a_file_is_undecided);
    tcase_add_test(t, whoever_ran_a_job_of_it_does_not_check_it);
    tcase_add_test(t, whoever_spoke_for_the_author_does_not_check_it);
    tcase_add_test(t, a_replaced_file_is_decided_again_and_the_rest_stays_approved);
    tcase_add_test(t, what_is_withdrawn_or_only_supports_is_not_decided_on);
    tcase_add_test(t, a_group_nobody_described_is_not_submitted);
    tcase_add_test(t, comments_are_read_when_their_time_has_come);
    tcase_add_test(t, words_that_may_not_be_read_yet_are_not_announced);
    tcase_add_test(t, a_review_is_signed_by_the_key_that_was_registered);
    tcase_add_test(t, the_record_says_who_did_what);
    tcase_add_test(t, each_step_is_told_once_and_in_order);
    tcase_add_test(t, what_changed_is_told_and_nothing_that_is_still_hidden);
    tcase_add_test(t, old_knowledge_of_a_person_is_said_on_every_page);
    suite_add_tcase(s, t);
    return s;
}
