// Names that people and peers give: of orgs, backends, workspaces, repositories and released files.
#include "scratch.h"

#include "backend/backend.h"
#include "cli/nearest.h"
#include "kit/json.h"
#include "org/org.h"
#include "org/slug.h"
#include "os/file.h"
#include "release/release.h"
#include "workspace/workspace.h"

START_TEST(slugs)
{
    static const struct {
        const char *name, *slug;
    } cases[] = {
        {"My Study (2026)", "my-study-2026"},
        {"  a  b  ",        "a-b"          },
        {"Große Füße",   "gro-e-f-e"    },
        {"___",             "___"          },
        {"!!!",             ""             },
        {"A--B",            "a-b"          },
    };
    scratch t = scratch_make();
    for (isize i = 0; i < COUNT(cases); i++) {
        Str got = slug_from(&t.a, str_from(cases[i].name));
        ck_assert_msg(str_eq(got, str_from(cases[i].slug)), "%s became %.*s", cases[i].name,
                      STR(got));
    }
    ck_assert(org_slug_is_reserved(S("staff")) && org_slug_is_reserved(S("api")) &&
              !org_slug_is_reserved(S("our-lab")));
}
END_TEST

START_TEST(backend_names)
{
    ck_assert(backend_slug_is_valid(S("foo_BAR-1")));
    ck_assert(!backend_slug_is_valid(S("foo_BAR-")));
    ck_assert(!backend_slug_is_valid(S(" foo")));
    ck_assert(!backend_slug_is_valid(S("foo@bar")));
    ck_assert(!backend_slug_is_valid(S("a")));
}
END_TEST

START_TEST(workspace_names_and_repositories)
{
    scratch t = scratch_make();
    ck_works(workspace_name_check(&t.a, S("my-study_2")));
    static const char *const bad_names[] = {"", "My", "a b", "settings", "releases", "a/b", "ä"};
    for (isize i = 0; i < COUNT(bad_names); i++)
        ck_fails(ERR_BAD_INPUT, workspace_name_check(&t.a, str_from(bad_names[i])));
    static const char *const good[] = {"https://github.com/org/study",
                                       "http://git.example.org/x.git", "file:///srv/git/x"};
    for (isize i = 0; i < COUNT(good); i++)
        ck_works(workspace_repo_check(&t.a, str_from(good[i])));
    static const char *const bad[] = {"",
                                      "git@github.com:org/study",
                                      "ssh://x/y",
                                      "ext::sh -c id",
                                      "https://token@github.com/x",
                                      "https://",
                                      "file://x",
                                      "https://a b/c",
                                      "--upload-pack=x",
                                      "https://x/\n"};
    for (isize i = 0; i < COUNT(bad); i++)
        ck_fails(ERR_BAD_INPUT, workspace_repo_check(&t.a, str_from(bad[i])));
    // An @ in the path is no credential.
    ck_works(workspace_repo_check(&t.a, S("https://example.org/team/@scope/x")));
}
END_TEST

START_TEST(names_of_released_files)
{
    ck_assert(release_name_is_safe(S("output/a.csv")));
    ck_assert(release_name_is_safe(S("output/å b.csv")));
    static const char *const bad[] = {"",   "/etc/passwd", "../up", "a/../b", "a//b",
                                      "a/", "./a",         "a\\b",  "a\nb",   "a\x7f"};
    for (isize i = 0; i < COUNT(bad); i++)
        ck_assert_msg(!release_name_is_safe(str_from(bad[i])), "%s", bad[i]);
}
END_TEST

#define HASH "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
START_TEST(both_shapes_of_a_create_call)
{
    scratch t = scratch_make();
    ReleaseAsks asks;
    ck_works(release_asks_read(&t.a, S("{\"files\":{\"output/a.csv\":\"" HASH "\"}}"),
                               RELEASE_FILE_MAX, &asks));
    ck_assert(asks.n == 1 && str_eq(asks.v[0].name, S("output/a.csv")) && asks.v[0].size == -1);
    ck_works(release_asks_read(&t.a,
                               S("{\"files\":[{\"name\":\"a\",\"size\":8,\"sha256\":\"" HASH
                                 "\",\"review\":null}],\"metadata\":{\"k\":1}}"),
                               RELEASE_FILE_MAX, &asks));
    ck_assert(asks.n == 1 && asks.v[0].size == 8 && str_eq(asks.metadata, S("{\"k\":1}")));
    static const char *const bad[] = {
        "{}",
        "[]",
        "{\"files\":[]}",
        "{\"files\":{\"../a\":\"" HASH "\"}}",
        "{\"files\":{\"a\":\"xyz\"}}",
        "{\"files\":[{\"name\":\"a\",\"sha256\":\"" HASH "\"},{\"name\":\"a\",\"sha256\":\"" HASH
        "\"}]}",
        "{\"files\":[{\"name\":\"a\",\"size\":99999999,\"sha256\":\"" HASH "\"}]}"};
    for (isize i = 0; i < COUNT(bad); i++)
        ck_fails(ERR_BAD_INPUT, release_asks_read(&t.a, str_from(bad[i]), RELEASE_FILE_MAX, &asks));
}
END_TEST

START_TEST(slips_of_the_hand)
{
    scratch t = scratch_make();
    StrList words = {0};
    str_list_add(&t.a, &words, S("server"));
    str_list_add(&t.a, &words, S("runner"));
    ck_assert(str_eq(nearest(&words, S("serber")), S("server")));
    ck_assert(str_eq(nearest(&words, S("runer")), S("runner")));
    ck_assert(!nearest(&words, S("banana")).n);
}
END_TEST

Suite *names_suite(void);
Suite *names_suite(void)
{
    Suite *s = suite_create("names");
    TCase *t = tcase_create("names");
    tcase_add_test(t, slugs);
    tcase_add_test(t, backend_names);
    tcase_add_test(t, workspace_names_and_repositories);
    tcase_add_test(t, names_of_released_files);
    tcase_add_test(t, both_shapes_of_a_create_call);
    tcase_add_test(t, slips_of_the_hand);
    suite_add_tcase(s, t);
    return s;
}
