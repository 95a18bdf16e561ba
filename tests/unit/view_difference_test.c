// Two versions of a table: what is the same, changed, new and gone, and how rows find their partners.
#include "scratch.h"

#include "os/file.h"
#include "os/own.h"
#include "view/align.h"
#include "view/difference.h"

static void compare(Arena *a, Str folder, Str old, Str new, char separator, Difference *d)
{
    int before, now;
    Str x = path_join(a, folder, S("old")), y = path_join(a, folder, S("new"));
    ck_works(file_write(a, x, old, 0600));
    ck_works(file_write(a, y, new, 0600));
    ck_works(file_open(a, x, &before));
    owned_fd one = before;
    ck_works(file_open(a, y, &now));
    owned_fd two = now;
    difference_make(a, one, separator, two, separator, d);
}

// "2~3" row 2 became row 3; "+4" is new; "-1" is gone.
static Str told(Arena *a, const Difference *d)
{
    Buf b = {.a = a};
    for (isize i = 0; i < d->n; i++) {
        const ChangedRow *r = &d->v[i];
        if (r->old_row && r->new_row)
            buf_fmt(&b, "%lld~%lld ", (long long)r->old_row, (long long)r->new_row);
        else
            buf_fmt(&b, "%s%lld ", r->new_row ? "+" : "-", (long long)(r->old_row + r->new_row));
    }
    return str_trim(buf_str(&b));
}

START_TEST(differences)
{
    static const struct {
        const char *old, *new, *want;
        DifferenceBy by;
    } cases[] = {
  // one cell, the first column names rows
        {"k,n\na,1\nb,2\n",              "k,n\na,1\nb,3\n",                     "2~2",    BY_KEY    },
 // rows moved are the same rows
        {"k,n\na,1\nb,2\nc,3\n",         "k,n\nc,3\na,1\nb,2\n",                "",       BY_KEY    },
        {"k,n\na,1\nb,2\n",              "k,n\nb,2\nc,9\n",                     "+2 -1",  BY_KEY    },
 // two columns together name rows
        {"r,s,n\nn,f,1\nn,m,2\ns,f,3\n", "r,s,n\nn,f,1\nn,m,5\ns,f,3\ns,m,4\n", "2~2 +4", BY_KEY    },
 // no key: by content
        {"x\n1\n1\n2\n",                 "x\n1\n1\n3\n2\n",                     "+3",     BY_CONTENT},
        {"x\n1\n1\n2\n5\n",              "x\n1\n1\n4\n5\n",                     "3~3",    BY_CONTENT},
 // columns change places: nothing else changed
        {"k,a,b\nx,1,2\n",               "k,b,a\nx,2,1\n",                      "",       BY_KEY    },
        {"k\n",                          "k\na\n",                              "+1",     BY_CONTENT},
        {"",                             "k\na\n",                              "+1",     BY_CONTENT},
        {"k\na\n",                       "",                                    "-1",     BY_CONTENT},
        {"",                             "",                                    "",       BY_CONTENT},
    };
    for (isize i = 0; i < COUNT(cases); i++) {
        scratch t = scratch_make();
        Difference d;
        compare(&t.a, t.folder, str_from(cases[i].old), str_from(cases[i].new), ',', &d);
        ck_assert_msg(str_eq(told(&t.a, &d), str_from(cases[i].want)) && d.by == cases[i].by,
                      "case %td: by %d: %.*s", i, (int)d.by, STR(told(&t.a, &d)));
    }
}
END_TEST

START_TEST(columns_come_and_go)
{
    scratch t = scratch_make();
    Difference d;
    compare(&t.a, t.folder, S("k,a,b\nx,1,2\ny,3,4\n"), S("k,b,c\nx,2,7\ny,9,8\n"), ',', &d);
    ck_str(str_join(&t.a, d.gone.v, d.gone.n, S(" ")), S("a"));
    ck_str(str_join(&t.a, d.added.v, d.added.n, S(" ")), S("c"));
    ck_assert(d.same == 1 && d.changed == 1 && !difference_is_none(&d));
    ck_assert(d.old_column[0] == 0 && d.old_column[1] == 2 && d.old_column[2] == -1);
}
END_TEST

START_TEST(texts_line_by_line)
{
    scratch t = scratch_make();
    Difference d;
    compare(&t.a, t.folder, S("one\ntwo, \"2\nthree\n"), S("zero\none\ntwo, \"3\nthree\n"),
            ROWS_LINES, &d);
    ck_str(told(&t.a, &d), S("+1 2~3"));
}
END_TEST

// Beyond the limit rows are compared by number and nothing is kept but the first changes.
START_TEST(a_huge_table_is_compared_by_number)
{
    scratch t = scratch_make();
    Difference d;
    Buf old = {.a = &t.a}, new = {.a = &t.a};
    buf_put(&old, S("n\n"));
    buf_put(&new, S("n\n"));
    for (int i = 0; i < DIFFERENCE_ROWS_MAX + 10; i++) {
        buf_fmt(&old, "%d\n", i);
        buf_fmt(&new, "%d\n", i == 777 ? 0 : i);
    }
    buf_put(&new, S("end\n"));
    compare(&t.a, t.folder, buf_str(&old), buf_str(&new), ',', &d);
    ck_assert_int_eq(d.by, BY_NUMBER);
    ck_str(told(&t.a, &d), arena_fmt(&t.a, "778~778 +%d", DIFFERENCE_ROWS_MAX + 11));
}
END_TEST

// Whatever the lists are: partners go both ways at most once, equal lists are all partners in order.
START_TEST(alignment_is_one_to_one)
{
    u64 seed = 88172645463325252ULL;
    for (int round = 0; round < 3000; round++) {
        Arena a = {0};
        Print old[40] = {0}, new[40] = {0};
        isize of_new[40];
        bool used[40] = {0};
        isize n = round % 37, m = round % 41 % 40;
        for (isize i = 0; i < 40; i++) {
            seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
            old[i].a = seed % 23;
            new[i].a = (seed >> 20) % 23;
        }
        align_lines(&a, old, n, new, m, of_new);
        for (isize i = 0; i < m; i++) {
            if (of_new[i] < 0) continue;
            ck_assert(of_new[i] < n && !used[of_new[i]]);
            used[of_new[i]] = true;
        }
        align_lines(&a, old, n, old, n, of_new);
        for (isize i = 0; i < n; i++)
            ck_assert_int_eq(of_new[i], i);
        arena_free(&a);
    }
}
END_TEST

Suite *view_difference_suite(void);
Suite *view_difference_suite(void)
{
    Suite *s = suite_create("view_difference");
    TCase *c = tcase_create("differences");
    tcase_set_timeout(c, 60);
    tcase_add_test(c, differences);
    tcase_add_test(c, columns_come_and_go);
    tcase_add_test(c, texts_line_by_line);
    tcase_add_test(c, a_huge_table_is_compared_by_number);
    tcase_add_test(c, alignment_is_one_to_one);
    suite_add_tcase(s, c);
    return s;
}
