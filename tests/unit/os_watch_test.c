// Clocks, randomness, bells and watched folders.
#include "scratch.h"

#include <pthread.h>

#include "os/clock.h"
#include "os/own.h"
#include "os/random.h"
#include "os/watch.h"

START_TEST(clocks_agree_with_themselves)
{
    Time now = clock_now();
    ck_assert_int_gt(now, time_from_parts((TimeParts){.year = 2024, .month = 1, .day = 1}));
    i64 before = clock_monotonic();
    ck_assert_int_ge(clock_monotonic(), before);
}
END_TEST

START_TEST(tokens_differ_and_have_their_shape)
{
    scratch t = scratch_make();
    Str one = random_hex(&t.a, 16), two = random_hex(&t.a, 16);
    ck_assert_int_eq(one.n, 32);
    ck_assert(!str_eq(one, two));
    ck_assert_int_eq(random_base64url(&t.a, 32).n, 43);
    Str words = random_words(&t.a, 3), part;
    int n = 0;
    while (str_next(&words, '-', &part)) {
        ck_assert_int_ge(part.n, 2);
        n++;
    }
    ck_assert_int_eq(n, 3);
    ck_assert(random_word_bits() >= 9.9);
}
END_TEST

static void *ring(void *fd)
{
    bell_ring(*(int *)fd);
    return NULL;
}

START_TEST(a_bell_wakes_the_one_who_waits)
{
    scratch t = scratch_make();
    owned_fd quiet = -1, bell = -1;
    ck_works(bell_open(&t.a, &quiet));
    ck_works(bell_open(&t.a, &bell));
    int fds[] = {quiet, bell};
    isize which;
    ck_works(wait_readable(&t.a, fds, 2, 0, &which));
    ck_assert_int_eq(which, -1);
    pthread_t other;
    ck_assert_int_eq(pthread_create(&other, NULL, ring, &bell), 0);
    ck_works(wait_readable(&t.a, fds, 2, -1, &which));
    ck_assert_int_eq(which, 1);
    pthread_join(other, NULL);
    bell_clear(bell);
    ck_works(wait_readable(&t.a, fds, 2, 0, &which));
    ck_assert_int_eq(which, -1);
}
END_TEST

START_TEST(a_watched_folder_tells_of_a_new_file)
{
    scratch t = scratch_make();
    owned_fd watch = -1;
    isize which;
    ck_works(watch_open(&t.a, t.folder, &watch));
    ck_works(wait_readable(&t.a, &watch, 1, 0, &which));
    ck_assert_int_eq(which, -1);
    ck_works(file_write(&t.a, path_join(&t.a, t.folder, S("new")), S("1"), 0600));
    ck_works(wait_readable(&t.a, &watch, 1, SECONDS(30), &which));
    ck_assert_int_eq(which, 0);
    watch_clear(watch);
    ck_works(wait_readable(&t.a, &watch, 1, 0, &which));
    ck_assert_int_eq(which, -1);
    owned_fd none = -1;
    ck_fails(ERR_NOT_FOUND, watch_open(&t.a, path_join(&t.a, t.folder, S("none")), &none));
}
END_TEST

Suite *os_watch_suite(void)
{
    Suite *s = suite_create("os watch");
    TCase *c = tcase_create("watch");
    tcase_add_test(c, clocks_agree_with_themselves);
    tcase_add_test(c, tokens_differ_and_have_their_shape);
    tcase_add_test(c, a_bell_wakes_the_one_who_waits);
    tcase_add_test(c, a_watched_folder_tells_of_a_new_file);
    suite_add_tcase(s, c);
    return s;
}
