// runner: one process for one site: opens everything, starts the threads, looks after the jobs until it is stopped.
#include "runner/runner.h"

#include <regex.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/copy.h"
#include "os/own.h"
#include "os/proc.h"
#include "os/service.h"
#include "os/stop.h"
#include "os/watch.h"
#include "runner/box_executor.h"
#include "runner/loop.h"
#include "runner/office.h"

void runner_pair_add(Arena *a, RunnerPairs *pairs, Str key, Str value)
{
    if (pairs->n == pairs->cap) {
        pairs->cap = pairs->cap ? pairs->cap * 2 : 8;
        RunnerPair *v = make(a, RunnerPair, pairs->cap);
        if (pairs->n) memcpy(v, pairs->v, (size_t)pairs->n * sizeof *v);
        pairs->v = v;
    }
    pairs->v[pairs->n++] = (RunnerPair){key, value};
}

const RunnerPair *runner_pair(const RunnerPairs *pairs, Str key)
{
    for (isize i = 0; i < pairs->n; i++)
        if (str_eq(pairs->v[i].key, key)) return &pairs->v[i];
    return NULL;
}

Str runner_database_path(Arena *a, Str site)
{
    return path_join(a, site, S("site.db"));
}

Str runner_knock_folder(Arena *a, Str site)
{
    return path_join(a, site, S("knock"));
}

fallible runner_knock(Arena *a, Str site)
{
    Str folder = runner_knock_folder(a, site);
    TRY(folder_make(a, folder, 0700));
    return file_write(a, path_join(a, folder, S("knock")), S(""), 0600);
}

static bool covers(Arena *a, Str expression, Str action)
{
    regex_t regex;
    if (regcomp(&regex, cstr(a, arena_fmt(a, "^(%.*s)$", STR(expression))),
                REG_EXTENDED | REG_NOSUB))
        return false;
    bool yes = !regexec(&regex, cstr(a, action), 0, NULL, 0);
    regfree(&regex);
    return yes;
}

double runner_weight(const RunnerSettings *set, Str workspace, Str action)
{
    Arena a = {0};
    double weight = 1;
    for (isize i = 0; i < set->weights.n; i++) {
        Str name, expression;
        double given;
        bool whole = str_cut(set->weights.v[i].key, ':', &name, &expression);
        if (!whole || !str_eq(name, workspace) || !covers(&a, expression, action)) continue;
        if (str_f64(set->weights.v[i].value, &given)) weight = given;
        break;
    }
    arena_free(&a);
    return weight;
}

// One runner a site. When the one that is named as its holder has died, the lock is still held for a moment by a child
// that it had forked but that had not become another program yet: that is worth waiting for.
static fallible site_lock(Arena *a, const RunnerSettings *set, int *lock)
{
    Str path = path_join(a, set->site, S("runner.lock")),
        holder = path_join(a, set->site, S("runner.pid"));
    Str text, pid, birth;
    i64 number = 0, born = 0;
    Err *e = file_lock(a, path, FILE_LOCK_NOW, lock);
    if (e && e->kind == ERR_BUSY) {
        Err *none = file_read(a, holder, 100, &text);
        if (none) text = S("");
        str_cut(str_trim(text), ' ', &pid, &birth);
        bool named = str_i64(pid, &number) && str_i64(birth, &born);
        owned_fd alive = named ? proc_find((ProcName){(pid_t)number, born}) : -1;
        if (!named || alive >= 0)
            return fail(a, ERR_CONFLICT, "another runner looks after %.*s; stop it first",
                        STR(set->site));
        e = file_lock(a, path, FILE_LOCK_WAIT, lock);
    }
    TRY(e);
    pid_t self = getpid();
    text = arena_fmt(a, "%d %lld\n", (int)self, (long long)proc_birth(self));
    return file_write_loose(a, holder, text, 0640);
}

static fallible site_open(Arena *a, const RunnerSettings *set, int *lock)
{
    static const char *const folders[] = {"jobs",  "logs", "high/workspaces", "medium/workspaces",
                                          "knock", "locks"};
    for (isize i = 0; i < COUNT(folders); i++)
        TRY(folder_make(a, path_join(a, set->site, str_from(folders[i])), 0750));
    TRY(site_lock(a, set, lock));
    Db *db;
    TRY(db_open(a, runner_database_path(a, set->site), DB_SITE, DB_AS_RUNNER, DB_READ_WRITE, &db));
    Err *e = db_migrate(db, a, clock_now());
    db_close(db);
    return e;
}

// What the operator should know at every start: which walls of the box this machine cannot build.
static void walls_say(const Office *o, const BoxHost *host)
{
    for (int i = 0; i < BOX_PROTECTION_COUNT; i++) {
        const BoxProtectionRow *p = &host->protections[i];
        if (p->on) continue;
        if (p->spare || str_list_has(&o->set->missing_protections, p->name))
            office_say(o, LOG_WARNING, "boxes have no %.*s (%.*s): %.*s", STR(p->name),
                       STR(p->loss), STR(p->why));
        else
            office_say(o, LOG_WARNING,
                       "boxes have no %.*s: %.*s; jobs are refused until the setting "
                       "`accept-missing` names it",
                       STR(p->name), STR(p->why));
    }
}

static fallible ready_say(Arena *a, const RunnerSettings *set)
{
    if (set->ready_fd < 0) return NULL;
    Err *e = file_write_fd(a, set->ready_fd, S("{\"ready\":true}\n"));
    close(set->ready_fd);
    return e;
}

// Between two tries with a repository; not when the runner ends.
static bool repository_wait(void *office, i64 micros)
{
    const Office *o = office;
    bool ending = false;
    Arena a = {0};
    Err *e = office_wait(&a, o, -1, micros, &ending);
    if (!e && !ending)
        office_say(o, LOG_WARNING, "the connection to a repository broke; it is tried again");
    arena_free(&a);
    return !e && !ending;
}

fallible runner_run(Arena *a, const RunnerSettings *given, const Log *log)
{
    owned_fd lock = -1, knock = -1, stop = -1;
    BoxExecutor box;
    Executor executor;
    RunnerSettings own = *given, *set = &own;
    TRY(stop_open(a, &stop));
    TRY(site_open(a, set, &lock));
    TRY(box_executor_open(a, set, &box, &executor));
    Office *o = make(a, Office, 1);
    *o = (Office){
        .set = set, .log = log, .exec = &executor, .database = runner_database_path(a, set->site)};
    own.patience.wait = repository_wait, own.patience.self = o;
    TRY(bell_open(a, &o->jobs_bell));
    TRY(bell_open(a, &o->tell_bell));
    TRY(bell_open(a, &o->end_bell));
    TRY(watch_open(a, runner_knock_folder(a, set->site), &knock));
    walls_say(o, &box.host);
    TRY(office_talks_start(a, o));
    Err *e = ready_say(a, set);
    office_say(o, LOG_INFO, "looks after %.*s as backend \"%.*s\"", STR(set->site),
               STR(set->backend));
    service_status("looks after %.*s", STR(set->site));
    service_say(S("READY=1"));
    if (!e)
        e = loop_run(a, o, &(LoopEnds){.stop = stop, .lifeline = set->lifeline_fd, .knock = knock});
    service_say(S("STOPPING=1"));
    office_talks_end(o);
    office_say(o, LOG_INFO, "stops%s", set->end_jobs ? "" : "; running programs go on");
    close(o->jobs_bell);
    close(o->tell_bell);
    close(o->end_bell);
    return e;
}
