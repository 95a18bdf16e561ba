// machine: the step function of a job and the order in which jobs get their turn.
#include "runner/machine.h"

static RunDecision stay(RunCode code)
{
    return (RunDecision){.code = code, .message = run_codes[code].message};
}

static RunDecision act(RunCode code, RunCall call)
{
    return (RunDecision){.code = code, .message = run_codes[code].message, .call = call};
}

static RunDecision say(RunCode code, Str message, RunCall call)
{
    return (RunDecision){.code = code, .message = message, .call = call};
}

static RunCode cancel_code(RunCancel cancel)
{
    return cancel == CANCEL_BY_ADMIN ? RUN_KILLED_BY_ADMIN : RUN_CANCELLED_BY_USER;
}

// Has the program begun, so that stopping it loses work?
static bool has_started(ExecState exec)
{
    return exec == EXEC_EXECUTING || exec == EXEC_EXECUTED || exec == EXEC_FINALIZED;
}

static RunDecision step_cancelled(const RunFacts *f)
{
    switch (f->exec) {
    case EXEC_UNKNOWN:
        return act(cancel_code(f->cancel), CALL_NONE);
    case EXEC_PREPARED:
        if (f->code == RUN_FINALIZED) return act(cancel_code(f->cancel), CALL_CLEANUP);
        return say(RUN_FINALIZED, S("Cancelled whilst prepared"), CALL_NONE);
    case EXEC_EXECUTING:
        // Asked again whenever this job gets a turn: the first wish may have died with an earlier runner.
        return say(RUN_EXECUTED, S("Cancelled whilst executing"), CALL_TERMINATE);
    case EXEC_EXECUTED:
        return act(RUN_FINALIZING, CALL_FINALISE);
    case EXEC_FINALIZED:
        return act(cancel_code(f->cancel), CALL_CLEANUP);
    }
    must(false && "a state of the executor");
}

// A call failed for good. What a program left behind is kept for whoever looks into it.
static RunDecision step_failed(const RunFacts *f)
{
    RunCall call = has_started(f->exec) ? CALL_NONE : CALL_CLEANUP;
    if (f->cancel != CANCEL_NONE) return act(cancel_code(f->cancel), call);
    return say(RUN_INTERNAL_ERROR, f->failed, call);
}

static RunDecision step_refused(const RunFacts *f)
{
    Str text = S("Waiting on available resources");
    if (has_started(f->exec)) return say(f->code, text, CALL_NONE);
    return say(RUN_WAITING_ON_WORKERS, text, CALL_CLEANUP);
}

// Nothing of the job exists. One that had its turn before (the runner died while preparing) keeps it.
static RunDecision step_unstarted(const RunFacts *f)
{
    if (run_codes[f->code].state == RUN_RUNNING) return act(RUN_PREPARING, CALL_PREPARE);
    if (f->dependency_failed) return stay(RUN_DEPENDENCY_FAILED);
    if (f->dependency_open) return stay(RUN_WAITING_ON_DEPENDENCIES);
    if (f->weight_running + f->weight > f->weight_limit)
        return f->weight > 1
                   ? say(RUN_WAITING_ON_WORKERS,
                         S("Waiting on available workers for resource intensive job"), CALL_NONE)
                   : stay(RUN_WAITING_ON_WORKERS);
    if (f->uses_database && f->database_running >= f->database_limit)
        return stay(RUN_WAITING_ON_DB_WORKERS);
    return act(RUN_PREPARING, CALL_PREPARE);
}

// The executor has lost what this job already had: nobody may pretend that it ran.
static bool is_lost(const RunFacts *f)
{
    bool ended = f->code == RUN_EXECUTED || f->code == RUN_FINALIZING || f->code == RUN_FINALIZED;
    if (f->exec == EXEC_UNKNOWN) return ended || f->code == RUN_EXECUTING;
    return f->exec == EXEC_PREPARED && ended;
}

static RunDecision step_forward(Arena *a, const RunFacts *f)
{
    switch (f->exec) {
    case EXEC_UNKNOWN:
        return step_unstarted(f);
    case EXEC_PREPARED:
        return act(RUN_EXECUTING, CALL_EXECUTE);
    case EXEC_EXECUTING:
        return stay(RUN_EXECUTING);
    case EXEC_EXECUTED:
        return act(RUN_FINALIZING, CALL_FINALISE);
    case EXEC_FINALIZED:
        return run_ended(a, f->outcome, f->uses_database);
    }
    must(false && "a state of the executor");
}

RunDecision run_step(Arena *a, const RunFacts *f)
{
    bool pending = run_codes[f->code].state == RUN_PENDING;
    if (f->failed.n) return step_failed(f);
    // It was sent back to wait, but the runner died before everything of it was removed.
    if (pending && f->exec != EXEC_UNKNOWN) return act(f->code, CALL_CLEANUP);
    if (f->cancel != CANCEL_NONE) return step_cancelled(f);
    if (is_lost(f)) return act(RUN_INTERNAL_ERROR, CALL_CLEANUP);
    if (f->refused) return step_refused(f);
    if (f->paused && pending) return stay(RUN_PAUSED);
    if (f->mode == MODE_DB_MAINTENANCE && f->uses_database) {
        if (f->exec == EXEC_UNKNOWN && pending) return stay(RUN_WAITING_DB_MAINTENANCE);
        if (f->exec <= EXEC_EXECUTING) return act(RUN_WAITING_DB_MAINTENANCE, CALL_CLEANUP);
    }
    return step_forward(a, f);
}

// --- how it ended

// Exit codes by which database programs tell what went wrong.
static Str database_hint(i64 exit_code)
{
    if (exit_code == 3)
        return S("A transient database error occurred, your job may run if you try it again");
    if (exit_code == 4)
        return S("New data is being imported into the database, please try again in a few hours");
    if (exit_code == 5)
        return S("Something went wrong with the database, please contact tech support");
    return (Str){0};
}

static Str unmatched_message(Arena *a, const StrList *patterns)
{
    Buf b = {.a = a};
    buf_put(&b, run_codes[RUN_UNMATCHED_PATTERNS].message);
    for (isize i = 0; i < patterns->n; i++)
        buf_fmt(&b, "\n - %.*s", STR(patterns->v[i]));
    return buf_str(&b);
}

RunDecision run_ended(Arena *a, const RunOutcome *o, bool uses_database)
{
    if (o->exit_code != 0) {
        Str reason = o->say.n ? o->say : uses_database ? database_hint(o->exit_code) : (Str){0};
        Str plain = run_codes[RUN_NONZERO_EXIT].message;
        Str text = reason.n ? arena_fmt(a, "%.*s: %.*s", STR(plain), STR(reason)) : plain;
        return say(RUN_NONZERO_EXIT, text, CALL_CLEANUP);
    }
    if (o->unmatched.n)
        return say(RUN_UNMATCHED_PATTERNS, unmatched_message(a, &o->unmatched), CALL_CLEANUP);
    if (!o->excluded) return act(RUN_SUCCEEDED_CODE, CALL_CLEANUP);
    Str text = arena_fmt(a,
                         "Completed successfully, but %td file%s marked as moderately_sensitive "
                         "were excluded. See job log for details.",
                         o->excluded, o->excluded == 1 ? "" : "s");
    return say(RUN_SUCCEEDED_CODE, text, CALL_CLEANUP);
}

Str run_call_name(RunCall call)
{
    switch (call) {
    case CALL_NONE:
        return S("nothing");
    case CALL_PREPARE:
        return S("prepare");
    case CALL_EXECUTE:
        return S("execute");
    case CALL_TERMINATE:
        return S("terminate");
    case CALL_FINALISE:
        return S("finalise");
    case CALL_CLEANUP:
        return S("cleanup");
    }
    must(false && "a call of an executor");
}

int run_turn_cmp(const RunTurn *x, const RunTurn *y)
{
    if (x->running != y->running) return x->running ? -1 : 1;
    if (!x->running && x->running_in_workspace != y->running_in_workspace)
        return x->running_in_workspace < y->running_in_workspace ? -1 : 1;
    if (!x->running && x->uses_database != y->uses_database) return x->uses_database ? -1 : 1;
    if (x->created != y->created) return x->created < y->created ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}
