// What goes over the wire between server and runner, against the recordings of the original (part G of the cases).
#include "scratch.h"

#include "kit/json.h"
#include "runner/office.h"
#include "runner/wire.h"

START_TEST(ids_of_jobs_are_made_of_request_and_action)
{
    scratch t = scratch_make();
    static const struct {
        const char *request, *action, *id;
    } cases[] = {
        {"aaaaaaaaaaaaaaaa", "model",                     "pc665kok7hjp7kbj"},
        {"aaaaaaaaaaaaaaaa", "generate_study_population", "klc7l653hih4xbk5"},
        {"aaaaaaaaaaaaaaaa", "__error__",                 "e3wtnihex2ya65o3"},
        {"aaaaaaaaaaaaaaaa", "run_all",                   "7fo23unvv2ykwyyu"},
        {"lmu6z6wzhhdvqkgj", "an\u00e1lisis",             "5kri32zhcb2oooyd"},
    };
    for (isize i = 0; i < COUNT(cases); i++)
        ck_str(wire_job_id(&t.a, str_from(cases[i].request), str_from(cases[i].action)),
               str_from(cases[i].id));
}
END_TEST

#define REQUEST                                                                                    \
    "{\"count\":1,\"results\":[{\"backend\":\"tpp\",\"sha\":\"d1e8\",\"identifier\":\"lmu6\","     \
    "\"force_run_dependencies\":false,\"requested_actions\":[\"run_all\"],"                        \
    "\"cancelled_actions\":[\"a\"],\"created_by\":\"alice\","                                      \
    "\"workspace\":{\"name\":\"genetic\",\"repo\":\"https://github.com/org/study\","               \
    "\"branch\":\"main\",\"db\":\"full\",\"repo_token\":\"s3cret\"},\"later\":[1,{}]%s}]}"

START_TEST(a_request_is_read_and_its_token_is_not_kept)
{
    scratch t = scratch_make();
    WireRequests list;
    ck_works(wire_requests_read(&t.a, arena_fmt(&t.a, REQUEST, ""), &list));
    ck_assert_int_eq(list.n, 1);
    const WireRequest *r = &list.v[0];
    ck_assert_int_eq(r->fault.n, 0);
    ck_str(r->id, S("lmu6"));
    ck_str(r->workspace, S("genetic"));
    ck_str(r->branch, S("main"));
    ck_str(r->database, S("full"));
    ck_str(r->repo_token, S("s3cret"));
    ck_str(r->actions.v[0], S("run_all"));
    ck_str(r->cancelled.v[0], S("a"));
    ck_assert(!r->force && r->codelists_ok);
    ck_assert(!str_has(r->original, S("s3cret")) && str_has(r->original, S("\"later\":[1,{}]")));
    ck_works(wire_requests_read(
        &t.a, arena_fmt(&t.a, REQUEST, ",\"database_name\":\"default\",\"codelists_ok\":false"),
        &list));
    ck_str(list.v[0].database, S("default"));
    ck_assert(!list.v[0].codelists_ok);
}
END_TEST

START_TEST(an_unusable_request_does_not_hide_the_others)
{
    scratch t = scratch_make();
    WireRequests list;
    ck_works(wire_requests_read(&t.a, S(""), &list));
    ck_assert_int_eq(list.n, 0);
    ck_works(wire_requests_read(
        &t.a,
        S("{\"results\":[{\"identifier\":\"x\",\"sha\":7},{\"sha\":\"y\"},{\"identifier\":12}]}"),
        &list));
    ck_assert_int_eq(list.n, 2);
    ck_assert(list.v[0].fault.n > 0);
    ck_str(list.v[1].id, S("12"));
    ck_fails(ERR_BAD_INPUT, wire_requests_read(&t.a, S("<html>"), &list));
    ck_fails(ERR_BAD_INPUT, wire_requests_read(&t.a, S("{}"), &list));
}
END_TEST

START_TEST(a_job_is_told_with_every_field_the_server_asks_for)
{
    scratch t = scratch_make();
    RunnerJob job = {.id = S("pc665kok7hjp7kbj"),
                     .request = S("aaaaaaaaaaaaaaaa"),
                     .action = S("model"),
                     .run_command =
                         S("python:latest python analysis/model.py --config '{\"a\": 1}'"),
                     .state = S("pending"),
                     .code = S("created"),
                     .message = S("Created"),
                     .created_at = SECONDS(1656987442) + 5,
                     .updated_at = SECONDS(1656987442),
                     .trace = S("{\"traceparent\":\"00-1-2-01\"}"),
                     .metrics = S("{}"),
                     .protections = S("[{\"name\":\"no network\",\"on\":true,\"why\":\"\"}]")};
    ck_str(
        wire_jobs(&t.a, &job, 1),
        S("[{\"identifier\":\"pc665kok7hjp7kbj\",\"job_request_id\":\"aaaaaaaaaaaaaaaa\","
          "\"action\":\"model\",\"run_command\":\"python:latest python analysis/model.py --config "
          "'{\\\"a\\\": 1}'\",\"status\":\"pending\",\"status_code\":\"created\","
          "\"status_message\":\"Created\",\"created_at\":\"2022-07-05T02:17:22Z\","
          "\"updated_at\":\"2022-07-05T02:17:22Z\",\"started_at\":null,\"completed_at\":null,"
          "\"trace_context\":{\"traceparent\":\"00-1-2-01\"},\"metrics\":{},\"requires_db\":0,"
          "\"protections\":[{\"name\":\"no network\",\"on\":true,\"why\":\"\"}]}]"));
    RunnerJob error = job;
    error.run_command = (Str){0};
    ck_assert(str_has(wire_jobs(&t.a, &error, 1), S("\"run_command\":null")));
    ck_str(wire_jobs(&t.a, NULL, 0), S("[]"));
}
END_TEST

START_TEST(flags_travel_in_a_header)
{
    scratch t = scratch_make();
    RunnerFlags none = {0};
    ck_str(wire_flags(&t.a, &none), S("{}"));
    RunnerFlagsRow rows[] = {
        {S("mode"),   S("db-maintenance"), SECONDS(1656987442) + 345678},
        {S("paused"), {0},                 SECONDS(1656987442)         }
    };
    RunnerFlags flags = {rows, COUNT(rows)};
    ck_str(wire_flags(&t.a, &flags),
           S("{\"mode\":{\"v\":\"db-maintenance\",\"ts\":\"2022-07-05T02:17:22.345678Z\"},"
             "\"paused\":{\"v\":null,\"ts\":\"2022-07-05T02:17:22Z\"}}"));
}
END_TEST

START_TEST(patience_grows_to_the_contract)
{
    ck_assert_int_eq(office_patience(1), SECONDS(1));
    ck_assert_int_eq(office_patience(3), SECONDS(4));
    ck_assert_int_eq(office_patience(6), SECONDS(25));
    ck_assert_int_eq(office_patience(1000000), SECONDS(25));
}
END_TEST

START_TEST(weights_cover_the_whole_name)
{
    RunnerPair rows[] = {
        {S("genetic:(big|huge)_.*"), S("2.5")},
        {S("genetic:big"),           S("4")  }
    };
    RunnerSettings set = {
        .weights = {rows, COUNT(rows), COUNT(rows)}
    };
    ck_assert_double_eq(runner_weight(&set, S("genetic"), S("big_model")), 2.5);
    ck_assert_double_eq(runner_weight(&set, S("genetic"), S("big")), 4);
    ck_assert_double_eq(runner_weight(&set, S("genetic"), S("not_big_model")), 1);
    ck_assert_double_eq(runner_weight(&set, S("other"), S("big_model")), 1);
}
END_TEST

Suite *runner_wire_suite(void);
Suite *runner_wire_suite(void)
{
    Suite *suite = suite_create("runner_wire");
    TCase *all = tcase_create("all");
    tcase_add_test(all, ids_of_jobs_are_made_of_request_and_action);
    tcase_add_test(all, a_request_is_read_and_its_token_is_not_kept);
    tcase_add_test(all, an_unusable_request_does_not_hide_the_others);
    tcase_add_test(all, a_job_is_told_with_every_field_the_server_asks_for);
    tcase_add_test(all, flags_travel_in_a_header);
    tcase_add_test(all, patience_grows_to_the_contract);
    tcase_add_test(all, weights_cover_the_whole_name);
    suite_add_tcase(suite, all);
    return suite;
}
