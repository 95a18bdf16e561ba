// tell: the thread that tells the server how jobs stand, whenever that changes.
#include "kit/http.h"
#include "runner/office.h"
#include "runner/wire.h"

#include <unistd.h>

typedef struct Teller {
    Office *office;
    Db *db;
    Http *http;
    Arena round;
} Teller;

static fallible told_record(Db *db, Arena *a, const RunnerRequestList *requests)
{
    i64 changed;
    for (isize i = 0; i < requests->n; i++)
        if (requests->v[i].revision > requests->v[i].told)
            TRY(runner_request_told(db, a, requests->v[i].id, requests->v[i].revision, &changed));
    return NULL;
}

// All jobs of all requests that the server lists, that we have open, or that have changed since it was told.
static fallible jobs_read(Teller *t, const RunnerRequestList *requests, RunnerJobList *out)
{
    Arena *a = &t->round;
    isize cap = 0;
    *out = (RunnerJobList){0};
    for (isize i = 0; i < requests->n; i++) {
        RunnerJobList jobs;
        TRY(runner_jobs_of(t->db, a, requests->v[i].id, &jobs));
        if (out->n + jobs.n > cap) {
            cap = (out->n + jobs.n) * 2;
            RunnerJob *more = make(a, RunnerJob, cap);
            if (out->n) memcpy(more, out->v, (size_t)out->n * sizeof *more);
            out->v = more;
        }
        if (jobs.n) memcpy(out->v + out->n, jobs.v, (size_t)jobs.n * sizeof *out->v);
        out->n += jobs.n;
    }
    return NULL;
}

static fallible tell_once(Teller *t)
{
    Arena *a = &t->round;
    const RunnerSettings *set = t->office->set;
    RunnerRequestList requests;
    RunnerJobList jobs;
    RunnerFlags flags;
    HttpAnswer answer;
    Str token;
    TRY(enroll_token(a, &set->link, &token));
    // Revisions are read before the jobs: what changes in between is told again, never forgotten.
    TRY(runner_requests_to_tell(t->db, a, &requests));
    TRY(jobs_read(t, &requests, &jobs));
    TRY(runner_flags(t->db, a, &flags));
    HttpRequest r = {
        .method = S("POST"),
        .url = arena_fmt(a, "%.*sjobs/", STR(set->server)),
        .body = wire_jobs(a, jobs.v, jobs.n),
    };
    enroll_request(&set->link, &r);
    http_header_add(a, &r.headers, S("Authorization"), token);
    http_header_add(a, &r.headers, S("Content-Type"), S("application/json"));
    http_header_add(a, &r.headers, S("Accept"), S("application/json"));
    http_header_add(a, &r.headers, S("Flags"), wire_flags(a, &flags));
    TRY(http_send(t->http, a, &r, &answer));
    TRY(http_expect_ok(a, &r, &answer));
    TRY(db_begin(t->db, a));
    return db_settle(t->db, a, told_record(t->db, a, &requests));
}

static fallible tell_what_is_due(Teller *t)
{
    RunnerUntold untold;
    bool anyway = atomic_exchange(&t->office->tell_anyway, false);
    Err *e = runner_untold(t->db, &t->round, &untold);
    if (!e && (anyway || untold.untold)) e = tell_once(t);
    if (e && anyway) atomic_store(&t->office->tell_anyway, true);
    return e;
}

static fallible teller_open(Teller *t, Arena *a)
{
    TRY(office_open_database(a, t->office, &t->db));
    TRY(http_open(a, &t->office->set->link.trust, &t->http));
    atomic_store(&t->office->tell.http, t->http);
    return NULL;
}

static fallible tell_until_end(Teller *t)
{
    bool ending = atomic_load(&t->office->ending);
    for (int failures = 0; !ending;) {
        Err *e = tell_what_is_due(t);
        if (atomic_load(&t->office->ending)) break;
        if (e)
            office_say(t->office, LOG_WARNING, "the server cannot be told: %.*s", STR(e->say));
        else if (failures)
            office_say(t->office, LOG_INFO, "the server has been told everything");
        failures = e ? failures + 1 : 0;
        arena_reset(&t->round);
        // After a failure news do not shorten the wait: everything is told together next time.
        if (e)
            TRY(office_wait(&t->round, t->office, -1,
                            enroll_pause(failures, t->office->set->link.patience.retry), &ending));
        else
            TRY(office_wait(&t->round, t->office, t->office->tell_bell, -1, &ending));
    }
    return NULL;
}

void *office_tell(void *office)
{
    Teller t = {.office = office};
    Err *e = teller_open(&t, &t.office->tell.a);
    if (!e) e = tell_until_end(&t);
    if (e) {
        office_say(t.office, LOG_ERROR, "this runner can no longer tell the server: %.*s",
                   STR(e->say));
        _exit(err_exit_code(e->kind)); // the service manager starts it again; jobs go on meanwhile
    }
    db_close(t.db);
    arena_free(&t.round);
    return NULL;
}
