// operate: killing jobs, flags, and a machine that is about to be rebooted.
#include "runner/operate.h"

#include "os/clock.h"
#include "os/folder.h"
#include "os/own.h"
#include "runner/box_executor.h"
#include "runner/runner.h"

fallible operate_site(Cli *c, Str *out)
{
    Str site = cli_text(c, "site", S("/var/lib/tresor/site"));
    TRY(folder_make(c->a, site, 0750));
    char *whole = realpath(cstr(c->a, site), NULL);
    if (!whole) return fail(c->a, ERR_IO, "the folder %.*s cannot be reached", STR(site));
    *out = str_copy(c->a, str_from(whole));
    (free)(whole); // the C library's own memory
    return NULL;
}

static fallible database_open(Cli *c, Str *site, Db **db)
{
    TRY(operate_site(c, site));
    Str path = runner_database_path(c->a, *site);
    if (!file_exists(c->a, path))
        return fail(c->a, ERR_NOT_FOUND, "%.*s is no site: no runner has ever used it", STR(*site));
    TRY(db_open(c->a, path, DB_SITE, DB_AS_ADMIN, DB_READ_WRITE, db));
    return db_check_current(*db, c->a);
}

// The one job whose id holds this text; an open one is meant before others.
static fallible job_find(Cli *c, Db *db, Str part, RunnerJob *out)
{
    RunnerJobList list;
    TRY(runner_jobs_like(db, c->a, part, &list));
    isize open = 0, last = 0;
    for (isize i = 0; i < list.n; i++) {
        RunCode code;
        if (!run_code_from(list.v[i].code, &code) || run_codes[code].state > RUN_RUNNING) continue;
        open++;
        last = i;
    }
    if (!list.n) return fail(c->a, ERR_NOT_FOUND, "no job's id holds \"%.*s\"", STR(part));
    if (list.n > 1 && open != 1)
        return fail(c->a, ERR_CONFLICT,
                    "%td jobs' ids hold \"%.*s\": write more of the one you mean", list.n,
                    STR(part));
    *out = list.v[open == 1 ? last : 0];
    return NULL;
}

// --- kill

static fallible job_kill(Cli *c, Db *db, const RunnerJob *job)
{
    i64 changed;
    RunCode code;
    bool done = run_code_from(job->code, &code) && run_codes[code].state >= RUN_SUCCEEDED;
    TRY(runner_job_cancel(db, c->a, job->id, S("admin"), clock_now(), &changed));
    if (!changed)
        return fail(c->a, ERR_CONFLICT, "job %.*s (%.*s) cannot be killed: it is %.*s",
                    STR(job->id), STR(job->action),
                    STR(done ? job->state : S("being cancelled already")));
    return runner_request_changed(db, c->a, job->request, &changed);
}

fallible operate_kill(Cli *c, int *code)
{
    (void)code;
    Str part, site;
    owned_db db = NULL;
    RunnerJob job;
    TRY(cli_arg(c, 0, "JOB", &part));
    TRY(database_open(c, &site, &db));
    TRY(job_find(c, db, part, &job));
    TRY(db_begin(db, c->a));
    TRY(db_settle(db, c->a, job_kill(c, db, &job)));
    buf_fmt(&c->out, "job %.*s (%.*s) will end\n", STR(job.id), STR(job.action));
    return runner_knock(c->a, site);
}

// --- before a reboot

static fallible job_send_back(Cli *c, Db *db, const Executor *x, const RunnerJob *job)
{
    const RunCodeRow *back = &run_codes[RUN_WAITING_ON_REBOOT];
    i64 changed;
    TRY(db_begin(db, c->a));
    Err *e = runner_job_move(db, c->a, job->id, job->code, back->word, run_state_name(back->state),
                             back->message, true, 0, 0, clock_now(), &changed);
    if (!e) e = runner_request_changed(db, c->a, job->request, &changed);
    TRY(db_settle(db, c->a, e));
    // Recorded first: whatever is left of it after a crash is removed by the next runner.
    TRY(x->cleanup(x, c->a, job->id));
    buf_fmt(&c->out, "%.*s %.*s waits for the reboot\n", STR(job->id), STR(job->action));
    return NULL;
}

fallible operate_reboot(Cli *c, int *code)
{
    (void)code;
    RunnerSettings set = {0};
    BoxExecutor box;
    Executor executor;
    RunnerJobList jobs;
    owned_db db = NULL;
    TRY(database_open(c, &set.site, &db));
    owned_fd lock = -1;
    Err *held = file_lock(c->a, path_join(c->a, set.site, S("runner.lock")), FILE_LOCK_NOW, &lock);
    if (held && held->kind == ERR_BUSY)
        return fail(c->a, ERR_CONFLICT, "the runner of %.*s is running: stop it first",
                    STR(set.site));
    TRY(held);
    TRY(box_executor_open(c->a, &set, &box, &executor));
    TRY(runner_jobs_open(db, c->a, &jobs));
    for (isize i = 0; i < jobs.n; i++)
        if (str_eq(jobs.v[i].state, run_state_name(RUN_RUNNING)))
            TRY(job_send_back(c, db, &executor, &jobs.v[i]));
    return NULL;
}

// --- plan

fallible operate_plan(Cli *c, int *code)
{
    (void)code;
    Str part, site, text;
    owned_db db = NULL;
    RunnerJob job;
    TRY(cli_arg(c, 0, "JOB", &part));
    TRY(database_open(c, &site, &db));
    TRY(job_find(c, db, part, &job));
    Str path = arena_fmt(c->a, "%.*s/jobs/%.*s/plan", STR(site), STR(job.id));
    Err *e = file_read(c->a, path, 16 << 20, &text);
    if (e && e->kind == ERR_NOT_FOUND)
        return fail(c->a, ERR_NOT_FOUND, "job %.*s has no box now: it is %.*s (%.*s)", STR(job.id),
                    STR(job.state), STR(job.code));
    TRY(e);
    buf_put(&c->out, text);
    return NULL;
}

// --- flags

static const char *const flag_names[] = {"paused", "mode", "manual-db-maintenance"};

fallible operate_flags_get(Cli *c, int *code)
{
    (void)code;
    Str site;
    owned_db db = NULL;
    RunnerFlags flags;
    TRY(database_open(c, &site, &db));
    TRY(runner_flags(db, c->a, &flags));
    for (isize i = 0; i < flags.n; i++) {
        const RunnerFlagsRow *f = &flags.v[i];
        if (c->args.n && !str_eq(f->name, c->args.v[0])) continue;
        buf_fmt(&c->out, "%.*s=%.*s (%.*s)\n", STR(f->name), STR(f->value),
                STR(time_plain(c->a, f->since)));
    }
    return NULL;
}

static fallible flag_check(Cli *c, Str name)
{
    StrList known = {0};
    for (isize i = 0; i < COUNT(flag_names); i++)
        str_list_add(c->a, &known, str_from(flag_names[i]));
    if (str_list_has(&known, name) || cli_has(c, "create")) return NULL;
    return fail(c->a, ERR_BAD_INPUT,
                "there is no flag \"%.*s\"; known are %.*s (--create makes a new one)", STR(name),
                STR(str_join(c->a, known.v, known.n, S(", "))));
}

fallible operate_flags_set(Cli *c, int *code)
{
    (void)code;
    Str text, name, value, site;
    owned_db db = NULL;
    i64 changed;
    TRY(cli_arg(c, 0, "NAME=VALUE", &text));
    str_cut(text, '=', &name, &value);
    TRY(flag_check(c, name));
    TRY(database_open(c, &site, &db));
    TRY(db_begin(db, c->a));
    TRY(db_settle(db, c->a, runner_flag_set(db, c->a, name, value, clock_now(), &changed)));
    buf_fmt(&c->out, "%.*s=%.*s\n", STR(name), STR(value));
    return runner_knock(c->a, site);
}
