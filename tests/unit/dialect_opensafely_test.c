// API v2 as job-runners use it: the cases H01 to H20, H31 and H32 of the job-server's own tests, and the superset.
#include "job_world.h"
#include "mail/mail.gen.h"

#define TOKEN "Authorization: backend-token\r\n"

static WebAnswer ask(World *w, const char *line, const char *headers)
{
    return web_call(&w->web, line, .headers = headers, .stranger = true);
}

static bool says(WebAnswer r, int status, const char *body)
{
    if (r.status == status && str_eq(r.body, str_from(body))) return true;
    fprintf(stderr, "%d %.*s\n", r.status, STR(r.body));
    return false;
}

START_TEST(H01_the_token_decides)
{
    owned_world w = world_make();
    const char *get = "GET /api/v2/job-requests/?backend=emis";
    ck_assert(says(ask(w, get, ""), 403, "{\"detail\":\"Authorization header is missing\"}"));
    ck_assert(says(ask(w, get, "Authorization: \r\n"), 403,
                   "{\"detail\":\"Authorization header is empty\"}"));
    ck_assert(says(ask(w, get, "Authorization: nope\r\n"), 403, "{\"detail\":\"Invalid token\"}"));
    ck_assert(says(ask(w, get, TOKEN), 200,
                   "{\"count\":0,\"next\":null,\"previous\":null,\"results\":[]}"));
}
END_TEST

START_TEST(H02_a_call_is_remembered_with_its_flags)
{
    owned_world w = world_make();
    BackendGet b = {0};
    ask(w, "GET /api/v2/job-requests/",
        TOKEN "Flags: {\"mode\":{\"v\":\"db-maintenance\",\"ts\":\"x\"}}\r\n");
    ck_works(backend_by_id(w->db, &w->a, w->tpp.id, &b));
    ck_assert_int_eq(b.last_seen_at, w->web.now);
    ck_assert(str_has(b.flags, S("db-maintenance")));
    ck_assert_int_eq(ask(w, "GET /api/v2/job-requests/", TOKEN "Flags: [broken\r\n").status, 200);
    ck_works(backend_by_id(w->db, &w->a, w->tpp.id, &b));
    ck_assert(str_has(b.flags, S("db-maintenance")));
}
END_TEST

START_TEST(H03_H04_jobs_are_made_and_updated)
{
    owned_world w = world_make();
    JobRequest r = world_request(w, "run_all", false);
    JobList jobs;
    WebAnswer a = world_report(
        w, world_two(w, world_job(w, r.identifier, "j1", "extract", "pending", "Created"),
                     world_job(w, r.identifier, "j2", "model", "pending", "Created")));
    ck_assert(says(a, 200, "{\"status\":\"success\"}"));
    world_report(w, world_two(w, world_job(w, r.identifier, "j1", "extract", "succeeded", "Done"),
                              world_job(w, r.identifier, "j2", "model", "running", "Executing")));
    ck_works(job_of_request(w->db, &w->a, r.id, &jobs));
    ck_assert_int_eq(jobs.n, 2);
    ck_assert(str_eq(jobs.v[0].status, S("succeeded")) &&
              str_eq(jobs.v[0].status_message, S("Done")));
    ck_assert_int_eq(jobs.v[0].completed_at - jobs.v[0].started_at, SECONDS(7));
    ck_assert(str_eq(jobs.v[1].status, S("running")));
    r = world_again(w, r.id);
    ck_assert(r.jobs == 2 && r.jobs_succeeded == 1 && str_eq(r.status, S("running")));
}
END_TEST

START_TEST(H05_what_is_missing_is_named)
{
    owned_world w = world_make();
    static const char *const missing[] = {"job_request_id", "identifier",     "status",
                                          "status_code",    "status_message", "created_at",
                                          "updated_at",     "started_at",     "completed_at"};
    WebAnswer r = world_post(w, "[{\"action\":\"x\"}]");
    ck_assert_int_eq(r.status, 400);
    const Json *j = NULL;
    ck_works(json_parse(&w->a, r.body, &j));
    JsonWalk walk = json_walk(j);
    ck_assert(json_next(&walk));
    ck_assert_int_eq(json_count(walk.value), COUNT(missing));
    for (isize i = 0; i < COUNT(missing); i++) {
        JsonWalk texts = json_walk(json_get(walk.value, str_from(missing[i])));
        ck_assert(json_next(&texts));
        ck_assert(str_eq(json_as_str(texts.value, S("")), S("This field is required.")));
    }
}
END_TEST

START_TEST(bodies_are_refused_in_the_words_of_the_original)
{
    owned_world w = world_make();
    ck_assert(
        says(world_post(w, "{}"), 400,
             "{\"non_field_errors\":[\"Expected a list of items but got type \\\"dict\\\".\"]}"));
    ck_assert(
        says(world_post(w, "[3]"), 400,
             "[{\"non_field_errors\":[\"Invalid data. Expected a dictionary, but got int.\"]}]"));
    ck_assert(str_starts(world_post(w, "[{").body, S("{\"detail\":\"JSON parse error - ")));
    JobRequest r = world_request(w, "extract", false);
    Str good = world_job(w, r.identifier, "j1", "extract", "pending", "");
    Str bad = str_replace(&w->a, world_job(w, r.identifier, "j2", "model", "sleeping", ""),
                          S("\"created_at\":\"2026-11-22T03:30:11Z\""), S("\"created_at\":null"));
    ck_assert(says(world_report(w, world_two(w, good, bad)), 400,
                   "[{},{\"status\":[\"\\\"sleeping\\\" is not a valid choice.\"],"
                   "\"created_at\":[\"This field may not be null.\"]}]"));
    ck_assert_int_eq(world_again(w, r.id).jobs, 0);
}
END_TEST

START_TEST(H06_H10_who_and_how)
{
    owned_world w = world_make();
    WebAnswer r = web_call(&w->web, "POST /api/v2/jobs/", .body = "[]", .stranger = true,
                           .headers = "Content-Type: application/json\r\n");
    ck_assert_int_eq(r.status, 403);
    r = ask(w, "GET /api/v2/jobs/", TOKEN);
    ck_assert(says(r, 405, "{\"detail\":\"Method \\\"GET\\\" not allowed.\"}"));
    ck_assert(str_has(r.head, S("Allow: POST")));
    ck_assert_int_eq(ask(w, "PUT /api/v2/jobs/", TOKEN).status, 405);
}
END_TEST

START_TEST(H07_jobs_that_are_not_told_of_are_gone)
{
    owned_world w = world_make();
    JobRequest r = world_request(w, "run_all", false);
    JobList jobs;
    world_report(w, world_two(w, world_job(w, r.identifier, "j1", "extract", "pending", ""),
                              world_job(w, r.identifier, "j2", "model", "pending", "")));
    world_report(w, world_two(w, world_job(w, r.identifier, "j2", "model", "running", ""),
                              world_job(w, r.identifier, "j3", "plot", "pending", "")));
    ck_works(job_of_request(w->db, &w->a, r.id, &jobs));
    ck_assert_int_eq(jobs.n, 2);
    ck_assert(str_eq(jobs.v[0].identifier, S("j2")) && str_eq(jobs.v[1].identifier, S("j3")));
}
END_TEST

START_TEST(H12_unknown_requests_are_passed_over)
{
    owned_world w = world_make();
    ck_assert(says(world_report(w, world_job(w, S("zzzzzzzzzzzzzzzz"), "j1", "x", "pending", "")),
                   200, "{\"status\":\"success\"}"));
}
END_TEST

START_TEST(a_backend_does_not_report_for_another)
{
    owned_world w = world_make();
    i64 id = 0;
    ck_works(world_ask(w, w->emis.id, "extract", false, &id));
    JobRequest r = world_again(w, id);
    ck_assert_int_eq(
        world_report(w, world_job(w, r.identifier, "j1", "extract", "succeeded", "")).status, 200);
    ck_assert_int_eq(world_again(w, id).jobs, 0);
}
END_TEST

START_TEST(a_job_never_moves_to_another_request)
{
    owned_world w = world_make();
    JobRequest one = world_request(w, "extract", false), two = world_request(w, "extract", false);
    world_report(w, world_job(w, one.identifier, "j1", "extract", "running", ""));
    world_report(w, world_job(w, two.identifier, "j1", "extract", "succeeded", ""));
    ck_assert_int_eq(world_again(w, two.id).jobs, 0);
    ck_assert(str_eq(world_again(w, one.id).status, S("running")));
}
END_TEST

START_TEST(H13_jobs_of_two_requests_may_be_mixed)
{
    owned_world w = world_make();
    JobRequest a = world_request(w, "run_all", false), b = world_request(w, "run_all", false);
    Str first = world_two(w, world_job(w, a.identifier, "a1", "extract", "pending", ""),
                          world_job(w, b.identifier, "b1", "extract", "pending", ""));
    Str second = world_two(w, world_job(w, a.identifier, "a2", "model", "pending", ""),
                           world_job(w, b.identifier, "b2", "model", "pending", ""));
    world_report(w, world_two(w, first, second));
    ck_assert_int_eq(world_again(w, a.id).jobs, 2);
    ck_assert_int_eq(world_again(w, b.id).jobs, 2);
}
END_TEST

START_TEST(H15_H16_a_runner_is_told_of_its_active_requests)
{
    owned_world w = world_make();
    i64 id = 0;
    JobRequest done = world_request(w, "extract", false), part = world_request(w, "run_all", false);
    JobRequest fresh = world_request(w, "model", false);
    ck_works(world_ask(w, w->emis.id, "extract", false, &id));
    world_report(w, world_job(w, done.identifier, "d1", "extract", "succeeded", ""));
    world_report(w, world_two(w, world_job(w, part.identifier, "p1", "extract", "succeeded", ""),
                              world_job(w, part.identifier, "p2", "model", "pending", "")));
    WebAnswer r = ask(w, "GET /api/v2/job-requests/?backend=tpp&limit=1", TOKEN);
    const Json *j = NULL;
    ck_works(json_parse(&w->a, r.body, &j));
    ck_assert_int_eq(json_get_int(j, S("count"), 0), 2);
    JsonWalk walk = json_walk(json_get(j, S("results")));
    ck_assert(json_next(&walk) &&
              str_eq(json_get_str(walk.value, S("identifier")), fresh.identifier));
    ck_assert(json_next(&walk) &&
              str_eq(json_get_str(walk.value, S("identifier")), part.identifier));
    ck_assert(!json_next(&walk));
}
END_TEST

START_TEST(a_request_carries_what_every_runner_reads)
{
    owned_world w = world_make();
    JobRequest made = world_request(w, "run_all", false);
    WebAnswer r = ask(w, "GET /api/v2/job-requests/", TOKEN);
    Str at = time_iso(&w->a, w->web.now);
    Str want = arena_fmt(
        &w->a,
        "{\"count\":1,\"next\":null,\"previous\":null,\"results\":[{\"backend\":\"tpp\","
        "\"sha\":\"d1e88b31cbe8f67c58f938adb5ee500d54a69764\",\"identifier\":\"%.*s\","
        "\"force_run_dependencies\":false,\"requested_actions\":[\"run_all\"],\"cancelled_"
        "actions\":[],"
        "\"created_by\":\"ada\",\"created_at\":\"%.*s\",\"workspace\":{\"name\":\"genetic\","
        "\"repo\":\"https://git.example/lab/study\",\"branch\":\"main\",\"db\":\"full\","
        "\"created_by\":\"ada\",\"created_at\":\"%.*s\"},\"database_name\":\"default\","
        "\"project\":\"long-covid\",\"orgs\":[\"lab\"],\"codelists_ok\":true}]}",
        STR(made.identifier), STR(at), STR(at));
    ck_assert(says(r, 200, cstr(&w->a, want)));
}
END_TEST

START_TEST(a_waiting_runner_is_answered_at_once_when_there_is_news)
{
    owned_world w = world_make();
    world_request(w, "run_all", false);
    WebAnswer r = ask(w, "GET /api/v2/job-requests/", TOKEN "Prefer: wait=600\r\n");
    ck_assert_int_eq(r.status, 200);
    ck_assert(str_has(r.head, S("Preference-Applied: wait=600\r\n")));
    r = ask(w, "GET /api/v2/job-requests/", TOKEN "Prefer: wait=600\r\nIf-None-Match: \"old\"\r\n");
    ck_assert_int_eq(r.status, 200);
}
END_TEST

START_TEST(H18_H19_what_somebody_may_do)
{
    owned_world w = world_make();
    StrList roles = {0};
    str_list_add(&w->a, &roles, S("CoreDeveloper"));
    ck_works(db_begin(w->db, &w->a));
    ck_works(account_roles_set(w->db, &w->a, w->web.now, w->ada.id, w->ada.id, 0, &roles));
    ck_works(org_member_set(w->db, &w->a, w->web.now, w->ada.id, w->org.id, w->ada.id, true));
    ck_works(db_commit(w->db, &w->a));
    WebAnswer r = ask(w, "GET /api/v2/users/ada/", TOKEN);
    ck_assert_int_eq(r.status, 200);
    ck_assert_msg(
        str_starts(r.body,
                   S("{\"permissions\":{\"global\":[\"application_manage\",\"backend_manage\","
                     "\"org_create\"")),
        "%.*s", STR(r.body));
    ck_assert(str_has(r.body, S("\"orgs\":[{\"slug\":\"lab\",\"permissions\":[]}]")));
    ck_assert(
        str_has(r.body, S("{\"slug\":\"long-covid\",\"permissions\":[\"job_cancel\",\"job_run\","
                          "\"snapshot_create\",\"workspace_archive\",\"workspace_create\","
                          "\"workspace_toggle_notifications\"]}")));
    ck_assert(str_has(r.body, S("\"roles\":{\"global\":[\"CoreDeveloper\"]")));
    ck_assert(str_has(r.body, S("{\"slug\":\"long-covid\",\"roles\":[\"ProjectDeveloper\"]}")));
    ck_assert(says(ask(w, "GET /api/v2/users/nobody/", TOKEN), 404, "{\"detail\":\"Not found.\"}"));
}
END_TEST

START_TEST(H20_the_newest_state_of_every_action)
{
    owned_world w = world_make();
    const char *get = "GET /api/v2/workspaces/genetic/statuses/";
    ck_assert(says(ask(w, get, ""), 200, "{}"));
    JobRequest one = world_request(w, "run_all", false), two = world_request(w, "extract", false);
    world_report(w, world_two(w, world_job(w, one.identifier, "a1", "extract", "failed", ""),
                              world_job(w, one.identifier, "a2", "model", "failed", "")));
    world_report(w, world_job(w, two.identifier, "b1", "extract", "succeeded", ""));
    ck_assert(says(ask(w, get, ""), 200, "{\"extract\":\"succeeded\",\"model\":\"failed\"}"));
    ck_assert(says(ask(w, "GET /api/v2/workspaces/genetic/statuses/?backend=emis", ""), 200, "{}"));
    // a later report of the older request does not make its job the newest
    world_report(w, world_two(w, world_job(w, one.identifier, "a1", "extract", "running", ""),
                              world_job(w, one.identifier, "a2", "model", "running", "")));
    ck_assert(says(ask(w, get, ""), 200, "{\"extract\":\"succeeded\",\"model\":\"running\"}"));
    // when the newest is dropped, the one before counts again
    world_report(w, world_job(w, two.identifier, "b2", "other", "pending", ""));
    ck_assert(says(ask(w, get, ""), 200,
                   "{\"extract\":\"running\",\"model\":\"running\",\"other\":\"pending\"}"));
    ck_assert(says(ask(w, "GET /api/v2/workspaces/nowhere/statuses/", ""), 404, ""));
}
END_TEST

START_TEST(H31_H32_small_ones)
{
    owned_world w = world_make();
    ck_assert(says(ask(w, "GET /api/v2/workspaces/genetic/status", ""), 200,
                   "{\"uses_new_release_flow\":true}"));
    const char *line = "POST /api/v2/release-notifications/";
    const char *json = TOKEN "Content-Type: application/json\r\n";
    ck_assert(
        says(web_call(&w->web, line, .headers = json, .stranger = true,
                      .body = "{\"created_by\":\"ada\",\"path\":\"/x\",\"files\":[\"a.csv\"]}"),
             201, "{\"created_by\":\"ada\",\"path\":\"/x\",\"files\":[\"a.csv\"]}"));
    ck_assert(says(
        web_call(&w->web, line, .headers = json, .stranger = true, .body = "{\"path\":\"\"}"), 400,
        "{\"created_by\":[\"This field is required.\"],\"path\":[\"This field may not be "
        "blank.\"]}"));
}
END_TEST

// What an airlock tells (contract 2.8): the right people get one letter, however often it is told.
static WebAnswer told(World *w, const char *event, const char *id)
{
    Str body = arena_fmt(&w->a,
                         "{\"event_type\":\"%s\",\"updates\":[{\"update_type\":\"x\"},"
                         "{\"update_type\":\"file_added\",\"update\":\"file added (2)\","
                         "\"group\":\"1\",\"user\":\"ada\"},{\"update\":\"\\u0007\"},7,{}],"
                         "\"workspace\":\"genetic\",\"request\":\"7\",\"request_author\":\"ada\","
                         "\"user\":\"%s\",\"event_id\":\"%s\"}",
                         event, strcmp(event, "request_submitted") ? "carl" : "ada", id);
    return web_call(&w->web, "POST /api/v2/airlock/events/", .stranger = true,
                    .headers = TOKEN "Content-Type: application/json\r\n",
                    .body = cstr(&w->a, body));
}

START_TEST(an_airlocks_event_is_mailed_once_to_the_right_people)
{
    owned_world w = world_make();
    MailList letters;
    StrList checker = {0};
    const char *ok = "{\"status\":\"ok\"}";
    ck_works(db_begin(w->db, &w->a));
    Visitor carl = world_person(w, "carl"), cora = world_person(w, "cora"),
            eve = world_person(w, "eve");
    str_list_add(&w->a, &checker, S("OutputChecker"));
    const Visitor *const checkers[] = {&carl, &cora, &eve};
    for (isize i = 0; i < COUNT(checkers); i++)
        ck_works(account_roles_set(w->db, &w->a, w->web.now, 0, checkers[i]->id, 0, &checker));
    ck_works(backend_member_set(w->db, &w->a, w->web.now, 0, &w->tpp, carl.id, true));
    ck_works(backend_member_set(w->db, &w->a, w->web.now, 0, &w->tpp, cora.id, true));
    ck_works(backend_member_set(w->db, &w->a, w->web.now, 0, &w->tpp, w->bob.id, true));
    ck_works(db_commit(w->db, &w->a));
    ck_assert(says(told(w, "request_submitted", "tpp-1"), 201, ok));
    ck_assert(says(told(w, "request_submitted", "tpp-1"), 201, ok)); // the answer was lost
    ck_works(mail_list(w->db, &w->a, INT64_MAX, &letters));
    ck_assert_int_eq(
        letters.n,
        2); // carl and cora; not bob, who checks nothing, nor eve, who is not of this site
    ck_str(letters.v[0].subject, S("airlock genetic: request 7 of ada asks for a release"));
    ck_assert(says(told(w, "request_returned", "tpp-2"), 201, ok));
    ck_works(mail_list(w->db, &w->a, INT64_MAX, &letters));
    ck_assert_int_eq(letters.n, 3);
    ck_str(letters.v[0].username, S("ada"));
    Mail letter;
    ck_works(mail_get(w->db, &w->a, letters.v[0].id, &letter));
    ck_assert_msg(str_has(letter.body, S("\n\n- x\n- file added (2) (group 1) by ada\n- ")), "%.*s",
                  STR(letter.body));
    ck_assert(str_find_byte(letter.body, 7) < 0);
    ck_assert(says(told(w, "request_partially_reviewed", "tpp-3"), 201, ok));
    ck_works(mail_list(w->db, &w->a, INT64_MAX, &letters));
    ck_assert_int_eq(letters.n, 3);
    ck_assert(says(told(w, "request_eaten", "tpp-4"), 201,
                   "{\"status\":\"error\",\"message\":\"There is no such event.\"}"));
    ck_assert_int_eq(ask(w, "POST /api/v2/airlock/events/", "").status, 403);
}
END_TEST

Suite *dialect_opensafely_suite(void)
{
    Suite *s = suite_create("dialect opensafely");
    TCase *t = tcase_create("api v2");
    tcase_add_test(t, H01_the_token_decides);
    tcase_add_test(t, H02_a_call_is_remembered_with_its_flags);
    tcase_add_test(t, H03_H04_jobs_are_made_and_updated);
    tcase_add_test(t, H05_what_is_missing_is_named);
    tcase_add_test(t, bodies_are_refused_in_the_words_of_the_original);
    tcase_add_test(t, H06_H10_who_and_how);
    tcase_add_test(t, H07_jobs_that_are_not_told_of_are_gone);
    tcase_add_test(t, H12_unknown_requests_are_passed_over);
    tcase_add_test(t, a_backend_does_not_report_for_another);
    tcase_add_test(t, a_job_never_moves_to_another_request);
    tcase_add_test(t, H13_jobs_of_two_requests_may_be_mixed);
    tcase_add_test(t, H15_H16_a_runner_is_told_of_its_active_requests);
    tcase_add_test(t, a_request_carries_what_every_runner_reads);
    tcase_add_test(t, a_waiting_runner_is_answered_at_once_when_there_is_news);
    tcase_add_test(t, H18_H19_what_somebody_may_do);
    tcase_add_test(t, H20_the_newest_state_of_every_action);
    tcase_add_test(t, H31_H32_small_ones);
    tcase_add_test(t, an_airlocks_event_is_mailed_once_to_the_right_people);
    suite_add_tcase(s, t);
    return s;
}
