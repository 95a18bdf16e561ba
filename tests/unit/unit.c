// unit: runs the suites of all tests/unit/NAME_test.c, each suite in a process of its own, one a core at a time.
//   unit [NAME ...]     only the suites whose NAME begins so
//
// The tests of a suite share its process: a fork and a search for leaks cost more than most tests do. A suite that ends
// red (a failure, a crash, a hang, a leak) is run once more with a process per test, which names the test.
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SUITE_SECONDS = 120 };

typedef struct Run {
    const char *name;
    Suite *(*suite)(void);
    bool is_wanted, is_red; // is_red: it did not end green when its tests shared a process
    pid_t pid;              // 0 when it does not run
    double from, took;      // seconds
    int *tests;             // shared with its process: how many were run
} Run;

static bool wanted(const char *suite, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], suite, strlen(argv[i])) == 0) return true;
    }
    return argc < 2;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

// Ends this process when it hangs; a busy machine is no failure. Not by alarm(): Check would kill all of us.
static void end_what_hangs(void)
{
    const char *times = getenv("CK_TIMEOUT_MULTIPLIER");
    double factor = times ? strtod(times, NULL) : 1;
    struct sigevent kill_me = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL};
    struct itimerspec at = {.it_value.tv_sec = SUITE_SECONDS * (factor > 1 ? (time_t)factor : 1)};
    timer_t timer;
    if (timer_create(CLOCK_MONOTONIC, &kill_me, &timer) || timer_settime(timer, 0, &at, NULL)) {
        perror("timer");
        exit(EXIT_FAILURE);
    }
}

// Runs the suite here, and does not come back.
static _Noreturn void suite_run(Run *r, enum fork_status how)
{
    SRunner *runner = srunner_create(r->suite());
    srunner_set_fork_status(runner, how);
    if (how == CK_NOFORK) end_what_hangs();
    srunner_run_all(runner, CK_SILENT);
    *r->tests = srunner_ntests_run(runner);
    int failed = srunner_ntests_failed(runner);
    if (failed && how == CK_FORK) srunner_print(runner, CK_NORMAL);
    fflush(stdout);
    if (failed) _exit(EXIT_FAILURE); // what a failed test left behind is no leak to tell of
    srunner_free(runner);
    exit(EXIT_SUCCESS); // the search for leaks
}

static void suite_start(Run *r, enum fork_status how)
{
    fflush(NULL);
    r->from = now();
    r->pid = fork();
    if (r->pid < 0) {
        perror("fork");
        exit(EXIT_FAILURE);
    }
    if (!r->pid) suite_run(r, how);
}

// Waits for one that ends. NULL when none runs.
static Run *suite_wait(Run *runs, size_t n, int *status)
{
    pid_t ended = wait(status);
    for (size_t i = 0; ended > 0 && i < n; i++) {
        if (runs[i].pid != ended) continue;
        runs[i].pid = 0;
        runs[i].took += now() - runs[i].from;
        return &runs[i];
    }
    return NULL;
}

static void run_together(Run *runs, size_t n)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN), busy = 0;
    for (size_t next = 0; next < n || busy > 0;) {
        int status;
        if (next < n && !runs[next].is_wanted) {
            next++;
        } else if (next < n && busy < cores) {
            suite_start(&runs[next++], CK_NOFORK);
            busy++;
        } else {
            Run *r = suite_wait(runs, n, &status);
            if (!r) break;
            r->is_red = status != 0;
            busy--;
        }
    }
}

// Says which tests of a red suite it was. A suite that is green alone is red nevertheless.
static void run_alone(Run *r)
{
    int status = 0;
    *r->tests = 0;
    printf("%s\n", r->name);
    suite_start(r, CK_FORK);
    suite_wait(r, 1, &status);
    if (status == 0)
        printf("%s:0:E: green with a process per test, red when the tests share one: one disturbs "
               "another, or leaks\n",
               r->name);
}

static void print_slowest(const Run *runs, size_t n)
{
    const Run *slowest = NULL;
    for (size_t i = 0; i < n; i++)
        if (!slowest || runs[i].took > slowest->took) slowest = &runs[i];
    if (slowest) printf("the longest: %s, %.1f s\n", slowest->name, slowest->took);
}

int main(int argc, char **argv)
{
#define ROW(suite_name) {.name = #suite_name, .suite = suite_name##_suite},
    Run runs[] = {UNIT_SUITES(ROW)};
    size_t n = sizeof runs / sizeof *runs;
    int *tests =
        mmap(NULL, n * sizeof *tests, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (tests == MAP_FAILED) return EXIT_FAILURE;
    setenv("CK_DEFAULT_TIMEOUT", "120", 0);
    double from = now();
    for (size_t i = 0; i < n; i++) {
        runs[i].is_wanted = wanted(runs[i].name, argc, argv);
        runs[i].tests = &tests[i];
    }
    run_together(runs, n);
    int red = 0, all = 0;
    for (size_t i = 0; i < n; i++) {
        if (runs[i].is_red) run_alone(&runs[i]);
        red += runs[i].is_red;
        all += tests[i];
    }
    if (!all) fprintf(stderr, "no test suite has such a name\n");
    print_slowest(runs, n);
    printf("%d checks, %d red suites, %.1f s\n", all, red, now() - from);
    return all && !red ? EXIT_SUCCESS : EXIT_FAILURE;
}
