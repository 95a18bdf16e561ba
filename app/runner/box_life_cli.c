// A box that outlives its starter, by hand: start, status, kill, cleanup of a job folder; what a runner does, visible.
#include <poll.h>
#include <unistd.h>

#include "os/file.h"
#include "os/own.h"
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
    Str folder;
    TRY(folder_arg(c, &folder));
    TRY(box_plan_read(c, 1, &plan));
    TRY(box_start(c->a, &plan, folder, &run));
    own_close_fd(&run.pidfd), own_close_fd(&run.events);
    buf_fmt(&c->out, run.pid ? "started\n" : "not started: it runs or has ended already\n");
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

static const Command rows[] = {
    {.words = "box start",
     .args = "FOLDER -- COMMAND [ARGUMENT ...]",
     .summary = "start a box that goes on without its starter; FOLDER keeps its log and record",
     .examples = "tresor box start /srv/tresor/job7 -- Rscript model.R",
     .opts = box_opts,
     .run = start_run,
     .internal = true},
    {.words = "box status",
     .args = "FOLDER",
     .summary = "absent, running, finished with its result, or lost",
     .examples = "tresor box status /srv/tresor/job7\ntresor box status --wait /srv/tresor/job7",
     .opts = status_opts,
     .run = status_run,
     .internal = true},
    {.words = "box kill",
     .args = "FOLDER",
     .summary = "end a running box with all its processes",
     .examples = "tresor box kill /srv/tresor/job7",
     .run = kill_run,
     .internal = true   },
    {.words = "box cleanup",
     .args = "FOLDER",
     .summary = "forget a box that has ended",
     .examples = "tresor box cleanup /srv/tresor/job7",
     .run = cleanup_run,
     .internal = true},
};
const CommandList box_life_commands = COMMANDS(rows);
