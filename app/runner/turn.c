// turn: the facts of each open job, the order of handling, and the record of each decision.
#include "runner/turn.h"

#include "kit/json.h"
#include "runner/definition.h"

static bool is_running(const Turn *t)
{
    return run_codes[t->code].state == RUN_RUNNING;
}

static int by_order(const void *x, const void *y)
{
    const Turn *const *l = x, *const *r = y;
    return run_turn_cmp(&(*l)->order, &(*r)->order);
}

static fallible flags_read(Db *db, Arena *a, TurnList *turns)
{
    RunnerFlags flags;
    TRY(runner_flags(db, a, &flags));
    for (isize i = 0; i < flags.n; i++) {
        Str value = flags.v[i].value;
        if (str_eq(flags.v[i].name, S("paused")))
            turns->paused = value.n && !str_eq(value, S("false"));
        if (str_eq(flags.v[i].name, S("mode")) && str_eq(value, S("db-maintenance")))
            turns->mode = MODE_DB_MAINTENANCE;
    }
    return NULL;
}

static RunCancel cancel_of(Str who)
{
    if (!who.n) return CANCEL_NONE;
    return str_eq(who, S("admin")) ? CANCEL_BY_ADMIN : CANCEL_BY_USER;
}

static void turn_fill(const RunnerSettings *set, RunnerJob *row, Turn *t)
{
    t->row = row;
    must(run_code_from(row->code, &t->code)); // the database holds our own words
    t->weight = runner_weight(set, row->workspace, row->action);
    t->facts.code = t->code;
    t->facts.cancel = cancel_of(row->cancelled);
    t->facts.uses_database = row->requires_db && !set->dummy_data;
    t->order = (RunTurn){.running = is_running(t),
                         .uses_database = t->facts.uses_database,
                         .created = row->created_at,
                         .place = row->place};
}

fallible turns_make(Db *db, Arena *a, const RunnerSettings *set, const RunnerJobList *jobs,
                    TurnList *out)
{
    *out = (TurnList){.v = make(a, Turn *, jobs->n)};
    TRY(flags_read(db, a, out));
    Turn *all = make(a, Turn, jobs->n);
    i64 *counts = make(a, i64, jobs->n);
    Map workspaces = {0};
    isize counts_n = 0;
    for (isize i = 0; i < jobs->n; i++) {
        Turn *t = &all[i];
        turn_fill(set, &jobs->v[i], t);
        *map_at(a, &out->by_id, t->row->id) = t;
        if (run_codes[t->code].state > RUN_RUNNING) continue;
        out->v[out->n++] = t;
        void **count = map_at(a, &workspaces, t->row->workspace);
        if (!*count) *count = &counts[counts_n++];
        *(i64 *)*count += is_running(t);
        if (!is_running(t)) continue;
        out->weight_running += t->weight;
        out->database_running += t->facts.uses_database;
    }
    for (isize i = 0; i < out->n; i++)
        out->v[i]->order.running_in_workspace =
            *(i64 *)map_get(&workspaces, out->v[i]->row->workspace);
    if (out->n) qsort(out->v, (size_t)out->n, sizeof *out->v, by_order);
    return NULL;
}

// The state of a job that others wait for: as decided in this round, or as stored when it is final.
static fallible state_of(Db *db, Arena *a, const TurnList *turns, Str id, RunState *out)
{
    const Turn *t = map_get(&turns->by_id, id);
    if (t) {
        *out = run_codes[t->decision.message.n ? t->decision.code : t->code].state;
        return NULL;
    }
    RunnerJobState stored;
    bool found;
    TRY(runner_job_state(db, a, id, &stored, &found));
    *out = RUN_FAILED; // unknown: its request was never kept
    for (int s = RUN_PENDING; found && s <= RUN_FAILED; s++)
        if (str_eq(run_state_name((RunState)s), stored.state)) *out = (RunState)s;
    return NULL;
}

static fallible dependencies_look(Db *db, Arena *a, const TurnList *turns, Turn *t)
{
    StrList waits = {0};
    TRY(json_list_read(a, t->row->waits, &waits));
    for (isize i = 0; i < waits.n; i++) {
        RunState state;
        TRY(state_of(db, a, turns, waits.v[i], &state));
        if (state == RUN_FAILED)
            t->facts.dependency_failed = true;
        else if (state != RUN_SUCCEEDED)
            t->facts.dependency_open = true;
    }
    return NULL;
}

fallible turn_decide(Db *db, Arena *a, const RunnerSettings *set, TurnList *turns, Turn *t)
{
    RunFacts *f = &t->facts;
    if (!is_running(t)) TRY(dependencies_look(db, a, turns, t));
    f->paused = turns->paused;
    f->mode = turns->mode;
    f->weight = t->weight;
    f->weight_limit = (double)set->workers;
    f->weight_running = turns->weight_running;
    f->database_limit = set->database_workers;
    f->database_running = turns->database_running;
    t->decision = run_step(a, f);
    bool runs = run_codes[t->decision.code].state == RUN_RUNNING;
    if (runs == is_running(t)) return NULL;
    turns->weight_running += runs ? t->weight : -t->weight;
    turns->database_running += f->uses_database ? (runs ? 1 : -1) : 0;
    return NULL;
}

static fallible results_record(Db *db, Arena *a, const Turn *t)
{
    i64 changed;
    bool final = run_codes[t->decision.code].state >= RUN_SUCCEEDED;
    if (!final || t->facts.exec != EXEC_FINALIZED) return NULL;
    Str metrics = t->result.metrics.n ? t->result.metrics : S("{}");
    return runner_job_results(db, a, t->row->id, output_list_text(a, &t->result.outputs), metrics,
                              &changed);
}

typedef struct Stamps {
    Time started, completed;
} Stamps;

// When it started and ended, after this decision.
static Stamps stamps_of(const Turn *t, Time now)
{
    RunState to = run_codes[t->decision.code].state;
    Stamps s = {t->row->started_at, t->row->completed_at};
    if (to == RUN_PENDING) s.started = 0;
    if (to == RUN_RUNNING && !s.started) s.started = now;
    if (to >= RUN_SUCCEEDED && !s.completed) s.completed = now;
    return s;
}

static bool is_news(const Turn *t, Time now)
{
    bool same = t->decision.code == t->code && str_eq(t->decision.message, t->row->message);
    return !same || now - t->row->updated_at >= MINUTES(1);
}

fallible turn_record(Db *db, Arena *a, const Turn *t, Time now, bool *changed)
{
    const RunCodeRow *to = &run_codes[t->decision.code];
    Stamps stamps = stamps_of(t, now);
    i64 moved;
    if (!is_news(t, now)) return NULL;
    TRY(runner_job_move(db, a, t->row->id, t->row->code, to->word, run_state_name(to->state),
                        t->decision.message, to->state <= RUN_RUNNING, stamps.started,
                        stamps.completed, now, &moved));
    must(moved == 1); // only this thread moves jobs
    TRY(results_record(db, a, t));
    *changed = true;
    return runner_request_changed(db, a, t->row->request, &moved);
}

void turn_keep(Arena *rows, const Turn *t, Time now)
{
    const RunCodeRow *to = &run_codes[t->decision.code];
    Stamps stamps = stamps_of(t, now);
    if (!is_news(t, now)) return;
    t->row->started_at = stamps.started;
    t->row->completed_at = stamps.completed;
    t->row->updated_at = now;
    t->row->code = to->word;
    t->row->state = run_state_name(to->state);
    if (!str_eq(t->row->message, t->decision.message))
        t->row->message = str_copy(rows, t->decision.message);
}
