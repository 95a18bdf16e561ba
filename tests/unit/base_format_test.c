// Texts made of values: as long as they come, wherever a chunk of the arena ends; moments as people and programs write them.
#include <check.h>
#undef fail

#include "base/str.h"
#include "base/time.h"

static bool reads(Str s, const char *want)
{
    if (str_eq(s, str_from(want))) return true;
    fprintf(stderr, "%.*s\n", STR(s));
    return false;
}

// Every place of a chunk's end is met, and nothing that was made before changes.
START_TEST(a_text_is_whole_wherever_a_chunk_ends)
{
    Arena a = {0};
    Str made[3000];
    for (int i = 0; i < 3000; i++)
        made[i] = arena_fmt(&a, "%d %.*s %s", i, i % 97,
                            "......................................................................"
                            "..........................",
                            "end");
    for (int i = 0; i < 3000; i++) {
        char want[160];
        int n = snprintf(want, sizeof want, "%d %.*s %s", i, i % 97,
                         "........................................................................."
                         ".......................",
                         "end");
        ck_assert_int_eq(made[i].n, n);
        ck_assert(memcmp(made[i].s, want, (size_t)n + 1) == 0); // with the NUL that is not counted
    }
    Str big = arena_fmt(&a, "%0300000d", 7);
    ck_assert(big.n == 300000 && big.s[299999] == '7' && big.s[0] == '0');
    arena_free(&a);
}
END_TEST

// What is handed out is zero, also where a text was tried first and did not fit.
START_TEST(memory_is_zero_after_a_text_that_did_not_fit)
{
    Arena a = {0};
    for (int i = 0; i < 200; i++) {
        arena_fmt(&a, "%0999d", 1);
        const char *p = make(&a, char, 1500);
        int not_zero = 0;
        for (int k = 0; k < 1500; k++)
            not_zero += p[k] != 0;
        ck_assert_int_eq(not_zero, 0);
    }
    arena_free(&a);
}
END_TEST

START_TEST(texts_are_joined)
{
    Arena a = {0};
    const Str v[] = {S("a"), S(""), S("bc")};
    ck_assert(reads(str_join(&a, v, 3, S(", ")), "a, , bc"));
    ck_assert(reads(str_join(&a, v, 3, S("")), "abc"));
    ck_assert(reads(str_join(&a, v, 1, S(", ")), "a"));
    ck_assert_int_eq(str_join(&a, NULL, 0, S(", ")).n, 0);
    arena_free(&a);
}
END_TEST

START_TEST(texts_hide_nothing)
{
    Arena a = {0};
    ck_assert(reads(str_printable(&a, S("a\0b\x1b[2J\n\tc\xff\xc2\x9b")),
                    "a\uFFFDb\uFFFD[2J\n\tc\uFFFD\uFFFD"));
    ck_assert(reads(str_printable(&a, S("a\u202Egnp.exe \u061C\u200F\u2069")),
                    "a‹U+202E›gnp.exe ‹U+061C›‹U+200F›‹U+2069›"));
    ck_assert(reads(str_printable(&a, S("می\u200Cشود, Größe – 5 €, \U0001F600")),
                    "می\u200Cشود, Größe – 5 €, \U0001F600"));
    ck_assert(reads(str_visible(&a, S("a\u200Bb\u00ADc\uFEFF\u2028\u2060d")),
                    "a‹U+200B›b‹U+00AD›c‹U+FEFF›‹U+2028›‹U+2060›d"));
    arena_free(&a);
}
END_TEST

START_TEST(moments_are_written_in_full)
{
    Arena a = {0};
    Time t = time_from_parts((TimeParts){2022, 7, 5, 2, 17, 22, 123456});
    ck_assert(reads(time_iso(&a, t), "2022-07-05T02:17:22.123456Z"));
    ck_assert(reads(time_iso(&a, t - 123456), "2022-07-05T02:17:22Z"));
    ck_assert(reads(time_iso(&a, t - 123456 + 7), "2022-07-05T02:17:22.000007Z"));
    ck_assert(reads(time_iso_seconds(&a, t), "2022-07-05T02:17:22Z"));
    ck_assert(reads(time_plain(&a, t), "2022-07-05 02:17:22 UTC"));
    ck_assert(reads(time_iso(&a, -1), "1969-12-31T23:59:59.999999Z"));
    ck_assert(reads(time_plain(&a, time_from_parts((TimeParts){12022, 7, 5, 2, 17, 22, 0})),
                    "12022-07-05 02:17:22 UTC"));
    for (Time at = -DAYS(400000); at < DAYS(400000); at += DAYS(997) + HOURS(5) + 12345) {
        Time back = 0;
        ck_assert(time_from_iso(time_iso(&a, at), &back) && back == at);
    }
    arena_free(&a);
}
END_TEST

Suite *base_format_suite(void)
{
    Suite *s = suite_create("base format");
    TCase *t = tcase_create("format");
    tcase_add_test(t, a_text_is_whole_wherever_a_chunk_ends);
    tcase_add_test(t, memory_is_zero_after_a_text_that_did_not_fit);
    tcase_add_test(t, texts_are_joined);
    tcase_add_test(t, texts_hide_nothing);
    tcase_add_test(t, moments_are_written_in_full);
    suite_add_tcase(s, t);
    return s;
}
