// unit: runs the suites of all tests/unit/NAME_test.c, each test in a process of its own.
//   unit [NAME ...]     only the suites whose NAME begins so
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool wanted(const char *suite, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], suite, strlen(argv[i])) == 0) return true;
    }
    return argc < 2;
}

int main(int argc, char **argv)
{
    setenv("CK_DEFAULT_TIMEOUT", "120", 0); // ends what hangs; a busy machine is no failure
    SRunner *runner = srunner_create(NULL);
#define ADD(name)                                                                                  \
    if (wanted(#name, argc, argv)) srunner_add_suite(runner, name##_suite());
    UNIT_SUITES(ADD)
    srunner_set_fork_status(runner, CK_FORK);
    srunner_run_all(runner, CK_ENV);
    if (!srunner_ntests_run(runner)) fprintf(stderr, "no test suite has such a name\n");
    bool green = srunner_ntests_failed(runner) == 0 && srunner_ntests_run(runner) > 0;
    srunner_free(runner);
    return green ? EXIT_SUCCESS : EXIT_FAILURE;
}
