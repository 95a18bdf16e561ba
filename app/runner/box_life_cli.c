// A box that outlives its starter, by hand: start, status, kill, cleanup of a job folder; what a runner does, visible.
#include <poll.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/file.h"
#include "os/own.h"
#include "os/watch.h"
#include "runner/box_cli.h"

static const Opt status_opts[] = {
    {"wait", OPT_FLAG, NULL, "first wait until it no longer runs"},
    {0 },
};

// The job folder, by its full path.
static fallible folder_arg(Cli *c, Str *folder)
{
    TRY(cli_arg(c, 0, "the folder of the box", folder));
    if (str_starts(*folder, S("/"))) return NULL;
    return fail(c->a, ERR_BAD_INPUT, "the folder of a box is named by its full path");
}

static fallible start_run(Cli *c, int *code)
{
    (void)code;
    BoxPlan plan;
    BoxRun run;
    BoxKeeper keeper;
    Str folder;
    TRY(folder_arg(c, &folder));
    TRY(box_plan_read(c, 1, &plan));
    TRY(box_keeper_open(c->a, 1, &plan.groups, &keeper));
    Err *e = box_start(c->a, &keeper, &plan, folder, &run);
    box_keeper_close(&keeper);
    if (e) return e;
    buf_fmt(&c->out, run.over >= 0 ? "started\n" : "not started: it runs or has ended already\n");
    return NULL;
}

static fallible end_wait(Cli *c, Str folder)
{
    owned_fd supervisor = -1;
    TRY(box_adopt(c->a, folder, &supervisor));
    struct pollfd p = {supervisor, POLLIN, 0};
    while (supervisor >= 0 && poll(&p, 1, -1) < 0)
        if (errno != EINTR) return fail(c->a, ERR_IO, "cannot wait: %s", strerror(errno));
    return NULL;
}

static fallible status_run(Cli *c, int *code)
{
    static const char *const names[] = {[BOX_ABSENT] = "absent",
                                        [BOX_RUNNING] = "running",
                                        [BOX_FINISHED] = "finished",
                                        [BOX_LOST] = "lost"};
    BoxStatus s;
    Str folder;
    (void)code;
    TRY(folder_arg(c, &folder));
    if (cli_has(c, "wait")) TRY(end_wait(c, folder));
    TRY(box_status(c->a, folder, &s));
    buf_fmt(&c->out, "%s\n", names[s.state]);
    if (s.state == BOX_FINISHED) box_result_print(c, &s.result);
    return NULL;
}

static fallible kill_run(Cli *c, int *code)
{
    Str folder;
    (void)code;
    TRY(folder_arg(c, &folder));
    return box_kill(c->a, folder);
}

static fallible cleanup_run(Cli *c, int *code)
{
    Str folder;
    (void)code;
    TRY(folder_arg(c, &folder));
    return box_cleanup(c->a, folder);
}

// One start as a runner sees it: from the plan to the recorded end.
static fallible once(Cli *c, const BoxKeeper *keeper, const BoxPlan *plan, Str folder, i64 *micros)
{
    BoxRun run;
    BoxStatus s;
    isize which;
    i64 before = clock_monotonic();
    TRY(box_start(c->a, keeper, plan, folder, &run));
    owned_fd over = run.over;
    if (over >= 0) TRY(wait_readable(c->a, &over, 1, -1, &which));
    TRY(box_status(c->a, folder, &s));
    *micros = clock_monotonic() - before;
    if (s.state != BOX_FINISHED || s.result.end != BOX_EXITED || s.result.code)
        return fail(c->a, ERR_IO, "the box did not end well: %.*s", STR(s.result.say));
    return box_cleanup(c->a, folder);
}

// The next one is wanted: at once, or when a line came on standard input.
static bool next_wanted(i64 *left)
{
    char byte;
    if (*left >= 0) return (*left)-- > 0;
    while (read(STDIN_FILENO, &byte, 1) == 1)
        if (byte == '\n') return true;
    return false;
}

static fallible time_run(Cli *c, int *code)
{
    BoxPlan plan;
    BoxKeeper keeper;
    Str folder, times;
    i64 micros, left = -1;
    (void)code;
    TRY(folder_arg(c, &folder));
    TRY(cli_arg(c, 1, "how many times", &times));
    if (!str_eq(times, S("-")) && (!str_i64(times, &left) || left < 0))
        return fail(c->a, ERR_BAD_INPUT, "how many times is a number or \"-\", not \"%.*s\"",
                    STR(times));
    TRY(box_plan_read(c, 2, &plan));
    TRY(box_cleanup(c->a, folder)); // of a run that was broken off
    TRY(box_keeper_open(c->a, 2, &plan.groups, &keeper));
    Err *e = once(c, &keeper, &plan, folder, &micros); // a runner has been up for some time
    while (!e && next_wanted(&left)) {
        e = once(c, &keeper, &plan, folder, &micros);
        buf_fmt(&c->out, "%lld\n", (long long)micros);
        if (!e) e = cli_flush(c);
    }
    box_keeper_close(&keeper);
    return e;
}

static const Command rows[] = {
    {.words = "box start",
     .args = "FOLDER -- COMMAND [ARGUMENT ...]",
     .summary = "start a box that goes on without its starter; FOLDER keeps its log and record",
     .examples = "tresor box start /srv/tresor/job7 -- Rscript model.R",
     .opts = box_opts,
     .run = start_run,
     .internal = true    },
    {.words = "box status",
     .args = "FOLDER",
     .summary = "absent, running, finished with its result, or lost",
     .examples = "tresor box status /srv/tresor/job7\ntresor box status --wait /srv/tresor/job7",
     .opts = status_opts,
     .run = status_run,
     .internal = true    },
    {.words = "box kill",
     .args = "FOLDER",
     .summary = "end a running box with all its processes",
     .examples = "tresor box kill /srv/tresor/job7",
     .run = kill_run,
     .internal = true  },
    {.words = "box cleanup",
     .args = "FOLDER",
     .summary = "forget a box that has ended",
     .examples = "tresor box cleanup /srv/tresor/job7",
     .run = cleanup_run,
     .internal = true},
    {.words = "box time",
     .args = "FOLDER TIMES -- COMMAND [ARGUMENT ...]",
     .summary = "start boxes one after the other, as a runner does; prints how many microseconds "
                "each took; TIMES - starts one for each line of standard input",                                                                           .examples = "tresor box time --allow-missing /dev/shm/job 20 -- true",
     .opts = box_opts,
     .run = time_run,
     .internal = true},
};
const CommandList box_life_commands = COMMANDS(rows);
