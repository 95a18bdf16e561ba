// What the disclosure checks say of requested files: kept with the version, shown, answered by checkers, told with the release.
#include "review_world.h"

#include "review/finding.h"
#include "runner/runner.gen.h"

static ReviewRequest ask_for(Airlock *w, const char *path, const char *text)
{
    StrList paths = {0};
    ReviewRequest r = {0};
    airlock_output(w, path, text, "");
    str_list_add(&w->t.a, &paths, str_from(path));
    ReviewAsk ask = {.site = w->t.folder,
                     .workspace = S("study"),
                     .group = S("Table 1"),
                     .context = S("What it shows."),
                     .controls = S("Rounded."),
                     .kind = S("output"),
                     .paths = &paths,
                     .author = w->ada.id,
                     .reviews = 2};
    ck_works(airlock_do(w, &w->ada, review_ask(q, &ask, &r)));
    return airlock_request(w, r.id);
}

static ReviewFile file_of(Airlock *w, const ReviewRequest *r, const char *path)
{
    ReviewFile f = {0};
    bool found;
    ck_works(review_file_of_path(w->db, &w->t.a, r->id, str_from(path), &f, &found));
    ck_assert(found);
    return f;
}

// The rules that fired in the newest version, one blank between.
static Str rules_of(Airlock *w, i64 file)
{
    FindingOfFile list;
    Buf b = {.a = &w->t.a};
    ck_works(finding_of_file(w->db, &w->t.a, file, &list));
    for (isize i = 0; i < list.n; i++) {
        if (i) buf_byte(&b, ' ');
        buf_put(&b, list.v[i].rule);
    }
    return buf_str(&b);
}

START_TEST(a_table_is_checked_when_it_is_asked_for_and_when_it_is_replaced)
{
    Airlock *w = airlock_make();
    ReviewRequest r = ask_for(w, "output/sex.csv", "sex,n\nmale,120\nfemale,5\n");
    ReviewFile f = file_of(w, &r, "output/sex.csv");
    ck_assert(str_eq(rules_of(w, f.id), S("threshold")));
    ask_for(w, "output/sex.csv", "sex,n\nmale,120\nfemale,130\n");
    f = file_of(w, &r, "output/sex.csv");
    ck_assert_int_eq(f.version, 2);
    ck_assert(str_eq(rules_of(w, f.id), S("")));
    ask_for(w, "output/note.txt", "sex,n\nmale,120\nfemale,5\n");
    f = file_of(w, &r, "output/note.txt");
    ck_assert(str_eq(rules_of(w, f.id), S("")));
    airlock_end(w);
}
END_TEST

START_TEST(the_panel_names_the_cell)
{
    Airlock *w = airlock_make();
    ReviewRequest r = ask_for(w, "output/sex.csv", "<b>,n\nmale,120\n<script>,5\n");
    ReviewFile f = file_of(w, &r, "output/sex.csv");
    Html page = {0};
    ck_works(airlock_do(w, &w->ada, finding_panel(q, &r, &f, &page)));
    ck_assert(str_has(page.trusted, S("Disclosure checks")));
    Str link = arena_fmt(&w->t.a, "/files/%lld/?row=2\">row 2</a>, n", (long long)f.id);
    ck_assert(str_has(page.trusted, link));
    ck_assert(str_has(page.trusted, S("row 2 (&lt;script&gt;)")));
    ck_assert(!str_has(page.trusted, S("<script>")));
    ask_for(w, "output/note.txt", "sex,n\nfemale,5\n");
    f = file_of(w, &r, "output/note.txt");
    ck_works(airlock_do(w, &w->ada, finding_panel(q, &r, &f, &page)));
    ck_assert_int_eq(page.trusted.n, 0);
    airlock_end(w);
}
END_TEST

START_TEST(whoever_approves_a_finding_says_why_and_the_record_says_it_too)
{
    Airlock *w = airlock_make();
    ReviewRequest r = ask_for(w, "output/sex.csv", "sex,n\nmale,120\nfemale,5\n");
    ReviewFile f = file_of(w, &r, "output/sex.csv");
    ck_works(airlock_do(w, &w->ada, review_submit(q, &r)));
    r = airlock_request(w, r.id);
    Err *e = airlock_do(w, &w->carl, review_vote_put(q, &r, f.id, S("approved"), S(" ")));
    ck_assert(e && e->kind == ERR_BAD_INPUT);
    ck_works(airlock_do(w, &w->carl, review_vote_put(q, &r, f.id, S("undecided"), S(""))));
    ck_works(
        airlock_do(w, &w->carl, review_vote_put(q, &r, f.id, S("approved"), S("made-up people"))));
    ck_works(airlock_do(w, &w->carl, review_finish(q, &r)));
    ReviewRecord record;
    Buf b = {.a = &w->t.a}, release = {.a = &w->t.a};
    JsonOut j = json_begin(&b, JSON_COMPACT);
    ck_works(review_record_load(w->db, &w->t.a, &w->link, r.id, &record));
    review_record_file_put(&record, f.id, &j);
    ck_assert(str_has(
        buf_str(&b),
        S("\"findings\":[{\"rule\":\"threshold\",\"row\":2,\"column\":\"n\",\"message\":\"")));
    ck_assert(str_has(buf_str(&b), S("\"dismissed\":\"carl: made-up people\"")));
    j = json_begin(&release, JSON_COMPACT);
    review_record_put(&record, json_obj(&j));
    ck_assert(
        str_has(buf_str(&release),
                S("\"policy\":{\"name\":\"default\",\"threshold\":{\"on\":true,\"below\":10")));
    airlock_end(w);
}
END_TEST

START_TEST(a_hidden_number_stays_at_the_site)
{
    Airlock *w = airlock_make();
    ReviewRequest r = ask_for(w, "output/sex.csv", "sex,n\nmale,120\nfemale,*\nTotal,127\n");
    ReviewFile f = file_of(w, &r, "output/sex.csv");
    FindingRecord record = {0};
    FindingOfFile list;
    Buf b = {.a = &w->t.a};
    JsonOut j = json_begin(&b, JSON_COMPACT);
    ck_works(finding_of_file(w->db, &w->t.a, f.id, &list));
    ck_assert(str_eq(list.v[list.n - 1].rule, S("differencing")));
    ck_assert(str_has(list.v[list.n - 1].message, S("worked out as 7")));
    ck_works(finding_record(w->db, &w->t.a, r.id, &record));
    finding_record_file(&record, f.id, S(""), json_obj(&j));
    ck_assert(str_has(buf_str(&b), S("\"differencing\"")));
    ck_assert(!str_has(buf_str(&b), S("worked out as")));
    airlock_end(w);
}
END_TEST

START_TEST(tables_that_left_before_are_compared_with)
{
    Airlock *w = airlock_make();
    i64 changed;
    ReviewRequest r = ask_for(w, "output/sex.csv", "sex,n\nmale,120\nfemale,130\n");
    ReviewFile f = file_of(w, &r, "output/sex.csv");
    ck_assert(str_eq(rules_of(w, f.id), S("")));
    ck_works(airlock_do(w, &w->ada, review_file_sent(w->db, &w->t.a, f.id, &changed)));
    ck_works(airlock_do(w, &w->ada, review_withdraw(q, &r)));
    r = ask_for(w, "output/sex.csv", "sex,n\nmale,125\nfemale,130\n");
    f = file_of(w, &r, "output/sex.csv");
    ck_assert(str_eq(rules_of(w, f.id), S("differencing")));
    // another file of the same shape is about other people, as long as it agrees with nothing
    ask_for(w, "output/other.csv", "sex,n\nmale,115\nfemale,500\n");
    f = file_of(w, &r, "output/other.csv");
    ck_assert(str_eq(rules_of(w, f.id), S("differencing")));
    ask_for(w, "output/third.csv", "sex,n\nmale,300\nfemale,500\n");
    f = file_of(w, &r, "output/third.csv");
    ck_assert(str_eq(rules_of(w, f.id), S("")));
    airlock_end(w);
}
END_TEST

static void server_asked(Airlock *w, const char *id, const char *original)
{
    i64 changed;
    ck_works(airlock_do(w, &w->ada,
                        runner_request_add(w->db, &w->t.a, str_from(id), S("study"),
                                           str_from(original), w->web.now++, &changed)));
}

static Policy policy_now(Airlock *w)
{
    Policy p = {0};
    ck_works(finding_policy(w->db, &w->t.a, &w->link, S("study"), &p));
    return p;
}

START_TEST(a_workspace_has_the_policy_of_its_project)
{
    Airlock *w = airlock_make();
    ck_works(policy_parse(&w->t.a, S("name: site\nprojects: {heart: {threshold: {below: 5}}}\n"),
                          &w->link.policy));
    ck_str(policy_now(w).name, S("site, project not known"));
    server_asked(w, "a", "{\"workspace\":{\"name\":\"study\"}}"); // as servers before 2023 ask
    ck_str(policy_now(w).name, S("site, project not known"));
    server_asked(w, "b", "{\"project\":\"lung\",\"orgs\":[\"lab\"]}");
    ck_str(policy_now(w).name, S("site"));
    server_asked(w, "c", "{\"project\":\"heart\",\"orgs\":[\"lab\"]}"); // the workspace moved
    ck_str(policy_now(w).name, S("site, project heart"));
    ReviewRequest r = ask_for(w, "output/sex.csv", "sex,n\nmale,120\nfemale,5\n");
    ReviewFile f = file_of(w, &r, "output/sex.csv");
    ck_assert(str_eq(rules_of(w, f.id), S("")));
    airlock_end(w);
}
END_TEST

Suite *finding_suite(void)
{
    Suite *s = suite_create("finding");
    TCase *t = tcase_create("requested files");
    tcase_add_test(t, a_table_is_checked_when_it_is_asked_for_and_when_it_is_replaced);
    tcase_add_test(t, the_panel_names_the_cell);
    tcase_add_test(t, whoever_approves_a_finding_says_why_and_the_record_says_it_too);
    tcase_add_test(t, a_hidden_number_stays_at_the_site);
    tcase_add_test(t, tables_that_left_before_are_compared_with);
    tcase_add_test(t, a_workspace_has_the_policy_of_its_project);
    suite_add_tcase(s, t);
    return s;
}
