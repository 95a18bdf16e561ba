// What one round of the loop decides over several jobs of one site: order, capacity, waiting for each other (part E).
#include "scratch.h"

#include "runner/definition.h"
#include "runner/turn.h"

typedef struct Desk {
    Arena *a;
    Db *db;
    RunnerSettings set;
    i64 place;
} Desk;

static Desk desk_make(Arena *a)
{
    Desk d = {
        .a = a, .set = {.workers = 4, .database_workers = 4}
    };
    i64 changed;
    ck_works(db_in_memory(a, DB_SITE, DB_AS_RUNNER, &d.db));
    ck_works(db_begin(d.db, a));
    ck_works(runner_request_add(d.db, a, S("r1"), S("genetic"), S("{}"), 1, &changed));
    ck_works(db_commit(d.db, a));
    return d;
}

typedef struct Job {
    const char *id, *action, *code, *waits, *workspace;
    bool database, final;
    Time created;
} Job;

static void job_put(Desk *d, Job j)
{
    i64 changed;
    RunCode code;
    ck_assert(run_code_from(str_from(j.code), &code));
    Str state = run_state_name(run_codes[code].state);
    ck_works(db_begin(d->db, d->a));
    ck_works(runner_job_add(d->db, d->a, str_from(j.id), S("r1"), ++d->place,
                            j.workspace ? str_from(j.workspace) : S("genetic"), str_from(j.action),
                            state, str_from(j.code), run_codes[code].message, S(""), S(""), S(""),
                            S(""), S("main"), S("default"), j.database, S("sh:v1 a"), S("[]"),
                            S("[]"), j.waits ? str_from(j.waits) : S("[]"), S("{}"), S("{}"),
                            !j.final, j.created ? j.created : 1, 0, &changed));
    ck_works(db_commit(d->db, d->a));
}

static TurnList turns_of(Desk *d)
{
    RunnerJobList jobs;
    TurnList turns;
    ck_works(runner_jobs_open(d->db, d->a, &jobs));
    ck_works(turns_make(d->db, d->a, &d->set, &jobs, &turns));
    return turns;
}

// One round without an executor: every job is new to it.
static TurnList round_of(Desk *d)
{
    TurnList turns = turns_of(d);
    for (isize i = 0; i < turns.n; i++)
        ck_works(turn_decide(d->db, d->a, &d->set, &turns, turns.v[i]));
    return turns;
}

static Str code_of(const TurnList *turns, const char *id)
{
    const Turn *t = map_get(&turns->by_id, str_from(id));
    ck_assert_ptr_nonnull(t);
    return run_codes[t->decision.code].word;
}

START_TEST(running_ones_first_then_the_workspace_with_fewest_then_databases_then_the_oldest)
{
    scratch t = scratch_make();
    Desk d = desk_make(&t.a);
    job_put(&d, (Job){.id = "old", .action = "a", .code = "created", .created = 5});
    job_put(&d, (Job){.id = "older", .action = "b", .code = "created", .created = 4});
    job_put(&d,
            (Job){.id = "data", .action = "c", .code = "created", .created = 6, .database = true});
    job_put(
        &d,
        (Job){.id = "busy", .action = "e", .code = "created", .created = 1, .workspace = "other"});
    job_put(
        &d,
        (Job){
            .id = "runs", .action = "d", .code = "preparing", .created = 9, .workspace = "other"});
    TurnList turns = turns_of(&d);
    static const char *const order[] = {"runs", "data", "older", "old", "busy"};
    for (isize i = 0; i < COUNT(order); i++)
        ck_str(turns.v[i]->row->id, str_from(order[i]));
    db_close(d.db);
}
END_TEST

START_TEST(no_more_run_than_there_are_workers)
{
    scratch t = scratch_make();
    Desk d = desk_make(&t.a);
    d.set.workers = 2, d.set.database_workers = 1;
    job_put(&d, (Job){.id = "runs", .action = "a", .code = "preparing", .database = true});
    job_put(&d, (Job){.id = "data", .action = "b", .code = "created", .database = true});
    job_put(&d, (Job){.id = "one", .action = "c", .code = "created", .created = 2});
    job_put(&d, (Job){.id = "two", .action = "d", .code = "created", .created = 3});
    TurnList turns = round_of(&d);
    ck_str(code_of(&turns, "data"), S("waiting_on_db_workers"));
    ck_str(code_of(&turns, "one"), S("preparing"));
    ck_str(code_of(&turns, "two"), S("waiting_on_workers"));
    db_close(d.db);
}
END_TEST

START_TEST(jobs_wait_for_jobs)
{
    scratch t = scratch_make();
    Desk d = desk_make(&t.a);
    job_put(&d, (Job){.id = "well", .action = "a", .code = "succeeded", .final = true});
    job_put(&d, (Job){.id = "badly", .action = "b", .code = "nonzero_exit", .final = true});
    job_put(&d, (Job){.id = "goes", .action = "c", .code = "created", .waits = "[\"well\"]"});
    job_put(&d,
            (Job){.id = "waits", .action = "d", .code = "created", .waits = "[\"well\",\"goes\"]"});
    job_put(&d, (Job){.id = "falls", .action = "e", .code = "created", .waits = "[\"badly\"]"});
    job_put(&d, (Job){.id = "orphan", .action = "f", .code = "created", .waits = "[\"nobody\"]"});
    TurnList turns = round_of(&d);
    ck_str(code_of(&turns, "goes"), S("preparing"));
    ck_str(code_of(&turns, "waits"), S("waiting_on_dependencies"));
    ck_str(code_of(&turns, "falls"), S("dependency_failed"));
    ck_str(code_of(&turns, "orphan"), S("dependency_failed"));
    db_close(d.db);
}
END_TEST

START_TEST(a_record_is_made_only_of_what_changes_or_once_a_minute)
{
    scratch t = scratch_make();
    Desk d = desk_make(&t.a);
    job_put(&d, (Job){.id = "one", .action = "a", .code = "created", .waits = "[\"two\"]"});
    job_put(&d, (Job){.id = "two", .action = "b", .code = "created"});
    d.set.workers = 0;
    static const struct {
        Time now;
        bool changes;
    } steps[] = {
        {10,              true },
        {20,              false},
        {MINUTES(1),      false},
        {MINUTES(1) + 10, true }
    };
    for (isize i = 0; i < COUNT(steps); i++) {
        TurnList turns = round_of(&d);
        bool changed = false;
        ck_works(db_begin(d.db, d.a));
        for (isize k = 0; k < turns.n; k++)
            ck_works(turn_record(d.db, d.a, turns.v[k], steps[i].now, &changed));
        ck_works(db_commit(d.db, d.a));
        ck_assert_msg(changed == steps[i].changes, "step %td", i);
    }
    RunnerUntold untold;
    ck_works(runner_untold(d.db, d.a, &untold));
    ck_assert_int_eq(untold.untold, 1);
    db_close(d.db);
}
END_TEST

START_TEST(flags_stop_and_send_back)
{
    scratch t = scratch_make();
    Desk d = desk_make(&t.a);
    i64 changed;
    job_put(&d, (Job){.id = "one", .action = "a", .code = "created"});
    job_put(&d, (Job){.id = "data", .action = "b", .code = "created", .database = true});
    ck_works(db_begin(d.db, d.a));
    ck_works(runner_flag_set(d.db, d.a, S("mode"), S("db-maintenance"), 5, &changed));
    ck_works(db_commit(d.db, d.a));
    TurnList turns = round_of(&d);
    ck_str(code_of(&turns, "one"), S("preparing"));
    ck_str(code_of(&turns, "data"), S("waiting_db_maintenance"));
    ck_works(db_begin(d.db, d.a));
    ck_works(runner_flag_set(d.db, d.a, S("mode"), S(""), 6, &changed));
    ck_works(runner_flag_set(d.db, d.a, S("paused"), S("true"), 6, &changed));
    ck_works(runner_flag_set(d.db, d.a, S("paused"), S("true"), 7, &changed));
    ck_works(db_commit(d.db, d.a));
    RunnerFlags flags;
    ck_works(runner_flags(d.db, d.a, &flags));
    ck_assert_int_eq(flags.v[1].since, 6);
    turns = round_of(&d);
    ck_str(code_of(&turns, "one"), S("paused"));
    ck_str(code_of(&turns, "data"), S("paused"));
    db_close(d.db);
}
END_TEST

// E32: the inputs of a job come from the newest run that nobody cancelled.
START_TEST(inputs_come_from_the_newest_run_that_was_not_cancelled)
{
    scratch t = scratch_make();
    Desk d = desk_make(&t.a);
    i64 changed;
    job_put(&d, (Job){.id = "first", .action = "a", .code = "succeeded", .final = true});
    job_put(&d, (Job){.id = "second", .action = "a", .code = "created"});
    ck_works(db_begin(d.db, d.a));
    ck_works(runner_job_results(d.db, d.a, S("first"),
                                S("{\"output/a.csv\": \"highly_sensitive\"}"), S("{}"), &changed));
    ck_works(runner_job_results(d.db, d.a, S("second"),
                                S("{\"output/b.csv\": \"highly_sensitive\"}"), S("{}"), &changed));
    ck_works(runner_job_cancel(d.db, d.a, S("second"), S("user"), 5, &changed));
    ck_works(db_commit(d.db, d.a));
    RunnerJob row = {.id = S("x"),
                     .workspace = S("genetic"),
                     .action = S("x"),
                     .words = S("[\"sh:v1\", \"b\"]"),
                     .needs = S("[\"a\"]"),
                     .spec = S("{\"minimally_sensitive\": {\"k\": \"output/*.csv\"}}"),
                     .place = 9};
    ExecJob job;
    ck_works(definition_fill(d.db, d.a, &row, &job));
    ck_assert_int_eq(job.inputs.n, 1);
    ck_str(job.inputs.v[0], S("output/a.csv"));
    ck_assert_int_eq(job.n_patterns, 1);
    ck_assert_int_eq(job.patterns[0].level, OUTPUT_MINIMAL);
    ck_str(job.words.v[1], S("b"));
    db_close(d.db);
}
END_TEST

Suite *runner_turn_suite(void);
Suite *runner_turn_suite(void)
{
    Suite *suite = suite_create("runner_turn");
    TCase *all = tcase_create("all");
    tcase_add_test(
        all, running_ones_first_then_the_workspace_with_fewest_then_databases_then_the_oldest);
    tcase_add_test(all, no_more_run_than_there_are_workers);
    tcase_add_test(all, jobs_wait_for_jobs);
    tcase_add_test(all, a_record_is_made_only_of_what_changes_or_once_a_minute);
    tcase_add_test(all, flags_stop_and_send_back);
    tcase_add_test(all, inputs_come_from_the_newest_run_that_was_not_cancelled);
    suite_add_tcase(suite, all);
    return suite;
}
