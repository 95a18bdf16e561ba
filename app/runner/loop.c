// loop: one round over all open jobs after every event; decisions are recorded together, then acted upon.
#include "runner/loop.h"

#include "os/clock.h"
#include "os/own.h"
#include "os/service.h"
#include "os/watch.h"
#include "runner/definition.h"
#include "runner/held.h"
#include "runner/turn.h"

enum { SIGNS_IN_TIME = 3 }; // within the time that the service manager waits for one

typedef struct Loop {
    Office *office;
    Db *db;
    Arena round;        // forgotten after each round
    Arena rows;         // of the jobs below
    RunnerJobList jobs; // open when they were read last; this thread keeps them as they are stored
    int rounds;         // since then
    Held *held;
    Time wake; // when to look again although nothing happened; 0: never
    i64 watchdog,
        sign_due; // micros between life signs (0: none are wanted); when the next one is due, monotonic
} Loop;

static void wake_at(Loop *l, Time when)
{
    if (!l->wake || when < l->wake) l->wake = when;
}

// --- errands

static Str failure_text(Loop *l, const Errand *e)
{
    Str call = run_call_name(e->call), id = e->job.row.id, say = e->failed->say;
    office_say(l->office, LOG_ERROR, "%.*s of job %.*s failed: %.*s", STR(call), STR(id), STR(say));
    // A fault of the machine or of ours is for the operators; everything else is for the researcher.
    bool ours = e->failed->kind == ERR_BUG || e->failed->kind == ERR_IO;
    return ours ? run_codes[RUN_INTERNAL_ERROR].message : say;
}

static fallible protections_record(Loop *l, Arena *a, const Errand *e)
{
    i64 changed;
    TRY(db_begin(l->db, a));
    Err *failed = runner_job_protections(l->db, a, e->job.row.id, e->protections, &changed);
    if (!failed) failed = runner_request_changed(l->db, a, e->job.row.request, &changed);
    return db_settle(l->db, a, failed);
}

static void postpone(Loop *l, Held *h, Time now)
{
    h->retry_at = now + office_patience(++h->retries);
    wake_at(l, h->retry_at);
}

// What an errand brought home changes what is known of the job; the next round decides.
static fallible errand_settle(Loop *l, Held *h, Time now)
{
    Errand *e = h->errand;
    bool cleaned = e->call == CALL_CLEANUP && !e->failed;
    h->errand = NULL;
    Err *failed = NULL;
    if (e->watch.fd >= 0) h->watch = e->watch;
    if (e->protections.n) failed = protections_record(l, &l->round, e);
    if (!e->failed) {
        h->retries = cleaned ? h->retries : 0;
    } else if (e->failed->kind == ERR_BUSY || h->ended) {
        office_say(l->office, LOG_WARNING, "job %.*s waits: %.*s", STR(h->id), STR(e->failed->say));
        h->refused = !h->ended;
        postpone(l, h, now);
    } else {
        h->failed = str_copy(&h->a, failure_text(l, e));
    }
    errand_end(e);
    if (cleaned && h->retry_at <= now) {
        if (h->watch.fd >= 0) l->office->exec->collect(l->office->exec, &h->watch);
        held_remove(&l->held, h);
    }
    return failed;
}

static fallible errands_settle(Loop *l, Time now)
{
    for (Held *h = l->held, *next; h; h = next) {
        next = h->next;
        if (h->errand && errand_is_over(h->errand)) TRY(errand_settle(l, h, now));
    }
    return NULL;
}

static fallible errand_send(Loop *l, const Turn *t)
{
    Held *h = held_find(l->held, t->row->id);
    if (!h) h = held_add(&l->held, t->row->id);
    must(!h->errand);
    Errand *e = errand_make(l->office, t->decision.call);
    TRY(definition_fill(l->db, &e->a, t->row, &e->job));
    h->ended = run_codes[t->decision.code].state >= RUN_SUCCEEDED;
    h->errand = e;
    errand_go(e);
    return NULL;
}

// --- one round

static fallible turn_look(Loop *l, Turn *t, Time now)
{
    Held *h = held_find(l->held, t->row->id);
    t->skip =
        h && (h->errand || h->ended || (h->retry_at > now && !t->row->cancelled.n && !h->refused));
    if (t->skip && h->retry_at > now) wake_at(l, h->retry_at);
    if (!h || t->skip) return NULL;
    t->facts.failed = h->failed;
    t->facts.refused = h->refused;
    h->refused = false; // this round answers it; the next try waits for its time
    TRY(l->office->exec->status(l->office->exec, &l->round, t->row->id, &t->facts.exec));
    if (t->facts.exec == EXEC_EXECUTING && h->watch.fd < 0) {
        TRY(l->office->exec->adopt(l->office->exec, &l->round, h->id, &h->watch));
        // Its supervisor has just died and something of it is dying, too: there is nothing to watch, so look again.
        if (h->watch.fd < 0) wake_at(l, now + SECONDS(1) / 20);
    }
    if (t->facts.exec != EXEC_FINALIZED) return NULL;
    TRY(l->office->exec->result(l->office->exec, &l->round, t->row->id, &t->result));
    t->facts.outcome = &t->result.outcome;
    return NULL;
}

static fallible turns_take(Loop *l, TurnList *turns, Time now, bool *changed)
{
    for (isize i = 0; i < turns->n; i++) {
        Turn *t = turns->v[i];
        TRY(turn_look(l, t, now));
        if (t->skip) continue;
        TRY(turn_decide(l->db, &l->round, l->office->set, turns, t));
        if (!run_may(t->code, t->decision.code)) {
            office_say(l->office, LOG_ERROR, "job %.*s may not go from %.*s to %.*s",
                       STR(t->row->id), STR(t->row->code), STR(run_codes[t->decision.code].word));
            t->decision = (RunDecision){.code = RUN_INTERNAL_ERROR,
                                        .message = run_codes[RUN_INTERNAL_ERROR].message};
        }
        TRY(turn_record(l->db, &l->round, t, now, changed));
        if (run_codes[t->decision.code].state <= RUN_RUNNING) wake_at(l, now + MINUTES(1));
    }
    return NULL;
}

static void remains_clean(Loop *l, Time now)
{
    for (Held *h = l->held; h; h = h->next) {
        if (!h->ended || h->errand) continue;
        if (h->retry_at > now) {
            wake_at(l, h->retry_at);
            continue;
        }
        h->errand = errand_make(l->office, CALL_CLEANUP);
        h->errand->job.row.id = str_copy(&h->errand->a, h->id);
        errand_go(h->errand);
    }
}

enum { ROUNDS_MOST = 1000 }; // what the rows' messages have grown to is forgotten then

static fallible rows_read(Loop *l)
{
    bool changed = atomic_exchange(&l->office->jobs_changed, false);
    if (!changed && l->rounds++ < ROUNDS_MOST) return NULL;
    arena_reset(&l->rows);
    l->rounds = 0;
    return runner_jobs_open(l->db, &l->rows, &l->jobs);
}

static fallible round_take(Loop *l, bool *again)
{
    Time now = clock_now();
    TurnList turns;
    bool changed = false;
    arena_reset(&l->round);
    l->wake = 0;
    *again = false;
    TRY(errands_settle(l, now));
    TRY(rows_read(l));
    TRY(turns_make(l->db, &l->round, l->office->set, &l->jobs, &turns));
    TRY(db_begin(l->db, &l->round));
    TRY(db_settle(l->db, &l->round, turns_take(l, &turns, now, &changed)));
    for (isize i = 0; i < turns.n; i++) {
        const Turn *t = turns.v[i];
        if (!t->skip) turn_keep(&l->rows, t, now);
        if (!t->skip && t->decision.call != CALL_NONE) TRY(errand_send(l, t));
        if (!t->skip && t->decision.call == CALL_NONE && t->decision.code != t->code) *again = true;
    }
    remains_clean(l, now);
    if (changed) bell_ring(l->office->tell_bell);
    return NULL;
}

// --- the life of the loop

// What an earlier runner left: running programs are watched again, remains of ended jobs are removed.
static fallible take_over(Loop *l)
{
    const Executor *x = l->office->exec;
    StrList present = {0};
    TRY(x->present(x, &l->round, &present));
    for (isize i = 0; i < present.n; i++) {
        RunnerJob row;
        bool found;
        TRY(runner_job_by_id(l->db, &l->round, present.v[i], &row, &found));
        if (!found)
            office_say(l->office, LOG_WARNING, "jobs/%.*s belongs to no job", STR(present.v[i]));
        if (!found || str_eq(row.code, run_codes[RUN_INTERNAL_ERROR].word)) continue;
        Held *h = held_add(&l->held, row.id);
        RunCode code;
        h->ended = run_code_from(row.code, &code) && run_codes[code].state >= RUN_SUCCEEDED;
        if (!h->ended) TRY(x->adopt(x, &l->round, h->id, &h->watch));
    }
    return NULL;
}

enum { AT_BELL, AT_STOP, AT_LIFELINE, AT_KNOCK, OWN_FDS };

static fallible loop_wait(Loop *l, const LoopEnds *ends, bool *stopped)
{
    isize n = OWN_FDS, which;
    for (Held *h = l->held; h; h = h->next)
        n += h->watch.fd >= 0;
    int *fds = make(&l->round, int, n);
    Held **of = make(&l->round, Held *, n);
    fds[AT_BELL] = l->office->jobs_bell, fds[AT_KNOCK] = ends->knock;
    fds[AT_STOP] = ends->stop, fds[AT_LIFELINE] = ends->lifeline;
    n = OWN_FDS;
    for (Held *h = l->held; h; h = h->next)
        if (h->watch.fd >= 0) of[n] = h, fds[n++] = h->watch.fd;
    i64 left = l->wake ? l->wake - clock_now() : -1;
    if (l->wake && left < 0) left = 0;
    if (l->watchdog && (left < 0 || left > l->watchdog / SIGNS_IN_TIME))
        left = l->watchdog / SIGNS_IN_TIME;
    TRY(wait_readable(&l->round, fds, n, left, &which));
    if (which == AT_BELL) bell_clear(fds[AT_BELL]);
    *stopped = which == AT_STOP || which == AT_LIFELINE;
    if (which == AT_KNOCK) {
        watch_clear(ends->knock);
        atomic_store(&l->office->jobs_changed, true);
        atomic_store(&l->office->tell_anyway, true); // flags travel with what is told
        bell_ring(l->office->tell_bell);
    }
    if (which >= OWN_FDS) l->office->exec->collect(l->office->exec, &of[which]->watch);
    return NULL;
}

// Of a site that is about to be thrown away: nothing of it keeps running.
static void programs_end(Loop *l)
{
    for (Held *h = l->held; h; h = h->next) {
        if (h->errand) errand_end(h->errand);
        h->errand = NULL;
        Err *e = l->office->exec->cleanup(l->office->exec, &l->round, h->id);
        if (e)
            office_say(l->office, LOG_ERROR, "job %.*s does not end: %.*s", STR(h->id),
                       STR(e->say));
    }
}

// After a round that has read and written the database: the jobs are really looked after.
static void life_sign(Loop *l)
{
    if (!l->watchdog || clock_monotonic() < l->sign_due) return;
    service_say(S("WATCHDOG=1"));
    l->sign_due = clock_monotonic() + l->watchdog / SIGNS_IN_TIME / 2;
}

fallible loop_run(Arena *a, Office *office, const LoopEnds *ends)
{
    Loop l = {.office = office, .watchdog = service_watchdog()};
    TRY(office_open_database(a, office, &l.db));
    TRY(take_over(&l));
    atomic_store(&office->jobs_changed, true);
    for (bool stopped = false; !stopped;) {
        bool again = true;
        while (again)
            TRY(round_take(&l, &again));
        life_sign(&l);
        TRY(loop_wait(&l, ends, &stopped));
    }
    if (office->set->end_jobs) programs_end(&l);
    while (l.held) {
        if (l.held->errand) errand_end(l.held->errand); // what has begun is brought to its end
        l.held->errand = NULL;
        if (l.held->watch.fd >= 0) office->exec->collect(office->exec, &l.held->watch);
        held_remove(&l.held, l.held);
    }
    db_close(l.db);
    arena_free(&l.round);
    arena_free(&l.rows);
    return NULL;
}
