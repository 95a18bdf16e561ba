// The step of a job as a table of situations; the numbers are those of the conformance cases (part E).
#include "scratch.h"

#include "runner/machine.h"

static RunFacts facts(RunCode code, ExecState exec)
{
    return (RunFacts){
        .code = code, .exec = exec, .weight = 1, .weight_limit = 4, .database_limit = 4};
}

static void expect(const char *id, const RunFacts *f, RunCode code, const char *message,
                   RunCall call)
{
    Arena a = {0};
    RunDecision d = run_step(&a, f);
    ck_assert_msg(d.code == code, "%s: code %.*s, not %.*s", id, STR(run_codes[d.code].word),
                  STR(run_codes[code].word));
    ck_assert_msg(d.call == call, "%s: %.*s, not %.*s", id, STR(run_call_name(d.call)),
                  STR(run_call_name(call)));
    if (message)
        ck_assert_msg(str_eq(d.message, str_from(message)), "%s: %.*s", id, STR(d.message));
    ck_assert_msg(run_may(f->code, d.code), "%s: an illegal move to %.*s", id,
                  STR(run_codes[d.code].word));
    arena_free(&a);
}

START_TEST(a_whole_life)
{
    RunOutcome well = {0};
    RunFacts f = facts(RUN_CREATED, EXEC_UNKNOWN);
    expect("E01 created", &f, RUN_PREPARING, "Preparing your code and workspace files",
           CALL_PREPARE);
    f = facts(RUN_PREPARING, EXEC_PREPARED);
    expect("E03 prepared", &f, RUN_EXECUTING, "Executing job on the backend", CALL_EXECUTE);
    f = facts(RUN_EXECUTING, EXEC_EXECUTING);
    expect("E07 executing", &f, RUN_EXECUTING, "Executing job on the backend", CALL_NONE);
    f = facts(RUN_EXECUTING, EXEC_EXECUTED);
    expect("E17 executed", &f, RUN_FINALIZING, "Recording job results", CALL_FINALISE);
    f = facts(RUN_FINALIZING, EXEC_FINALIZED);
    f.outcome = &well;
    expect("E18 finalized", &f, RUN_SUCCEEDED_CODE, "Completed successfully", CALL_CLEANUP);
}
END_TEST

START_TEST(cancelling)
{
    RunOutcome killed = {.exit_code = 137};
    RunFacts f = facts(RUN_CREATED, EXEC_UNKNOWN);
    f.cancel = CANCEL_BY_USER;
    expect("E04", &f, RUN_CANCELLED_BY_USER, "Cancelled by user", CALL_NONE);
    f.code = RUN_PREPARED, f.exec = EXEC_PREPARED;
    expect("E05 first", &f, RUN_FINALIZED, "Cancelled whilst prepared", CALL_NONE);
    f.code = RUN_FINALIZED;
    expect("E05 second", &f, RUN_CANCELLED_BY_USER, "Cancelled by user", CALL_CLEANUP);
    f.code = RUN_EXECUTING, f.exec = EXEC_EXECUTING;
    expect("E06 first", &f, RUN_EXECUTED, "Cancelled whilst executing", CALL_TERMINATE);
    f.code = RUN_EXECUTED;
    expect("E06 after a restart", &f, RUN_EXECUTED, NULL, CALL_TERMINATE);
    f.exec = EXEC_EXECUTED;
    expect("E06 second", &f, RUN_FINALIZING, NULL, CALL_FINALISE);
    f.code = RUN_FINALIZING, f.exec = EXEC_FINALIZED, f.outcome = &killed;
    expect("E06 third", &f, RUN_CANCELLED_BY_USER, "Cancelled by user", CALL_CLEANUP);
    f.cancel = CANCEL_BY_ADMIN;
    expect("killed", &f, RUN_KILLED_BY_ADMIN, NULL, CALL_CLEANUP);
}
END_TEST

START_TEST(waiting)
{
    RunFacts f = facts(RUN_CREATED, EXEC_UNKNOWN);
    f.dependency_failed = f.dependency_open = true;
    expect("E10", &f, RUN_DEPENDENCY_FAILED, "Not starting as dependency failed", CALL_NONE);
    f.dependency_failed = false;
    expect("E11", &f, RUN_WAITING_ON_DEPENDENCIES, "Waiting on dependencies", CALL_NONE);
    f = facts(RUN_CREATED, EXEC_UNKNOWN);
    f.weight_limit = 0;
    expect("E12", &f, RUN_WAITING_ON_WORKERS, "Waiting on available workers", CALL_NONE);
    f.weight_limit = 4, f.weight_running = 2, f.weight = 2.5;
    expect("E42", &f, RUN_WAITING_ON_WORKERS,
           "Waiting on available workers for resource intensive job", CALL_NONE);
    f = facts(RUN_CREATED, EXEC_UNKNOWN);
    f.uses_database = true, f.database_limit = 0;
    expect("E13", &f, RUN_WAITING_ON_DB_WORKERS, "Waiting on available database workers",
           CALL_NONE);
    f.uses_database = false;
    expect("E13 without database", &f, RUN_PREPARING, NULL, CALL_PREPARE);
    f = facts(RUN_PREPARING, EXEC_UNKNOWN);
    f.refused = true;
    expect("E14", &f, RUN_WAITING_ON_WORKERS, "Waiting on available resources", CALL_CLEANUP);
    f = facts(RUN_FINALIZING, EXEC_EXECUTED);
    f.refused = true;
    expect("E14 executed", &f, RUN_FINALIZING, "Waiting on available resources", CALL_NONE);
}
END_TEST

START_TEST(maintenance_and_pause)
{
    RunFacts f = facts(RUN_CREATED, EXEC_UNKNOWN);
    f.mode = MODE_DB_MAINTENANCE, f.uses_database = true;
    expect("E24", &f, RUN_WAITING_DB_MAINTENANCE, "Waiting for database to finish maintenance",
           CALL_NONE);
    f.code = RUN_EXECUTING, f.exec = EXEC_EXECUTING;
    expect("E25", &f, RUN_WAITING_DB_MAINTENANCE, NULL, CALL_CLEANUP);
    f.uses_database = false;
    expect("E26", &f, RUN_EXECUTING, NULL, CALL_NONE);
    f = facts(RUN_CREATED, EXEC_UNKNOWN);
    f.paused = true;
    expect("E27", &f, RUN_PAUSED, NULL, CALL_NONE);
    f.code = RUN_EXECUTING, f.exec = EXEC_EXECUTING;
    expect("E28", &f, RUN_EXECUTING, "Executing job on the backend", CALL_NONE);
}
END_TEST

START_TEST(nothing_is_run_twice_and_nothing_is_made_up)
{
    RunFacts f = facts(RUN_EXECUTING, EXEC_UNKNOWN);
    expect("E29 executing, gone", &f, RUN_INTERNAL_ERROR, NULL, CALL_CLEANUP);
    f = facts(RUN_FINALIZING, EXEC_PREPARED);
    expect("E29 finalizing, prepared", &f, RUN_INTERNAL_ERROR, NULL, CALL_CLEANUP);
    f = facts(RUN_EXECUTING, EXEC_PREPARED);
    expect("runner died before the program began", &f, RUN_EXECUTING, NULL, CALL_EXECUTE);
    f = facts(RUN_PREPARING, EXEC_UNKNOWN);
    expect("runner died while preparing", &f, RUN_PREPARING, NULL, CALL_PREPARE);
    f = facts(RUN_WAITING_ON_REBOOT, EXEC_EXECUTING);
    expect("sent back, not yet removed", &f, RUN_WAITING_ON_REBOOT, NULL, CALL_CLEANUP);
    f = facts(RUN_PREPARING, EXEC_UNKNOWN);
    f.failed = S("broken");
    expect("E15", &f, RUN_INTERNAL_ERROR, "broken", CALL_CLEANUP);
    f = facts(RUN_FINALIZING, EXEC_EXECUTED);
    f.failed = S("broken");
    expect("what a program left is kept", &f, RUN_INTERNAL_ERROR, "broken", CALL_NONE);
}
END_TEST

START_TEST(how_it_ended)
{
    scratch t = scratch_make();
    StrList patterns = {0};
    str_list_add(&t.a, &patterns, S("output/a.csv"));
    str_list_add(&t.a, &patterns, S("output/*.png"));
    const struct {
        const char *id;
        RunOutcome outcome;
        bool uses_database;
        RunCode code;
        const char *message;
    } cases[] = {
        {"E19",
         {.excluded = 1},
         false,                                                                         RUN_SUCCEEDED_CODE,
         "Completed successfully, but 1 file marked as moderately_sensitive were excluded. See job "
         "log for "
         "details."                                                                                                                       },
        {"E20",
         {.exit_code = 3},
         true,                                                                          RUN_NONZERO_EXIT,
         "Job exited with an error: A transient database error occurred, your job may run if you "
         "try it again"                                                                                                                   },
        {"E21",                  {.exit_code = 3},                               false, RUN_NONZERO_EXIT,       "Job exited with an error"},
        {"E22",
         {.exit_code = 5, .say = S("Job ran out of memory (limit was 4.00GB)")},
         true,                                                                          RUN_NONZERO_EXIT,
         "Job exited with an error: Job ran out of memory (limit was 4.00GB)"                                                             },
        {"E23",
         {.unmatched = patterns},
         false,                                                                         RUN_UNMATCHED_PATTERNS,
         "No outputs found matching patterns:\n - output/a.csv\n - output/*.png"                                                          },
        {"exit before patterns",
         {.exit_code = 1, .unmatched = patterns},
         false,                                                                         RUN_NONZERO_EXIT,
         "Job exited with an error"                                                                                                       },
    };
    for (isize i = 0; i < COUNT(cases); i++) {
        RunDecision d = run_ended(&t.a, &cases[i].outcome, cases[i].uses_database);
        ck_assert_msg(d.code == cases[i].code, "%s", cases[i].id);
        ck_str(d.message, str_from(cases[i].message));
    }
}
END_TEST

// Every situation there is: the decision is always a legal move, and a final state is never left.
START_TEST(every_situation_has_a_legal_answer)
{
    scratch t = scratch_make();
    RunOutcome well = {0};
    for (u32 bits = 0; bits < 1u << 8; bits++)
        for (int code = 0; code < RUN_CODE_COUNT; code++)
            for (int exec = EXEC_UNKNOWN; exec <= EXEC_FINALIZED; exec++) {
                RunFacts f = facts((RunCode)code, (ExecState)exec);
                if (run_codes[code].state >= RUN_SUCCEEDED) continue;
                f.outcome = &well;
                f.cancel = (RunCancel)(bits & 1);
                f.failed = bits & 2 ? S("broken") : (Str){0};
                f.refused = bits & 4, f.paused = bits & 8, f.uses_database = bits & 16;
                f.mode = bits & 32 ? MODE_DB_MAINTENANCE : MODE_NORMAL;
                f.dependency_failed = bits & 64, f.dependency_open = bits & 128;
                RunDecision d = run_step(&t.a, &f);
                bool legal = run_may((RunCode)code, d.code);
                // A move that is not in the table becomes an internal error in the loop; these are the known ones.
                bool impossible =
                    exec == EXEC_FINALIZED || exec == EXEC_EXECUTED || exec == EXEC_EXECUTING;
                ck_assert_msg(legal || impossible, "%.*s, exec %d, bits %u → %.*s",
                              STR(run_codes[code].word), exec, bits, STR(run_codes[d.code].word));
            }
    for (int from = 0; from < RUN_CODE_COUNT; from++)
        for (int to = 0; to < RUN_CODE_COUNT; to++)
            if (run_codes[from].state >= RUN_SUCCEEDED && from != to)
                ck_assert(!run_may((RunCode)from, (RunCode)to));
}
END_TEST

START_TEST(who_comes_first)
{
    RunTurn running = {.running = true, .created = 9},
            busy = {.running_in_workspace = 2, .created = 1},
            data = {.uses_database = true, .created = 5}, old = {.created = 2},
            young = {.created = 3};
    ck_assert_int_lt(run_turn_cmp(&running, &old), 0);
    ck_assert_int_lt(run_turn_cmp(&young, &busy), 0);
    ck_assert_int_lt(run_turn_cmp(&data, &old), 0);
    ck_assert_int_lt(run_turn_cmp(&old, &young), 0);
    ck_assert_int_eq(run_turn_cmp(&old, &old), 0);
}
END_TEST

START_TEST(words_lead_back_to_their_rows)
{
    for (int i = 0; i < RUN_CODE_COUNT; i++) {
        RunCode code;
        ck_assert(run_code_from(run_codes[i].word, &code));
        ck_assert_int_eq(code, i);
    }
    RunCode code;
    ck_assert(!run_code_from(S("sleeping"), &code));
}
END_TEST

Suite *runner_machine_suite(void);
Suite *runner_machine_suite(void)
{
    Suite *suite = suite_create("runner_machine");
    TCase *all = tcase_create("all");
    tcase_add_test(all, a_whole_life);
    tcase_add_test(all, cancelling);
    tcase_add_test(all, waiting);
    tcase_add_test(all, maintenance_and_pause);
    tcase_add_test(all, nothing_is_run_twice_and_nothing_is_made_up);
    tcase_add_test(all, how_it_ended);
    tcase_add_test(all, every_situation_has_a_legal_answer);
    tcase_add_test(all, who_comes_first);
    tcase_add_test(all, words_lead_back_to_their_rows);
    suite_add_tcase(suite, all);
    return suite;
}
