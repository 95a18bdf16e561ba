// Which groups of supervisors are swept: plain folders stand for control groups, which are removed by the same call.
#include "scratch.h"

#include <sys/stat.h>
#include <unistd.h>

#include "box/limits.h"

static bool there(Scratch *t, const char *name)
{
    return file_exists(&t->a, path_join(&t->a, t->folder, str_from(name)));
}

START_TEST(empty_groups_of_the_dead_are_swept)
{
    scratch t = scratch_make();
    Arena *a = &t.a;
    i64 birth = proc_birth(getpid());
    const char *dead[] = {cstr(a, arena_fmt(a, "tresor-%d-%lld", getpid(), (long long)birth + 1)),
                          "tresor-2000000000-5"};
    const char *alive[] = {cstr(a, arena_fmt(a, "tresor-%d-%lld", getpid(), (long long)birth)),
                           "tresor-runner",
                           "tresor-7",
                           "tresor-0-1",
                           "tresor--1-1",
                           "tresor-x-1",
                           "tresor-2000000001-6",
                           "another"};
    for (isize i = 0; i < COUNT(dead); i++)
        ck_works(folder_make(a, path_join(a, t.folder, str_from(dead[i])), 0700));
    for (isize i = 0; i < COUNT(alive); i++)
        ck_works(folder_make(a, path_join(a, t.folder, str_from(alive[i])), 0700));
    // One that is not empty stays: whoever is in it is not killed.
    ck_works(folder_make(a, path_join(a, t.folder, S("tresor-2000000001-6/member")), 0700));
    BoxGroups none =
                  {
                      0
    },
              where = {.memory = {CGROUP_V1, t.folder}, .cpu = {CGROUP_NONE, S("")}};
    box_groups_sweep(&none);
    ck_assert(there(&t, dead[0]));
    box_groups_sweep(&where);
    for (isize i = 0; i < COUNT(dead); i++)
        ck_assert_msg(!there(&t, dead[i]), "%s", dead[i]);
    for (isize i = 0; i < COUNT(alive); i++)
        ck_assert_msg(there(&t, alive[i]), "%s", alive[i]);
}
END_TEST

Suite *box_sweep_suite(void);
Suite *box_sweep_suite(void)
{
    Suite *s = suite_create("box sweep");
    TCase *t = tcase_create("sweep");
    tcase_add_test(t, empty_groups_of_the_dead_are_swept);
    suite_add_tcase(s, t);
    return s;
}
