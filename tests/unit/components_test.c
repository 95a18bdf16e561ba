// components: every part of the binary is named with its version, licence and licence text.
#include "kit/components.h"

START_TEST(the_first_row_is_tresor_itself)
{
    ck_assert_str_eq(components[0].name.s, "Tresor");
    ck_assert_ptr_nonnull(strstr(components[0].text.s, "Permission is hereby granted"));
}
END_TEST

START_TEST(every_row_is_complete)
{
    for (isize i = 0; i < components_n; i++) {
        const Component *c = &components[i];
        ck_assert_msg(c->name.n > 0 && c->version.n > 0 && c->licence.n > 0, "row %d", (int)i);
        ck_assert_msg(c->text.n > 200, "%s has no licence text", c->name.s);
        ck_assert_msg(i == 0 || c->sha256.n == 64, "%s has no hash", c->name.s);
    }
}
END_TEST

START_TEST(lengths_are_those_of_the_text)
{
    for (isize i = 0; i < components_n; i++) {
        ck_assert_int_eq(components[i].text.n, (isize)strlen(components[i].text.s));
        ck_assert_int_eq(components[i].url.n, (isize)strlen(components[i].url.s));
    }
}
END_TEST

Suite *components_suite(void)
{
    Suite *s = suite_create("components");
    TCase *t = tcase_create("rows");
    tcase_add_test(t, the_first_row_is_tresor_itself);
    tcase_add_test(t, every_row_is_complete);
    tcase_add_test(t, lengths_are_those_of_the_text);
    suite_add_tcase(s, t);
    return s;
}
