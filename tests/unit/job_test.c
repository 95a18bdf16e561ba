// Job requests: their states, what is refused, cancelling, reports of runners, mail, and the pages that show it.
#include "job_world.h"

#include "job/script.h"

#include "job/notify.h"
#include "job/timeline.h"

// --- states

START_TEST(the_state_of_a_request_follows_from_its_jobs)
{
    static const struct {
        i64 pending, running, succeeded, failed;
        bool cancelled;
        const char *status;
        bool active;
    } cases[] = {
        {0, 0, 0, 0, false, "unknown",   true },
        {0, 0, 0, 0, true,  "cancelled", false},
        {2, 0, 0, 0, false, "pending",   true },
        {1, 0, 1, 0, false, "running",   true },
        {1, 1, 0, 0, false, "running",   true },
        {0, 1, 0, 1, false, "running",   true },
        {1, 0, 0, 1, false, "running",   true },
        {0, 0, 2, 0, false, "succeeded", false},
        {0, 0, 1, 1, false, "failed",    false},
        {0, 0, 1, 1, true,  "cancelled", false},
        {0, 0, 2, 0, true,  "succeeded", false},
        {1, 0, 0, 1, true,  "running",   true },
    };
    for (isize i = 0; i < COUNT(cases); i++) {
        i64 n = cases[i].pending + cases[i].running + cases[i].succeeded + cases[i].failed;
        JobFacts f = {
            n, cases[i].pending,  cases[i].running, cases[i].succeeded, cases[i].failed, 5,
            9, cases[i].cancelled};
        JobState s = job_state_derive(&f, 100);
        ck_assert_msg(str_eq(s.status, str_from(cases[i].status)), "case %td: %.*s", i,
                      STR(s.status));
        ck_assert_int_eq(s.is_active, cases[i].active);
        ck_assert_int_eq(s.completed_at, cases[i].active ? 0 : 9);
    }
}
END_TEST

START_TEST(a_job_that_was_cancelled_does_not_look_broken)
{
    ck_assert(str_eq(job_word(S("failed"), S("cancelled_by_user"), S("x")), S("cancelled")));
    ck_assert(str_eq(job_word(S("failed"), S(""), S("Cancelled by user")), S("cancelled")));
    ck_assert(
        str_eq(job_word(S("failed"), S("nonzero_exit"), S("Cancelled by user")), S("failed")));
    ck_assert(str_eq(job_word(S("running"), S("cancelled_by_user"), S("")), S("running")));
}
END_TEST

START_TEST(one_sentence_says_why_nothing_happens)
{
    Arena a = {0};
    Time now = DAYS(20000);
    JobWait w = {.backend = S("TPP"), .alert_after = MINUTES(5), .jobs = {0}};
    ck_assert(str_has(job_wait_why(&a, &w, now), S("never called in")));
    w.last_seen = now - MINUTES(12);
    ck_assert(str_has(job_wait_why(&a, &w, now), S("last heard from 12 minutes ago")));
    w.last_seen = now - SECONDS(3);
    ck_assert(str_has(job_wait_why(&a, &w, now), S("waits to be taken by the runner of TPP")));
    job_wait_flags(&a, S("{\"paused\":{\"v\":\"True\",\"ts\":\"2022-10-07T14:59:12Z\"}}"), &w);
    ck_assert(str_has(job_wait_why(&a, &w, now), S("TPP is paused")));
    job_wait_flags(&a, S("{\"paused\":{\"v\":null,\"ts\":\"x\"},\"mode\":7}"), &w);
    w.jobs = (JobFacts){.jobs = 2, .pending = 2};
    w.status_code = S("waiting_on_workers");
    ck_assert(str_has(job_wait_why(&a, &w, now), S("Other jobs keep TPP busy")));
    w.status_code = S("unheard_of");
    w.status_message = S("Moon is full");
    ck_assert(str_eq(job_wait_why(&a, &w, now), S("TPP says: Moon is full")));
    w.status_code = S("waiting_on_dependencies");
    ck_assert(str_eq(job_wait_why_one(&a, &w, S("extract"), now), S("It waits for extract.")));
    w.jobs.running = 1;
    ck_assert(!job_wait_why(&a, &w, now).n);
    w.jobs = (JobFacts){.jobs = 2, .succeeded = 2};
    ck_assert(!job_wait_why(&a, &w, now).n);
    arena_free(&a);
}
END_TEST

// --- asking

static void refused(World *w, const char *actions, const char *say)
{
    i64 id = 0;
    Err *e = world_ask(w, w->tpp.id, actions, false, &id);
    ck_assert_msg(e && e->kind == ERR_BAD_INPUT, "%s was taken", actions);
    ck_assert_msg(str_has(e->say, str_from(say)), "%.*s", STR(e->say));
}

START_TEST(a_request_needs_known_actions)
{
    owned_world w = world_make();
    refused(w, "", "Please select at least one of the Actions listed above.");
    refused(w, "extract nope", "\"nope\" is not an action");
    JobRequest r = world_request(w, "run_all", false);
    ck_assert(str_eq(r.requested_actions, S("[\"run_all\"]")));
    ck_assert_int_eq(r.identifier.n, 16);
    ck_assert(str_eq(r.status, S("unknown")) && r.is_active);
}
END_TEST

START_TEST(an_archived_workspace_takes_no_requests)
{
    owned_world w = world_make();
    i64 id = 0;
    w->workspace.is_archived = true;
    Err *e = world_ask(w, w->tpp.id, "extract", false, &id);
    ck_assert(e && str_starts(e->say, S("You cannot create Jobs for an archived Workspace")));
}
END_TEST

// --- cancelling

static WebAnswer cancel(World *w, const JobRequest *r, const char *job, const Visitor *who)
{
    Str line = arena_fmt(&w->a, "POST /lab/long-covid/genetic/%lld/%s%scancel/", (long long)r->id,
                         job, *job ? "/" : "");
    return web_call(&w->web, cstr(&w->a, line), .as = who, .form = "");
}

START_TEST(cancelling_before_anybody_took_it_ends_it)
{
    owned_world w = world_make();
    JobRequest r = world_request(w, "run_all", false);
    ck_assert_int_eq(cancel(w, &r, "", &w->ada).status, 303);
    r = world_again(w, r.id);
    ck_assert(str_eq(r.status, S("cancelled")) && !r.is_active && r.completed_at);
    ck_assert(str_eq(r.canceller, S("ada")));
    // the runner had fetched it just before: its jobs are cancelled as they appear
    Str jobs = world_two(w, world_job(w, r.identifier, "j1", "extract", "pending", ""),
                         world_job(w, r.identifier, "j2", "model", "pending", ""));
    ck_assert_int_eq(world_report(w, jobs).status, 200);
    r = world_again(w, r.id);
    ck_assert(r.is_active);
    ck_assert(str_eq(r.cancelled_actions, S("[\"extract\",\"model\"]")));
}
END_TEST

START_TEST(cancelling_names_what_is_not_finished)
{
    owned_world w = world_make();
    JobRequest r = world_request(w, "run_all", false);
    world_report(w, world_two(w, world_job(w, r.identifier, "j1", "extract", "succeeded", ""),
                              world_job(w, r.identifier, "j2", "model", "running", "")));
    ck_assert_int_eq(cancel(w, &r, "", &w->ada).status, 303);
    r = world_again(w, r.id);
    ck_assert(str_eq(r.cancelled_actions, S("[\"model\"]")));
    ck_assert(str_eq(r.status, S("running"))); // until its runner has stopped it
}
END_TEST

START_TEST(one_job_can_be_cancelled)
{
    owned_world w = world_make();
    JobRequest r = world_request(w, "run_all", false);
    world_report(w, world_two(w, world_job(w, r.identifier, "j1", "extract", "running", ""),
                              world_job(w, r.identifier, "j2", "model", "pending", "")));
    ck_assert_int_eq(cancel(w, &r, "j2", &w->ada).status, 303);
    ck_assert_int_eq(cancel(w, &r, "j2", &w->ada).status, 303); // twice does no harm
    ck_assert(str_eq(world_again(w, r.id).cancelled_actions, S("[\"model\"]")));
}
END_TEST

START_TEST(only_its_creator_or_a_holder_of_job_cancel_may_cancel)
{
    owned_world w = world_make();
    JobRequest r = world_request(w, "run_all", false);
    ck_assert_int_eq(cancel(w, &r, "", &w->bob).status, 404);
    ck_assert(world_again(w, r.id).is_active);
    w->web.granted[PERM_JOB_CANCEL] = true;
    ck_assert_int_eq(cancel(w, &r, "", &w->bob).status, 303);
    ck_assert(!world_again(w, r.id).is_active);
    ck_assert_int_eq(cancel(w, &r, "", &w->bob).status, 303); // too late, and harmless
}
END_TEST

// --- links to scripts

START_TEST(scripts_lead_to_their_file_where_the_host_is_known)
{
    scratch t = scratch_make();
    Str sha = S("d1e88b31cbe8f67c58f938adb5ee500d54a69764");
    const struct {
        const char *repo, *url;
    } cases[] = {
        {"https://github.com/lab/study",          "https://github.com/lab/study/blob/SHA/a/b.py"        },
        {"https://github.com/lab/study.git",      "https://github.com/lab/study/blob/SHA/a/b.py"        },
        {"https://gitlab.lab.example/x/y/study/",
         "https://gitlab.lab.example/x/y/study/-/blob/SHA/a/b.py"                                       },
        {"https://codeberg.org/lab/study",        "https://codeberg.org/lab/study/src/commit/SHA/a/b.py"},
        {"https://github.lab.example/lab/study",
         "https://github.lab.example/lab/study/blob/SHA/a/b.py"                                         },
        {"https://git.lab.example/lab/study",     ""                                                    },
        {"http://github.com/lab/study",           ""                                                    },
        {"file:///srv/study",                     ""                                                    },
        {"https://ada:pw@github.com/lab/study",   ""                                                    },
    };
    for (isize i = 0; i < COUNT(cases); i++)
        ck_str(str_replace(&t.a, script_url(&t.a, str_from(cases[i].repo), sha, S("a/b.py")), sha,
                           S("SHA")),
               str_from(cases[i].url));
    ck_str(script_url(&t.a, S("https://github.com/lab/study"), sha, S("../x.py")), S(""));
}
END_TEST

START_TEST(only_what_an_action_runs_becomes_a_link)
{
    scratch t = scratch_make();
    Str text = S("version: '3.0'\nexpectations: {population_size: 10}\nactions:\n"
                 "  a: # not other/model.py\n    run: r:latest \"analysis/a.R\" output/in.csv <b>\n"
                 "    outputs: {highly_sensitive: {x: output/a.R}}\n"
                 "  b:\n    run: python:latest python -m x analysis/a.R.py ../up.py\n"
                 "    outputs: {highly_sensitive: {x: output/x.csv}}\n");
    const Study *study = study_check(&t.a, text, STUDY_RULES_2023_12);
    ScriptText got = script_text(&t.a, text, study, S("https://github.com/o/r"), S("c0"));
    Buf all = {.a = &t.a}, links = {.a = &t.a};
    for (isize i = 0; i < got.n; i++) {
        buf_put(&all, got.v[i].text);
        if (got.v[i].url.n) buf_fmt(&links, "%.*s ", STR(got.v[i].url));
    }
    ck_str(buf_str(&all), text);
    ck_str(buf_str(&links), S("https://github.com/o/r/blob/c0/analysis/a.R "
                              "https://github.com/o/r/blob/c0/analysis/a.R.py "));
    got = script_text(&t.a, text, study, S("https://git.example/o/r"), S("c0"));
    ck_assert_int_eq(got.n, 1);
    ck_assert_int_eq(script_text(&t.a, S(""), NULL, S(""), S("")).n, 0);
}
END_TEST

// --- mail

static isize letters(World *w, MailList *out)
{
    ck_works(mail_list(w->db, &w->a, INT64_MAX, out));
    return out->n;
}

START_TEST(one_letter_tells_how_a_request_ended)
{
    owned_world w = world_make();
    MailList mail;
    JobRequest r = world_request(w, "run_all", true);
    world_report(w, world_two(w, world_job(w, r.identifier, "j1", "extract", "succeeded", ""),
                              world_job(w, r.identifier, "j2", "model", "running", "")));
    ck_assert_int_eq(letters(w, &mail), 0);
    Str end =
        world_two(w, world_job(w, r.identifier, "j1", "extract", "succeeded", ""),
                  world_job(w, r.identifier, "j2", "model", "failed", "Job exited with an error"));
    world_report(w, end);
    world_report(w, end);
    ck_assert_int_eq(letters(w, &mail), 1);
    ck_assert(str_eq(mail.v[0].subject, S("failed: [os genetic] 1 of 2 actions")));
    ck_assert(str_eq(mail.v[0].address, S("ada@lab.example")));
    Mail m = {0};
    ck_works(mail_get(w->db, &w->a, mail.v[0].id, &m));
    ck_assert(str_has(m.body, S("model failed after 7 seconds with the following message:")));
    ck_assert(str_find(m.body, S("model failed")) < str_find(m.body, S("extract succeeded")));
    ck_assert(str_has(m.body, S("https://tresor.test/lab/long-covid/genetic/")));
}
END_TEST

START_TEST(a_request_of_one_job_is_named_by_its_action)
{
    owned_world w = world_make();
    MailList mail;
    JobRequest r = world_request(w, "extract", true);
    world_report(
        w, world_job(w, r.identifier, "j1", "extract", "succeeded", "Completed successfully"));
    ck_assert_int_eq(letters(w, &mail), 1);
    ck_assert(str_eq(mail.v[0].subject, S("succeeded: [os genetic] extract")));
}
END_TEST

START_TEST(without_notifications_nobody_gets_a_letter)
{
    owned_world w = world_make();
    MailList mail;
    JobRequest r = world_request(w, "extract", false);
    world_report(w, world_job(w, r.identifier, "j1", "extract", "succeeded", ""));
    ck_assert_int_eq(letters(w, &mail), 0);
}
END_TEST

START_TEST(operators_hear_once_of_what_users_cannot_repair)
{
    owned_world w = world_make();
    MailList mail;
    StrList roles = {0};
    str_list_add(&w->a, &roles, S("CoreDeveloper"));
    ck_works(db_begin(w->db, &w->a));
    ck_works(account_roles_set(w->db, &w->a, w->web.now, w->bob.id, w->bob.id, 0, &roles));
    ck_works(db_commit(w->db, &w->a));
    JobRequest r = world_request(w, "extract", false);
    w->web.log.fd = -1;
    Str bad =
        world_job(w, r.identifier, "j1", "extract", "failed", "Internal Error: a platform issue");
    world_report(w, bad);
    world_report(w, bad);
    ck_assert_int_eq(letters(w, &mail), 1);
    ck_assert(str_eq(mail.v[0].username, S("bob")));
}
END_TEST

// --- pages

static WebAnswer get(World *w, const char *path)
{
    return web_call(&w->web, cstr(&w->a, arena_fmt(&w->a, "GET %s", path)), .as = &w->ada);
}

static bool shows(World *w, const char *path, const char *text)
{
    WebAnswer r = get(w, path);
    ck_assert_msg(r.status == 200, "%s: %d %.*s", path, r.status, STR(r.body));
    return str_has(r.body, str_from(text));
}

START_TEST(the_log_is_filtered)
{
    owned_world w = world_make();
    JobRequest first = world_request(w, "extract", false);
    world_report(w, world_job(w, first.identifier, "abc234job", "extract", "failed", "x"));
    JobRequest second = world_request(w, "model", false);
    const char *one = "/lab/long-covid/genetic/1/\"", *two = "/lab/long-covid/genetic/2/\"";
    ck_assert(first.id == 1 && second.id == 2);
    static const struct {
        const char *query;
        bool one, two;
    } cases[] = {
        {"",                          true,  true },
        {"?status=failed",            true,  false},
        {"?status=unknown",           false, true },
        {"?backend=tpp",              true,  true },
        {"?backend=emis",             false, false},
        {"?backend=nowhere",          false, false},
        {"?person=ada",               true,  true },
        {"?person=bob",               false, false},
        {"?person=ada&status=failed", true,  false},
        {"?workspace=genetic",        true,  true },
        {"?workspace=other",          false, false},
        {"?q=extr",                   true,  false},
        {"?q=EXTR",                   true,  false},
        {"?q=c234j",                  true,  false},
        {"?q=extr&status=succeeded",  false, false},
        {"?q=%22quote",               false, false},
        {"?mine=yes",                 true,  true },
        {"?before=2",                 true,  false},
    };
    for (isize i = 0; i < COUNT(cases); i++) {
        const char *path = cstr(&w->a, arena_fmt(&w->a, "/event-log/%s", cases[i].query));
        ck_assert_msg(shows(w, path, one) == cases[i].one, "%s and request 1", cases[i].query);
        ck_assert_msg(shows(w, path, two) == cases[i].two, "%s and request 2", cases[i].query);
    }
    ck_assert(shows(w, "/event-log/?q=ex", "at least three letters"));
    ck_assert(shows(w, "/event-log/?backend=emis", "No results found."));
    ck_assert(shows(w, "/event-log/?open=1", "abc234job"));
    ck_assert(!shows(w, "/event-log/", "abc234job"));
    ck_assert(shows(w, "/lab/long-covid/genetic/logs/", one));
}
END_TEST

START_TEST(the_log_is_paged_by_the_last_request_seen)
{
    owned_world w = world_make();
    for (int i = 0; i < 60; i++)
        world_request(w, "extract", false);
    WebAnswer r = get(w, "/event-log/");
    ck_assert(str_has(r.body, S("id=\"r60\"")) && str_has(r.body, S("id=\"r11\"")));
    ck_assert(!str_has(r.body, S("id=\"r10\"")));
    ck_assert(str_has(r.body, S("before=11")));
    r = get(w, "/event-log/?before=11");
    ck_assert(str_has(r.body, S("id=\"r10\"")) && str_has(r.body, S("id=\"r1\"")));
    ck_assert(!str_has(r.body, S("id=\"r11\"")) && !str_has(r.body, S("data-live")));
}
END_TEST

START_TEST(a_request_shows_its_jobs_and_their_picture)
{
    owned_world w = world_make();
    JobRequest r = world_request(w, "run_all", false);
    ck_assert(shows(w, "/lab/long-covid/genetic/1/", "has never called in"));
    world_report(w,
                 world_two(w, world_job(w, r.identifier, "j1", "extract", "running", "Executing"),
                           world_job(w, r.identifier, "j2", "model", "pending", "<b>Waiting")));
    WebAnswer a = get(w, "/lab/long-covid/genetic/1/");
    ck_assert(str_has(a.body, S("&lt;b&gt;Waiting")) && !str_has(a.body, S("<b>Waiting")));
    ck_assert(str_has(a.body, S("class=\"dag\"")) && str_has(a.body, S("<path d=\"M")));
    ck_assert(str_has(a.body, S("href=\"/lab/long-covid/genetic/1/j2/\"")));
    a = get(w, "/lab/long-covid/genetic/1/project.yaml");
    ck_assert(a.status == 200 && str_eq(a.body, S(world_yaml)));
    ck_assert(str_has(a.head, S("text/plain")));
    ck_assert_int_eq(get(w, "/lab/other/genetic/1/").status, 404);
}
END_TEST

START_TEST(bars_stand_where_their_jobs_ran)
{
    Arena a = {0};
    TimelineJob v[] = {
        {S("late"),  S("running"),   S("/l/"), SECONDS(190), 0           },
        {S("never"), S("pending"),   S("/n/"), 0,            0           },
        {S("first"), S("succeeded"), S("/f/"), SECONDS(100), SECONDS(150)},
        {S("odd"),   S("failed"),    S("/o/"), SECONDS(120),
         SECONDS(110)                                                    }, // ended before it began: a clock that jumped
    };
    Timeline t = timeline_layout(&a, v, COUNT(v), SECONDS(200));
    ck_assert_int_eq(t.bars_n, 3);
    ck_assert(str_eq(t.bars[0].label, S("first")) && str_eq(t.bars[2].label, S("late")));
    ck_assert_int_eq(t.bars[0].x, t.left);
    ck_assert_int_eq(t.bars[0].w, 320);
    for (isize i = 0; i < t.bars_n; i++) {
        ck_assert(t.bars[i].w > 0 && t.bars[i].x + t.bars[i].w <= t.width);
        if (i) ck_assert_int_ge(t.bars[i].y - t.bars[i - 1].y, TIMELINE_BAR);
    }
    ck_assert(t.ticks_n >= 2 && str_eq(t.ticks[0].label, S("00:00:00")));
    ck_assert(str_has(t.bars[0].title, S("00:00:50")));
    ck_assert_int_eq(timeline_layout(&a, v + 1, 1, SECONDS(200)).bars_n, 0);
    arena_free(&a);
}
END_TEST

START_TEST(of_many_bars_the_longest_are_kept)
{
    Arena a = {0};
    TimelineJob *v = make(&a, TimelineJob, 500);
    for (int i = 0; i < 500; i++)
        v[i] =
            (TimelineJob){S("x"), S("succeeded"), S("/x/"), SECONDS(1000 - i), SECONDS(1000 + i)};
    Timeline t = timeline_layout(&a, v, 500, SECONDS(5000));
    ck_assert_int_eq(t.bars_n, TIMELINE_BARS_MAX);
    ck_assert_int_eq(t.left_out, 300);
    ck_assert(str_has(t.bars[0].title, S("00:16:38")));
    arena_free(&a);
}
END_TEST

START_TEST(a_job_is_found_by_the_beginning_of_its_identifier)
{
    owned_world w = world_make();
    JobRequest r = world_request(w, "run_all", false);
    world_report(w,
                 world_two(w, world_job(w, r.identifier, "abcd", "extract", "running", "Executing"),
                           world_job(w, r.identifier, "abxy", "model", "pending", "")));
    WebAnswer a = get(w, "/lab/long-covid/genetic/1/abc/");
    ck_assert_int_eq(a.status, 303);
    ck_assert(str_eq(a.location, S("/lab/long-covid/genetic/1/abcd/")));
    ck_assert_int_eq(get(w, "/lab/long-covid/genetic/1/ab/").status, 404);
    ck_assert(str_eq(get(w, "/jobs/abx/").location, S("/lab/long-covid/genetic/1/abxy/")));
    ck_assert(str_eq(get(w, "/job-requests/1/").location, S("/lab/long-covid/genetic/1/")));
    ck_assert(shows(w, "/lab/long-covid/genetic/1/abcd/", "Executing"));
}
END_TEST

START_TEST(a_refused_request_says_why)
{
    owned_world w = world_make();
    JobRequest r = world_request(w, "run_all", false);
    world_report(w, world_job(w, r.identifier, "e1", "__error__", "failed",
                              "GitError: Error fetching commit"));
    WebAnswer a = get(w, "/lab/long-covid/genetic/1/");
    ck_assert(str_has(a.body, S("GitError: Error fetching commit")));
    ck_assert(!str_has(a.body, S("id=\"jobs\"")));
}
END_TEST

Suite *job_suite(void)
{
    Suite *s = suite_create("job");
    TCase *rules = tcase_create("rules"), *pages = tcase_create("pages");
    tcase_add_test(rules, the_state_of_a_request_follows_from_its_jobs);
    tcase_add_test(rules, a_job_that_was_cancelled_does_not_look_broken);
    tcase_add_test(rules, one_sentence_says_why_nothing_happens);
    tcase_add_test(rules, a_request_needs_known_actions);
    tcase_add_test(rules, an_archived_workspace_takes_no_requests);
    tcase_add_test(rules, cancelling_before_anybody_took_it_ends_it);
    tcase_add_test(rules, cancelling_names_what_is_not_finished);
    tcase_add_test(rules, one_job_can_be_cancelled);
    tcase_add_test(rules, only_its_creator_or_a_holder_of_job_cancel_may_cancel);
    tcase_add_test(rules, one_letter_tells_how_a_request_ended);
    tcase_add_test(rules, a_request_of_one_job_is_named_by_its_action);
    tcase_add_test(rules, without_notifications_nobody_gets_a_letter);
    tcase_add_test(rules, operators_hear_once_of_what_users_cannot_repair);
    tcase_add_test(pages, scripts_lead_to_their_file_where_the_host_is_known);
    tcase_add_test(pages, only_what_an_action_runs_becomes_a_link);
    tcase_add_test(pages, the_log_is_filtered);
    tcase_add_test(pages, the_log_is_paged_by_the_last_request_seen);
    tcase_add_test(pages, a_request_shows_its_jobs_and_their_picture);
    tcase_add_test(rules, bars_stand_where_their_jobs_ran);
    tcase_add_test(rules, of_many_bars_the_longest_are_kept);
    tcase_add_test(pages, a_job_is_found_by_the_beginning_of_its_identifier);
    tcase_add_test(pages, a_refused_request_says_why);
    suite_add_tcase(s, rules);
    suite_add_tcase(s, pages);
    return s;
}
