// Tables of any size: rows out of a window, what a cell is, what a column holds, the first rows in an order.
#include "scratch.h"

#include "kit/csv.h"
#include "os/file.h"
#include "os/own.h"
#include "view/distinct.h"
#include "view/sort.h"
#include "view/survey.h"

static int opened(Arena *a, Str folder, Str text)
{
    int fd;
    Str path = path_join(a, folder, S("t.csv"));
    ck_works(file_write(a, path, text, 0600));
    ck_works(file_open(a, path, &fd));
    return fd;
}

// Both readers see the same cells.
static void same_as_csv_read(Scratch *t, Str text, char separator)
{
    Csv c;
    Rows r;
    owned_fd fd = opened(&t->a, t->folder, text);
    csv_read(&t->a, text, separator, 1 << 20, ROWS_CELLS_MAX, &c);
    rows_open(&t->a, fd, separator, &r);
    for (isize i = 0; i < c.n; i++) {
        ck_assert_msg(rows_next(&r), "row %td of %td is missing in: %.*s", i, c.n, STR(text));
        ck_assert_int_eq(r.n, c.v[i].n);
        for (isize k = 0; k < r.n; k++)
            ck_assert_msg(str_eq(r.v[k], c.v[i].v[k]), "row %td cell %td: %.*s", i, k, STR(r.v[k]));
        i64 place = r.place;
        rows_seek(&r, place);
        ck_assert(rows_next(&r) && r.place == place && r.n == c.v[i].n);
    }
    ck_assert(!rows_next(&r));
}

START_TEST(rows_are_those_of_the_csv_reader)
{
    static const char *const texts[] = {
        "",
        "a",
        "a\n",
        "\n",
        "a,b\r\n1,2\r\n",
        "a,b\r1,2\r",
        ("\xEF\xBB\xBF"
         "a;b\n1;2\n"),
        "\"x\"\"y\",z\n\"open",
        "\"a\nb\",c\n",
        "\"a\"b\"c,d\ne",
        "a,\n,b\n,,\n\n\nz",
        "\"\",\"\"\"\"\n",
    };
    for (isize i = 0; i < COUNT(texts); i++) {
        scratch t = scratch_make();
        Str text = str_from(texts[i]);
        same_as_csv_read(&t, text, csv_separator(text));
    }
}
END_TEST

// Short texts of the bytes that matter, and some that are filled in by many gulps.
START_TEST(rows_agree_on_random_texts)
{
    static const char alphabet[] = "ab\"\",,\n\r\n";
    u64 seed = 0x2545F4914F6CDD1DULL;
    for (int round = 0; round < 64; round++) {
        scratch t = scratch_make();
        isize n = round % 8 ? 60 : 200000;
        char *text = make(&t.a, char, n);
        for (isize i = 0; i < n; i++) {
            seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
            text[i] = alphabet[(seed >> 32) % (sizeof alphabet - 1)];
        }
        if (round % 8) {
            same_as_csv_read(&t, (Str){text, n}, ',');
        } else {
            Rows r;
            Csv c;
            isize rows = 0;
            owned_fd fd = opened(&t.a, t.folder, (Str){text, n});
            csv_read(&t.a, (Str){text, n}, ',', 1 << 20, ROWS_CELLS_MAX, &c);
            rows_open(&t.a, fd, ',', &r);
            while (rows_next(&r))
                ck_assert_int_eq(r.n, c.v[rows++].n);
            ck_assert_int_eq(rows, c.n);
        }
    }
}
END_TEST

START_TEST(a_row_longer_than_a_window_is_cut)
{
    scratch t = scratch_make();
    Buf b = {.a = &t.a};
    Rows r;
    buf_put(&b, S("a,b\n1,\""));
    for (isize i = 0; i < ROWS_WINDOW + 5000; i++)
        buf_byte(&b, i % 100 ? 'x' : '\n');
    buf_put(&b, S("\"\"\n\",z\n2,3\n"));
    owned_fd fd = opened(&t.a, t.folder, buf_str(&b));
    rows_open(&t.a, fd, ',', &r);
    ck_assert(rows_next(&r) && r.n == 2 && !r.cut);
    ck_assert(rows_next(&r) && r.cut && r.n == 2);
    ck_str(r.v[0], S("1"));
    ck_assert_int_gt(r.v[1].n, ROWS_WINDOW - 100);
    ck_assert(r.v[1].s[1] == 'x' && r.v[1].s[100] == '\n');
    ck_assert(rows_next(&r) && r.n == 2 && !r.cut);
    ck_str(r.v[1], S("3"));
    ck_assert(!rows_next(&r));
}
END_TEST

START_TEST(what_a_cell_is)
{
    static const struct {
        const char *cell;
        ValueKind kind;
    } cases[] = {
        {"12",                   VALUE_WHOLE   },
        {"-3",                   VALUE_WHOLE   },
        {" 5.0 ",                VALUE_WHOLE   },
        {"1e3",                  VALUE_WHOLE   },
        {"0.5",                  VALUE_NUMBER  },
        {".5",                   VALUE_NUMBER  },
        {"1e-3",                 VALUE_NUMBER  },
        {"1e40",                 VALUE_NUMBER  },
        {"1e999",                VALUE_TEXT    },
        {"0x10",                 VALUE_TEXT    },
        {"1,5",                  VALUE_TEXT    },
        {"1 2",                  VALUE_TEXT    },
        {"",                     VALUE_MISSING },
        {"NA",                   VALUE_MISSING },
        {"nan",                  VALUE_MISSING },
        {".",                    VALUE_MISSING },
        {"-",                    VALUE_MISSING },
        {"--",                   VALUE_TEXT    },
        {"2026-11-22",           VALUE_DATE    },
        {"2026-13-22",           VALUE_TEXT    },
        {"2026-11-22T08:00:00Z", VALUE_DATE    },
        {"[REDACTED]",           VALUE_REDACTED},
        {"*",                    VALUE_REDACTED},
        {"***",                  VALUE_REDACTED},
        {"<10",                  VALUE_REDACTED},
        {"≤ 7",                VALUE_REDACTED},
        {">= 1000",              VALUE_REDACTED},
        {"<b>",                  VALUE_TEXT    },
        {"[c]",                  VALUE_REDACTED},
        {"=1+1",                 VALUE_TEXT    },
    };
    for (isize i = 0; i < COUNT(cases); i++)
        ck_assert_msg(value_read(str_from(cases[i].cell), '.').kind == cases[i].kind,
                      "%s is a %.*s", cases[i].cell,
                      STR(value_word(value_read(str_from(cases[i].cell), '.').kind)));
    ck_assert_int_eq(value_read(S("1,5"), ',').kind, VALUE_NUMBER);
}
END_TEST

START_TEST(sums_are_exact)
{
    static const struct {
        const char *numbers, *sum;
    } cases[] = {
        {"0.1 0.2",                                       "0.3"                },
        {"0.1 -0.3",                                      "-0.2"               },
        {"-0.5 1",                                        "0.5"                },
        {"5 -0.25",                                       "4.75"               },
        {"999999999999999999 999999999999999999",         "1999999999999999998"},
        {"0.000000000000000001 0.999999999999999999 1e2", "101"                },
        {"1e30 1",                                        "about 1e+30"        },
        {"-7.50 -2.5",                                    "-10"                },
    };
    scratch t = scratch_make();
    for (isize i = 0; i < COUNT(cases); i++) {
        Sum sum = {0};
        Str rest = str_from(cases[i].numbers), one;
        while (str_next(&rest, ' ', &one))
            sum_add(&sum, value_read(one, '.').number);
        ck_str(sum_text(&t.a, &sum), str_from(cases[i].sum));
    }
}
END_TEST

START_TEST(a_survey_tells_what_columns_hold)
{
    scratch t = scratch_make();
    Survey s, again;
    owned_fd fd = opened(&t.a, t.folder,
                         S("region,n,share,day,mix\n"
                           "north,10,0.1,2026-01-02,1\n"
                           "south,35,0.2,2025-12-31,x\n"
                           "east,[REDACTED],NA,,2\n"
                           "north,9,-1.5,2026-01-01,\n"
                           "west\n"));
    ck_assert(survey_make(&t.a, fd, ',', NULL, &s));
    for (int round = 0; round < 2; round++, s = again) {
        ck_assert_int_eq(s.rows, 5);
        ck_assert_int_eq(s.columns, 5);
        ck_assert_int_eq(s.uneven, 1);
        ck_str(survey_type(&s.v[0]), S("text"));
        ck_assert_int_eq(s.v[0].distinct, 4);
        ck_str(survey_type(&s.v[1]), S("whole number"));
        ck_assert_int_eq(s.v[1].count[VALUE_REDACTED], 1);
        ck_assert_int_eq(s.v[1].count[VALUE_MISSING], 1);
        ck_assert(s.v[1].by5 == 2 && s.v[1].by6 == 0 && s.v[1].mid6 == 1);
        ck_str(s.v[1].sum, S("54"));
        ck_str(survey_type(&s.v[2]), S("number"));
        ck_str(s.v[2].sum, S("-1.2"));
        ck_str(s.v[2].min, S("-1.5"));
        ck_str(s.v[2].max, S("0.2"));
        ck_str(survey_type(&s.v[3]), S("date"));
        ck_str(s.v[3].min, S("2025-12-31"));
        ck_str(survey_type(&s.v[4]), S("mixed"));
        ck_assert(survey_read(&t.a, survey_text(&t.a, &s), &again));
    }
    ck_assert(!survey_read(&t.a, S("{\"survey\":2}"), &again));
    ck_assert(!survey_read(&t.a, S("nonsense"), &again));
}
END_TEST

START_TEST(a_survey_finds_rows_again)
{
    scratch t = scratch_make();
    Buf b = {.a = &t.a};
    Survey s;
    Rows r;
    i64 from;
    buf_put(&b, S("n\n"));
    for (int i = 0; i < 5500; i++)
        buf_fmt(&b, "%d\n", i);
    owned_fd fd = opened(&t.a, t.folder, buf_str(&b));
    ck_assert(survey_make(&t.a, fd, ',', NULL, &s));
    ck_assert_int_eq(s.rows, 5500);
    ck_assert_int_eq(s.v[0].distinct, 5500);
    rows_open(&t.a, fd, ',', &r);
    rows_seek(&r, survey_place(&s, 4321, &from));
    ck_assert(rows_next(&r) && from == 4000);
    ck_str(r.v[0], S("4000"));
    rows_seek(&r, survey_place(&s, 99999, &from));
    ck_assert(rows_next(&r) && from == 5000);
}
END_TEST

START_TEST(many_values_are_counted_about)
{
    scratch t = scratch_make();
    Distinct d;
    distinct_begin(&t.a, &d, 1000);
    for (int i = 0; i < 300000; i++)
        distinct_add(&t.a, &d, arena_fmt(&t.a, "person %d", i % 100000));
    ck_assert(d.is_about);
    ck_assert_msg(distinct_count(&d) > 95000 && distinct_count(&d) < 105000, "counted %lld",
                  (long long)distinct_count(&d));
}
END_TEST

static void sorts_as(Arena *a, int fd, bool down, isize most, const char *want)
{
    Sorted s;
    Buf b = {.a = a};
    sort_rows(a, fd, ',', 0, down, most, &s);
    for (isize i = 0; i < s.n; i++)
        buf_fmt(&b, "%lld ", (long long)s.v[i].row);
    ck_str(str_trim(buf_str(&b)), str_from(want));
}

START_TEST(rows_are_sorted_with_redacted_ones_apart)
{
    scratch t = scratch_make();
    owned_fd fd = opened(&t.a, t.folder, S("n\n10\n9\n[REDACTED]\n\nb\nA\n9.0\n-1e1\n<10\n2.5\n"));
    sorts_as(&t.a, fd, false, 100, "7 9 1 6 0 5 4 2 8 3");
    sorts_as(&t.a, fd, true, 100, "4 5 0 1 6 9 7 2 8 3");
    sorts_as(&t.a, fd, true, 3, "4 5 0");
    sorts_as(&t.a, fd, false, 0, "");
}
END_TEST

Suite *view_table_suite(void);
Suite *view_table_suite(void)
{
    Suite *s = suite_create("view_table");
    TCase *c = tcase_create("tables");
    tcase_set_timeout(c, 60);
    tcase_add_test(c, rows_are_those_of_the_csv_reader);
    tcase_add_test(c, rows_agree_on_random_texts);
    tcase_add_test(c, a_row_longer_than_a_window_is_cut);
    tcase_add_test(c, what_a_cell_is);
    tcase_add_test(c, sums_are_exact);
    tcase_add_test(c, a_survey_tells_what_columns_hold);
    tcase_add_test(c, a_survey_finds_rows_again);
    tcase_add_test(c, many_values_are_counted_about);
    tcase_add_test(c, rows_are_sorted_with_redacted_ones_apart);
    suite_add_tcase(s, c);
    return s;
}
