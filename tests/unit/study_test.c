// The rules of project files where a table says more than a file: words, paths, patterns, plans, reusable actions.
#include "scratch.h"

#include <pthread.h>

#include "study/codelists.h"
#include "study/command.h"
#include "study/glob.h"
#include "study/plan.h"

START_TEST(words_are_split_and_joined_like_a_shell)
{
    scratch t = scratch_make();
    static const struct {
        const char *text, *joined;
        int n; // of words; -1: cannot be split
    } cases[] = {
        {"python:v2    a.py   --x", "python:v2 a.py --x",   3 },
        {"",                        "",                     0 },
        {" \t\n ",                  "",                     0 },
        {"a 'b c' \"d e\"",         "a 'b c' 'd e'",        3 },
        {"a''b",                    "ab",                   1 },
        {"''",                      "''",                   1 },
        {"a\\ b",                   "'a b'",                1 },
        {"\"it's\"",                "'it'\"'\"'s'",         1 },
        {"\"a\\\"b\\c\"",           "'a\"b\\c'",            1 },
        {"'a\\'",                   "'a\\'",                1 },
        {"#1 $HOME *.csv",          "'#1' '$HOME' '*.csv'", 3 },
        {"'open",                   NULL,                   -1},
        {"\"open",                  NULL,                   -1},
        {"end\\",                   NULL,                   -1},
    };
    for (isize i = 0; i < COUNT(cases); i++) {
        StrList words = {0};
        Err *e = command_split(&t.a, str_from(cases[i].text), &words);
        if (cases[i].n < 0) {
            ck_assert_msg(e != NULL, "%s was split", cases[i].text);
            continue;
        }
        ck_works(e);
        ck_assert_int_eq(words.n, cases[i].n);
        ck_str(command_join(&t.a, &words), str_from(cases[i].joined));
    }
}
END_TEST

START_TEST(patterns_match_whole_names_only)
{
    static const struct {
        const char *pattern, *path;
        bool match;
    } cases[] = {
        {"*.txt",        "test1.txt",               true },
        {"*.txt",        "subdir/test3.txt",        false},
        {"subdir/*",     "subdir/test3.txt",        true },
        {"subdir/*",     "subdir/deeper/test3.txt", false},
        {"output/a.csv", "output/a.csv",            true },
        {"output/a.csv", "output/a.csv.gz",         false}, // the original let the lower level win here
        {"output/a.csv", "x/output/a.csv",          false},
        {"output/*.csv", "output/.x.csv",           true },
        {"*/x.csv",      "output/x.csv",            true },
        {"a*b*c.csv",    "aXbXbYc.csv",             true },
        {"a*b*c.csv",    "aXb/bYc.csv",             false},
        {"*",            "",                        true },
        {"",             "",                        true },
        {"",             "a",                       false},
        {"a.c*v",        "a.c.csv",                 true },
        {"a[b].csv",     "a[b].csv",                true },
    };
    for (isize i = 0; i < COUNT(cases); i++)
        ck_assert_msg(study_glob_match(str_from(cases[i].pattern), str_from(cases[i].path)) ==
                          cases[i].match,
                      "%s and %s", cases[i].pattern, cases[i].path);
}
END_TEST

// What stars in a hostile pattern cost is bounded: this ends at once or not in the lifetime of the test.
START_TEST(many_stars_are_no_trap)
{
    scratch t = scratch_make();
    Buf pattern = {.a = &t.a}, path = {.a = &t.a};
    for (int i = 0; i < 2000; i++) {
        buf_put(&pattern, S("a*"));
        buf_put(&path, S("aa"));
    }
    buf_byte(&pattern, 'b');
    ck_assert(!study_glob_match(buf_str(&pattern), buf_str(&path)));
}
END_TEST

static Str project_of(Arena *a, const char *level, const char *path)
{
    return arena_fmt(
        a,
        "version: 3\nexpectations: {population_size: 1}\nactions:\n  a:\n    run: python:v2 a.py\n"
        "    outputs:\n      %s:\n        x: \"%s\"\n",
        level, path);
}

START_TEST(paths_are_refused_as_python_sees_them)
{
    scratch t = scratch_make();
    static const struct {
        const char *path, *code; // as highly_sensitive; NULL: fine
    } cases[] = {
        {"a]b.csv",          NULL            },
        {"a..csv",           NULL            },
        {".a.csv",           NULL            },
        {"c:a.csv",          NULL            },
        {"1:/a.csv",         NULL            },
        {"metadata.csv",     NULL            },
        {"a/metadata/b.csv", NULL            },
        {"a.*x",             NULL            },
        {"a.csv*",           "PATH_EXTENSION"},
        {"a.",               "PATH_EXTENSION"},
        {"a/.",              "PATH_EXTENSION"},
        {"..",               "PATH_EXTENSION"},
        {"a/b.csv/.",        "PATH_NORMAL"   },
        {"///a.csv",         "PATH_NORMAL"   },
        {"//a.csv",          "PATH_ABSOLUTE" },
        {"C:/a.csv",         "PATH_ABSOLUTE" },
        {"metadata//a.csv",  "PATH_NORMAL"   },
        {"a/../b.csv",       "PATH_NORMAL"   },
        {"../../a.csv",      "PATH_PARENT"   },
        {"a?.csv",           "PATH_WILDCARD" },
        {"***/x.csv",        "PATH_WILDCARD" },
        {"a\\\\b?.csv",      "PATH_BACKSLASH"},
    };
    for (isize i = 0; i < COUNT(cases); i++) {
        const Study *s = study_check(&t.a, project_of(&t.a, "highly_sensitive", cases[i].path),
                                     STUDY_RULES_2023_12);
        Str got = s->problems.n ? s->problems.v[0].code : S("");
        ck_assert_msg(str_eq(got, str_from(cases[i].code)), "%s gives %.*s", cases[i].path,
                      STR(got));
    }
}
END_TEST

START_TEST(types_for_review_changed_with_the_years)
{
    scratch t = scratch_make();
    static const char *const gone[] = {"a.tsv", "a.pdf"};
    for (isize i = 0; i < COUNT(gone); i++) {
        Str text = project_of(&t.a, "moderately_sensitive", gone[i]);
        ck_assert_int_eq(study_check(&t.a, text, STUDY_RULES_2023_12)->problems.n, 0);
        const Study *s = study_check(&t.a, text, STUDY_RULES_2026_08);
        ck_assert_int_eq(s->problems.n, 1);
        ck_str(s->problems.v[0].code, S("PATH_L4_TYPE"));
        ck_assert_int_eq(s->problems.v[0].line, 8);
        ck_assert_int_eq(s->problems.v[0].column, 12);
    }
}
END_TEST

START_TEST(reusable_actions_bring_their_own_command)
{
    scratch t = scratch_make();
    static const struct {
        const char *yaml, *run, *command; // command NULL: refused
    } cases[] = {
        {"run: python:latest python reusable_action/main.py", "thing:v1 output/input.csv",
         "python:latest python reusable_action/main.py output/input.csv"                                                        },
        {"run: python:latest python reusable_action/main.py", "thing:v1 --f=png output/input.csv",
         "python:latest python reusable_action/main.py --f=png output/input.csv"                                                },
        {"run: cohortextractor:v1 measures",                  "thing:v1",                          "cohortextractor:v1 measures"},
        {"run: notanimage:v1",                                "thing:v1",                          NULL                         },
        {"run: cohortextractor:v1 generate_cohort",           "thing:v1",                          NULL                         },
        {"run: sqlrunner:v1 q.sql",                           "thing:v1",                          NULL                         },
        {"run: ehrql:v1 generate-dataset d.py",               "thing:v1",                          NULL                         },
        {"run: python main.py",                               "thing:v1",                          NULL                         },
        {"run: [python:v1]",                                  "thing:v1",                          NULL                         },
        {"run: 'python:v1 \"'",                               "thing:v1",                          NULL                         },
        {"",                                                  "thing:v1",                          NULL                         },
        {"run: a: b",                                         "thing:v1",                          NULL                         },
    };
    for (isize i = 0; i < COUNT(cases); i++) {
        StrList run = {0}, words = {0};
        ck_works(command_split(&t.a, str_from(cases[i].run), &run));
        Err *e = command_of_reusable(&t.a, str_from(cases[i].yaml), &run, &words);
        if (cases[i].command) {
            ck_works(e);
            ck_str(command_join(&t.a, &words), str_from(cases[i].command));
        } else {
            ck_assert_msg(e != NULL, "%s was taken", cases[i].yaml);
            ck_str(e->code, S("ReusableActionError"));
        }
    }
    ck_assert(command_is_builtin(S("stata-mp")) && !command_is_builtin(S("cohort-joiner")));
}
END_TEST

// One action after the other, each needing the one before: no recursion, no quadratic search.
// A chain of actions, each needing the next; the last needs nothing, or the first.
static Str chain_of(Arena *a, int length, bool is_ring)
{
    Buf b = {.a = a};
    buf_put(&b, S("version: 3\nexpectations: {population_size: 1}\nactions:\n"));
    for (int i = 0; i <= length; i++) {
        buf_fmt(&b, "  a%d: {run: r:v2 %d.R, outputs: {highly_sensitive: {o: o/%d.rds}}", i, i, i);
        if (i < length || is_ring) buf_fmt(&b, ", needs: [a%d]", i < length ? i + 1 : 0);
        buf_put(&b, S("}\n"));
    }
    return buf_str(&b);
}

enum { CHAIN = 4000, CHAIN_STACK = 256 * 1024 }; // 64 bytes an action: too few for a call each

typedef struct ChainSeen {
    Arena a;
    const Study *chain, *ring;
    Plan plan;
} ChainSeen;

static void *chain_look(void *of)
{
    ChainSeen *seen = of;
    Arena *a = &seen->a;
    PlanRequest request = {.codelists_ok = true, .workspace = S("w")};
    seen->chain = study_check(a, chain_of(a, CHAIN, false), STUDY_RULES_2023_12);
    str_list_add(a, &request.actions, S("a0"));
    seen->plan = plan_make(a, seen->chain, &request);
    seen->ring = study_check(a, chain_of(a, CHAIN, true), STUDY_RULES_2023_12);
    return NULL;
}

START_TEST(a_long_chain_is_checked_and_planned)
{
    ChainSeen seen = {0};
    pthread_attr_t small;
    pthread_t thread;
    ck_assert_int_eq(pthread_attr_init(&small), 0);
    ck_assert_int_eq(pthread_attr_setstacksize(&small, CHAIN_STACK), 0);
    ck_assert_int_eq(pthread_create(&thread, &small, chain_look, &seen), 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&small);
    ck_assert_int_eq(seen.chain->problems.n, 0);
    ck_assert_int_eq(seen.plan.n, CHAIN + 1);
    ck_str(seen.plan.jobs[CHAIN].name, S("a0"));
    ck_str(seen.plan.jobs[CHAIN].waits[0].action, S("a1"));
    ck_assert_int_eq(seen.ring->problems.n, 1);
    ck_str(seen.ring->problems.v[0].code, S("NEEDS_CYCLE"));
    arena_free(&seen.a);
}
END_TEST

static Str first_message(Arena *a, const Study *s, const char *actions, const char *workspace)
{
    PlanRequest request = {.codelists_ok = true, .workspace = str_from(workspace)};
    for (Str rest = str_from(actions), one; rest.n && str_next(&rest, ',', &one);)
        str_list_add(a, &request.actions, one);
    Plan plan = plan_make(a, s, &request);
    ck_assert_int_eq(plan.n, 1);
    return plan.jobs[0].message;
}

START_TEST(requests_that_cannot_run_become_one_failed_job)
{
    scratch t = scratch_make();
    const Study *s =
        study_check(&t.a, project_of(&t.a, "highly_sensitive", "a.csv"), STUDY_RULES_2023_12);
    const Study *bad =
        study_check(&t.a, project_of(&t.a, "highly_sensitive", "a"), STUDY_RULES_2023_12);
    ck_str(first_message(&t.a, s, "b", "w"),
           S("UnknownActionError: Action 'b' not found in project.yaml"));
    ck_str(first_message(&t.a, s, "", "w"),
           S("JobRequestError: At least one action must be supplied"));
    ck_str(first_message(&t.a, s, "a", ""), S("JobRequestError: Workspace name cannot be blank"));
    ck_assert(str_starts(first_message(&t.a, s, "a", "$%#"),
                         S("JobRequestError: Invalid workspace name")));
    ck_assert(str_starts(first_message(&t.a, bad, "a", "w"),
                         S("ProjectValidationError: Invalid project: ")));
    ck_str(first_message(&t.a, s, "a", "w"), S("Created"));
}
END_TEST

START_TEST(codelists_are_compared_with_their_record)
{
    scratch t = scratch_make();
#define RECORD(id, sha) "{\"files\":{\"a-b.csv\":{\"id\":\"" id "\",\"sha\":\"" sha "\"}}}"
#define GOOD            "38828f3eb99568313000cdd7a41c55358b2f4c5d"
    // clang-format off
    const struct {
        const char *wanted, *record, *file, *bytes, *says; // NULL: not there
    } cases[] = {
        {NULL, NULL, "x.csv", "made by hand", NULL},
        {"# none yet\n\n", NULL, NULL, NULL, NULL},
        {"a/b/1\n", RECORD("a/b/1", GOOD), "a-b.csv", "code,term\n1,a\n", NULL},
        {" a/b/1/ \r\n", RECORD("a/b/1", GOOD), "a-b.csv", "code,term\r\n1,a\r\n", NULL},
        {"a/b/1", "{\"files\":{\"a-b.csv\":{\"url\":\"https://x/codelist/a/b/1/\",\"sha\":\"" GOOD "\"}}}",
         "a-b.csv", "code,term\r1,a", NULL},
        {"a/b/1", NULL, "a-b.csv", "code,term\n1,a\n", "codelists.json is missing"},
        {"a/b/1", "[]", "a-b.csv", "", "codelists.json cannot be read"},
        {"a/b/1", "{", "a-b.csv", "", "codelists.json cannot be read"},
        {"a/b", RECORD("a/b/1", GOOD), "a-b.csv", "", "has the line \"a/b\""},
        {"a/b/2", RECORD("a/b/1", GOOD), "a-b.csv", "code,term\n1,a\n", "a-b.csv is no longer in codelists.txt"},
        {"a/b/1\na/c/1", RECORD("a/b/1", GOOD), "a-b.csv", "code,term\n1,a\n", "names versions that were not downloaded"},
        {"a/b/1", RECORD("a/b/1", GOOD), "x.csv", "", "x.csv was not downloaded but added by hand"},
        {"a/b/1", RECORD("a/b/1", GOOD), NULL, NULL, "a-b.csv is missing"},
        {"a/b/1", RECORD("a/b/1", GOOD), "a-b.csv", "code,term\n2,a\n", "a-b.csv was changed after it was downloaded"},
    };
    // clang-format on
    for (isize i = 0; i < COUNT(cases); i++) {
        CodelistFile file = {str_from(cases[i].file),
                             codelist_hash(&t.a, str_from(cases[i].bytes))};
        Codelists c = {.has_wanted = cases[i].wanted,
                       .has_record = cases[i].record,
                       .wanted = str_from(cases[i].wanted),
                       .record = str_from(cases[i].record),
                       .files = &file,
                       .n = cases[i].file ? 1 : 0};
        Str said = codelists_fault(&t.a, &c);
        if (cases[i].says)
            ck_assert_msg(str_has(said, str_from(cases[i].says)), "%td: %.*s", i, STR(said));
        else
            ck_str(said, S(""));
    }
}
END_TEST

Suite *study_suite(void);
Suite *study_suite(void)
{
    Suite *s = suite_create("study");
    TCase *c = tcase_create("study");
    tcase_set_timeout(c, 60);
    tcase_add_test(c, words_are_split_and_joined_like_a_shell);
    tcase_add_test(c, patterns_match_whole_names_only);
    tcase_add_test(c, many_stars_are_no_trap);
    tcase_add_test(c, paths_are_refused_as_python_sees_them);
    tcase_add_test(c, types_for_review_changed_with_the_years);
    tcase_add_test(c, reusable_actions_bring_their_own_command);
    tcase_add_test(c, a_long_chain_is_checked_and_planned);
    tcase_add_test(c, requests_that_cannot_run_become_one_failed_job);
    tcase_add_test(c, codelists_are_compared_with_their_record);
    suite_add_tcase(s, c);
    return s;
}
