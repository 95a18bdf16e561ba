// box_executor: the calls of an executor, made with boxes.
#include "runner/box_executor.h"

#include <pthread.h>

#include "box/box.h"
#include "kit/json.h"
#include "os/clock.h"
#include "os/copy.h"
#include "os/own.h"
#include "os/watch.h"
#include "runner/code.h"
#include "runner/results.h"

enum { TREE_MOST = 200000, BOXES_READY = 2 };

static const RunnerSettings *settings_of(const Executor *x)
{
    return ((const BoxExecutor *)x->self)->set;
}

static Str job_folder(Arena *a, const Executor *x, Str job)
{
    return arena_fmt(a, "%.*s/jobs/%.*s", STR(settings_of(x)->site), STR(job));
}

static Str job_path(Arena *a, const Executor *x, Str job, const char *name)
{
    return arena_fmt(a, "%.*s/%s", STR(job_folder(a, x, job)), name);
}

// When the workspace was complete; 0 when it is not, or not in this life of the machine.
static Time prepared_at(Arena *a, const Executor *x, Str job)
{
    Str text, at, boot;
    i64 when = 0;
    Err *e = file_read(a, job_path(a, x, job, "prepared"), 200, &text);
    if (e || !str_cut(str_trim(text), ' ', &at, &boot)) return 0;
    if (!str_eq(boot, ((const BoxExecutor *)x->self)->boot) || !str_i64(at, &when)) return 0;
    return when;
}

static fallible prepared_mark(Arena *a, const Executor *x, Str job, Time now)
{
    Str boot = ((const BoxExecutor *)x->self)->boot;
    Str text = arena_fmt(a, "%lld %.*s\n", (long long)now, STR(boot));
    return file_write_loose(a, job_path(a, x, job, "prepared"), text, 0600);
}

static fallible status(const Executor *x, Arena *a, Str job, ExecState *out)
{
    BoxStatus box;
    *out = EXEC_UNKNOWN;
    if (!file_exists(a, job_folder(a, x, job))) return NULL;
    Time prepared = prepared_at(a, x, job);
    if (prepared && file_exists(a, job_path(a, x, job, "result.json"))) {
        *out = EXEC_FINALIZED;
        return NULL;
    }
    TRY(box_status(a, job_path(a, x, job, "box"), &box));
    if (box.state == BOX_RUNNING)
        *out = EXEC_EXECUTING;
    else if (box.state != BOX_ABSENT)
        *out = EXEC_EXECUTED;
    else if (prepared)
        *out = EXEC_PREPARED;
    return NULL;
}

// --- prepare

// The operator's entry for "name:tag", or for every tag of the name: a root, then the words before the arguments.
static fallible image_find(Arena *a, const RunnerSettings *set, const ExecJob *job, Str *root,
                           StrList *argv)
{
    Str image = job->words.n ? job->words.v[0] : S(""), name, tag, rest, word;
    str_cut(image, ':', &name, &tag);
    const RunnerPair *p = runner_pair(&set->images, image);
    if (!p) p = runner_pair(&set->images, name);
    if (!p)
        return fail(
            a, ERR_BAD_INPUT,
            "Docker image %.*s is not currently available: this site's setting `image` has no "
            "entry \"%.*s\"",
            STR(image), STR(name));
    rest = p->value;
    if (!str_next(&rest, ' ', root)) *root = S("");
    while (str_next(&rest, ' ', &word))
        if (word.n) str_list_add(a, argv, word);
    for (isize i = 1; i < job->words.n; i++)
        str_list_add(a, argv, job->words.v[i]);
    if (!argv->n)
        return fail(a, ERR_BAD_INPUT, "the action names no program: write one after %.*s",
                    STR(image));
    return NULL;
}

static fallible inputs_copy(Arena *a, const Executor *x, const ExecJob *job, Str workspace)
{
    Str high = output_high(a, settings_of(x)->site, job->row.workspace);
    for (isize i = 0; i < job->inputs.n; i++) {
        Err *e =
            file_copy_beneath(a, path_join(a, high, job->inputs.v[i]), workspace, job->inputs.v[i]);
        if (e && e->kind == ERR_NOT_FOUND)
            return fail(
                a, ERR_BAD_INPUT,
                "The input %.*s is missing from the workspace: run the action that makes it again",
                STR(job->inputs.v[i]));
        if (e) return e;
    }
    return NULL;
}

static fallible prepare(const Executor *x, Arena *a, const ExecJob *job)
{
    const RunnerSettings *set = settings_of(x);
    const RunnerJob *row = &job->row;
    Str folder = job_folder(a, x, row->id), workspace = path_join(a, folder, S("workspace")), root,
        tree;
    StrList argv = {0};
    if (prepared_at(a, x, row->id)) return NULL;
    if (output_is_archived(a, set->site, row->workspace))
        return fail(a, ERR_BAD_INPUT,
                    "Workspace %.*s has been archived: ask the operators to restore it",
                    STR(row->workspace));
    TRY(image_find(a, set, job, &root, &argv));
    TRY(folder_make(a, path_join(a, folder, S("box")), 0700));
    TRY(code_tree(a, set, row->code_url, row->code_commit, &tree));
    // A copy (of shared blocks, where the disk can), as the original's volume is one: studies write beside their code
    // and over committed placeholders of outputs. A read-only mount would break those; the store itself no job reaches.
    TRY(folder_copy(a, tree, workspace, TREE_MOST));
    TRY(inputs_copy(a, x, job, workspace));
    return prepared_mark(a, x, row->id, clock_now());
}

// --- execute

// The keeper in use; when one has gone, the next job opens another. What stood for the old one is not closed: another
// thread may just be about to use it.
struct KeeperDesk {
    pthread_mutex_t lock;
    const BoxGroups *where;
    BoxKeeper keeper;
};

static BoxKeeper desk_keeper(struct KeeperDesk *d)
{
    pthread_mutex_lock(&d->lock);
    BoxKeeper keeper = d->keeper;
    pthread_mutex_unlock(&d->lock);
    return keeper;
}

static fallible desk_renew(Arena *a, struct KeeperDesk *d, BoxKeeper gone)
{
    BoxKeeper fresh;
    Err *e = NULL;
    pthread_mutex_lock(&d->lock);
    if (d->keeper.pid == gone.pid) e = box_keeper_open(a, BOXES_READY, d->where, &fresh);
    if (d->keeper.pid == gone.pid && !e) d->keeper = fresh;
    pthread_mutex_unlock(&d->lock);
    return e;
}

static fallible desk_start(Arena *a, struct KeeperDesk *d, const BoxPlan *plan, Str folder,
                           BoxRun *run)
{
    BoxKeeper keeper = desk_keeper(d);
    Err *e = box_start(a, &keeper, plan, folder, run);
    if (!e || e->kind != ERR_BUSY) return e;
    TRY(desk_renew(a, d, keeper));
    keeper = desk_keeper(d);
    return box_start(a, &keeper, plan, folder, run);
}

static Str protections_text(Arena *a, const BoxHost *host, const BoxPlan *plan)
{
    Buf b = {.a = a};
    JsonOut w = json_begin(&b, JSON_COMPACT);
    json_arr(&w);
    for (int i = 0; i < BOX_PROTECTION_COUNT; i++) {
        const BoxProtectionRow *row = &host->protections[i];
        json_obj(&w);
        json_str(json_key(&w, S("name")), row->name);
        json_bool(json_key(&w, S("on")), !plan->off[i]);
        json_str(json_key(&w, S("why")), plan->off[i] ? row->why : S(""));
        json_end(&w);
    }
    json_end(&w);
    return buf_str(&b);
}

static Str gibibytes(Arena *a, i64 bytes)
{
    return arena_fmt(a, "%.2fGB", (double)bytes / (1 << 30));
}

static fallible plan_make(Arena *a, const Executor *x, const ExecJob *job, BoxPlan *plan)
{
    const BoxExecutor *self = x->self;
    const RunnerSettings *set = self->set;
    Str root;
    StrList argv = {0}, env = {0};
    BoxImage image;
    TRY(image_find(a, set, job, &root, &argv));
    TRY(box_image_look(a, root, &image));
    str_list_add(a, &env, arena_fmt(a, "OPENSAFELY_BACKEND=%.*s", STR(set->backend)));
    const RunnerPair *database = runner_pair(&set->databases, job->row.database_name);
    if (job->row.requires_db && !set->dummy_data && database)
        str_list_add(a, &env, arena_fmt(a, "DATABASE_URL=%.*s", STR(database->value)));
    BoxJob box = {
        .name = arena_fmt(a, "job-%.*s", STR(job->row.id)),
        .image = &image,
        .workspace = job_path(a, x, job->row.id, "workspace"),
        .argv = argv.v,
        .n_argv = argv.n,
        .env = env.v,
        .n_env = env.n,
        .memory_bytes = set->memory_bytes,
        .cpu_millis = set->cpu_millis,
        .deadline = set->deadline,
    };
    for (int i = 0; i < BOX_PROTECTION_COUNT; i++)
        box.allow[i] = str_list_has(&set->missing_protections, self->host.protections[i].name);
    return box_plan(a, &box, &self->host, plan);
}

static fallible execute(const Executor *x, Arena *a, const ExecJob *job, ExecWatch *watch,
                        Str *protections)
{
    const BoxExecutor *self = x->self;
    BoxPlan plan;
    BoxRun run;
    *watch = (ExecWatch){.fd = -1};
    TRY(plan_make(a, x, job, &plan));
    *protections = protections_text(a, &self->host, &plan);
    Str text = arena_fmt(a, "%.*s# /workspace: a copy of the code, with the inputs of the action\n",
                         STR(box_plan_text(a, &plan)));
    TRY(file_write_loose(a, job_path(a, x, job->row.id, "plan"), text, 0600));
    TRY(desk_start(a, self->desk, &plan, job_path(a, x, job->row.id, "box"), &run));
    watch->fd = run.over;
    return NULL;
}

static fallible adopt(const Executor *x, Arena *a, Str job, ExecWatch *watch)
{
    *watch = (ExecWatch){.fd = -1};
    return box_adopt(a, job_path(a, x, job, "box"), &watch->fd);
}

static void collect(const Executor *x, ExecWatch *watch)
{
    (void)x;
    if (watch->fd >= 0) close(watch->fd);
    *watch = (ExecWatch){.fd = -1};
}

static fallible terminate(const Executor *x, Arena *a, Str job)
{
    return box_kill(a, job_path(a, x, job, "box"));
}

// --- finalise

// Why the program did not end well, for the person who wrote it.
static Str end_say(Arena *a, const RunnerSettings *set, const BoxStatus *box, bool cancelled)
{
    if (box->state == BOX_LOST)
        return S("Job was lost while it ran: its supervisor was killed or the machine stopped. Run "
                 "it again");
    if (cancelled) return S("Job cancelled by user");
    const BoxResult *r = &box->result;
    switch (r->end) {
    case BOX_OUT_OF_MEMORY:
        return arena_fmt(a, "Job ran out of memory (limit was %.*s)",
                         STR(gibibytes(a, set->memory_bytes)));
    case BOX_OUT_OF_DISK:
        return r->say;
    case BOX_TIMED_OUT:
        return arena_fmt(a, "Job ran longer than the limit of %.*s (hh:mm:ss) and was stopped",
                         STR(time_span(a, set->deadline)));
    case BOX_KILLED:
        return S("Job was killed by an administrator");
    case BOX_NOT_STARTED:
        return r->say;
    case BOX_SIGNALLED:
        if (r->signal == SIGKILL) return S("Job killed by an administrator or memory limits");
        return arena_fmt(a, "the program was ended by signal %d (%s)", r->signal,
                         strsignal(r->signal));
    case BOX_EXITED:
        break;
    }
    if (r->code == 126)
        return S("the program could not be executed (exit code 126): is it a program at all?");
    if (r->code == 127)
        return S("the program was not found (exit code 127): check the first words of `run`");
    return (Str){0};
}

static Str metrics_text(Arena *a, const BoxResult *r)
{
    double wall = (double)(r->finished - r->started),
           cpu = (double)(r->user_micros + r->system_micros);
    double megabytes = (double)r->memory_peak_bytes / (1 << 20);
    Buf b = {.a = a};
    JsonOut w = json_begin(&b, JSON_COMPACT);
    json_obj(&w);
    json_real(json_key(&w, S("cpu_cumsum")), cpu / 1e4);
    json_real(json_key(&w, S("cpu_mean")), wall > 0 ? 100 * cpu / wall : 0);
    json_real(json_key(&w, S("mem_mb_peak")), megabytes);
    json_end(&w);
    return buf_str(&b);
}

static Str box_text(Arena *a, const RunnerSettings *set, const BoxStatus *box)
{
    const BoxResult *r = &box->result;
    Buf b = {.a = a};
    JsonOut w = json_begin(&b, JSON_COMPACT);
    json_obj(&w);
    json_str(json_key(&w, S("end")), box->state == BOX_LOST ? S("lost") : box_end_name(r->end));
    json_int(json_key(&w, S("exit_code")), r->code);
    json_int(json_key(&w, S("signal")), r->signal);
    if (r->started) json_str(json_key(&w, S("started")), time_iso(a, r->started));
    if (r->finished) json_str(json_key(&w, S("finished")), time_iso(a, r->finished));
    json_int(json_key(&w, S("memory_limit")), set->memory_bytes);
    json_int(json_key(&w, S("memory_peak")), r->memory_peak_bytes);
    json_int(json_key(&w, S("cpu_millis")), set->cpu_millis);
    json_int(json_key(&w, S("cpu_micros")), r->user_micros + r->system_micros);
    json_bool(json_key(&w, S("log_cut")), r->log_cut);
    json_end(&w);
    return buf_str(&b);
}

static fallible finalise(const Executor *x, Arena *a, const ExecJob *job, Time now)
{
    const RunnerSettings *set = settings_of(x);
    Str id = job->row.id, done = job_path(a, x, id, "result.json");
    BoxStatus box;
    Time prepared = prepared_at(a, x, id);
    if (prepared && file_exists(a, done)) return NULL;
    TRY(box_status(a, job_path(a, x, id, "box"), &box));
    if (!prepared) box = (BoxStatus){.state = BOX_LOST}; // of an earlier life of the machine
    if (box.state != BOX_FINISHED && box.state != BOX_LOST)
        return fail(a, ERR_BUG, "job %.*s has not ended", STR(id));
    ResultEnd end = {
        .exit_code = box.state == BOX_LOST ? 137 : box.result.code,
        .say = end_say(a, set, &box, job->row.cancelled.n > 0),
        .finished = box.result.finished ? box.result.finished : now,
        .log = -1,
        .no_outputs = job->row.cancelled.n || !prepared,
        .metrics = metrics_text(a, &box.result),
        .box = box_text(a, set, &box),
        .image = job->words.n ? job->words.v[0] : S(""),
    };
    if (end.say.n && end.exit_code == 0) end.exit_code = 137; // it did not end by itself
    owned_fd log = -1;
    Err *no_log = file_open(a, job_path(a, x, id, "box/log"), &log);
    if (no_log && no_log->kind != ERR_NOT_FOUND) return no_log;
    end.log = log;
    ExecResult result;
    TRY(results_keep(a, set, job, job_path(a, x, id, "workspace"), prepared, &end, &result));
    if (!prepared) TRY(prepared_mark(a, x, id, now)); // what stands here now is of this life
    return file_write_loose(a, done, results_text(a, &result), 0600);
}

static fallible result(const Executor *x, Arena *a, Str job, ExecResult *out)
{
    Str text;
    TRY(file_read(a, job_path(a, x, job, "result.json"), (i64)256 << 20, &text));
    return results_read(a, text, out);
}

// --- cleanup

static fallible end_of_box(Arena *a, Str box)
{
    owned_fd fd = -1;
    isize which;
    TRY(box_kill(a, box));
    TRY(box_adopt(a, box, &fd));
    if (fd >= 0) TRY(wait_readable(a, &fd, 1, SECONDS(60), &which));
    return box_cleanup(a, box);
}

static fallible cleanup(const Executor *x, Arena *a, Str job)
{
    Str folder = job_folder(a, x, job), box = path_join(a, folder, S("box"));
    // Renamed first: a folder that is half removed must not look like a job's.
    Str gone = arena_fmt(a, "%.*s/jobs/.gone-%.*s", STR(settings_of(x)->site), STR(job));
    if (file_exists(a, box)) TRY(end_of_box(a, box));
    TRY(folder_remove(a, gone));
    if (file_exists(a, folder)) TRY(file_rename(a, folder, gone));
    return folder_remove(a, gone);
}

static fallible present(const Executor *x, Arena *a, StrList *jobs)
{
    Str root = path_join(a, settings_of(x)->site, S("jobs"));
    StrList names = {0};
    TRY(folder_make(a, root, 0700));
    TRY(folder_names(a, root, &names));
    for (isize i = 0; i < names.n; i++) {
        if (names.v[i].s[0] != '.')
            str_list_add(a, jobs, names.v[i]);
        else
            TRY(folder_remove(a, path_join(a, root, names.v[i])));
    }
    return NULL;
}

fallible box_executor_open(Arena *a, const RunnerSettings *set, BoxExecutor *self, Executor *out)
{
    self->set = set;
    TRY(box_host_try(a, &self->host));
    TRY(boot_name(a, &self->boot));
    self->desk = make(a, struct KeeperDesk, 1);
    pthread_mutex_init(&self->desk->lock, NULL);
    self->desk->where = &self->host.groups;
    TRY(box_keeper_open(a, BOXES_READY, self->desk->where, &self->desk->keeper));
    *out = (Executor){
        .name = "box",
        .self = self,
        .status = status,
        .prepare = prepare,
        .execute = execute,
        .adopt = adopt,
        .collect = collect,
        .terminate = terminate,
        .finalise = finalise,
        .result = result,
        .cleanup = cleanup,
        .present = present,
    };
    return NULL;
}
