// One letter after the other; the outbox itself says what is due.
#include "mail/post.h"

#include <pthread.h>

#include "mail/mail.gen.h"
#include "mail/message.h"
#include "os/clock.h"
#include "web/event.h"

enum { PAUSE_FIRST_SECONDS = 5, PAUSE_MOST_SECONDS = 3600, TRY_DAYS = 5, TROUBLE_SECONDS = 60 };

struct MailPost {
    const Server *server;
    const MailRoute *route;
    pthread_t thread;
    atomic_bool stop;
};

// 5 s, 10 s, 20 s, … one hour.
static i64 pause_after(i64 tries)
{
    i64 pause = PAUSE_FIRST_SECONDS;
    for (i64 i = 1; i < tries && pause < PAUSE_MOST_SECONDS; i++)
        pause *= 2;
    return SECONDS(pause < PAUSE_MOST_SECONDS ? pause : PAUSE_MOST_SECONDS);
}

static Str host_of(Str from)
{
    return str_skip(from, str_rfind_byte(from, '@') + 1);
}

// No connection is held while a mail server is spoken to: there are few that may write.
typedef struct Step {
    const MailDue *letter; // NULL: at the start
    bool begin;            // it is under way; else it ended like this:
    SmtpOutcome outcome;
    Str why;
    i64 changed;
} Step;

static fallible outcome_store(Db *db, Arena *a, Step *s)
{
    const MailDue *letter = s->letter;
    Time now = clock_now();
    bool too_old = now - letter->created_at > DAYS(TRY_DAYS) && letter->tries > 10;
    bool later = s->outcome == SMTP_LATER && !too_old;
    Str held = s->outcome == SMTP_DOUBTFUL ? S("doubtful") : S("refused");
    if (s->outcome == SMTP_TAKEN) return mail_sent(db, a, letter->id, now, &s->changed);
    if (!later) return mail_held(db, a, letter->id, held, s->why, &s->changed);
    Time due = now + pause_after(letter->tries + 1);
    return mail_later(db, a, letter->id, due, s->why, &s->changed);
}

static fallible step_store(const Server *server, Arena *a, Step *s)
{
    Db *db = db_take(server->pool, DB_READ_WRITE);
    Err *e = db_begin(db, a);
    if (!e)
        e = db_settle(db, a,
                      !s->letter ? mail_was_under_way(db, a, &s->changed)
                      : s->begin ? mail_under_way(db, a, s->letter->id, &s->changed)
                                 : outcome_store(db, a, s));
    db_give(server->pool, db);
    return e;
}

static fallible deliver(MailPost *p, Arena *a, const MailDue *letter)
{
    Step step = {.letter = letter, .begin = true};
    MessageParts parts = {.from = p->route->from,
                          .to = letter->address,
                          .subject = letter->subject,
                          .body = letter->body,
                          .when = letter->created_at,
                          .id = letter->id,
                          .host = host_of(p->route->from)};
    TRY(step_store(p->server, a, &step));
    if (!step.changed) return NULL; // staff were faster
    step.begin = false;
    step.outcome = smtp_send(a, &p->route->smtp, p->route->from, letter->address,
                             message_text(a, &parts), &p->stop, &step.why);
    if (step.outcome != SMTP_TAKEN)
        log_line(p->server->log, clock_now(), LOG_WARNING, "mail",
                 "letter %lld was not taken: %.*s", (long long)letter->id, STR(step.why));
    return step_store(p->server, a, &step);
}

// What is due now, or else when the next one will be (0: none waits).
static fallible look(const Server *server, Arena *a, MailDue *letter, bool *found, Time *next)
{
    MailNext after = {0};
    Db *db = db_take(server->pool, DB_READ_ONLY);
    Err *e = mail_due(db, a, clock_now(), letter, found);
    if (!e) e = mail_next(db, a, &after);
    db_give(server->pool, db);
    *next = after.due_at;
    return e;
}

static fallible round_send(MailPost *p, Arena *a, Time *next)
{
    bool found = true;
    while (found && !atomic_load(&p->stop)) {
        MailDue letter;
        TRY(look(p->server, a, &letter, &found, next));
        if (found) TRY(deliver(p, a, &letter));
    }
    return NULL;
}

static void *post_run(void *arg)
{
    MailPost *p = arg;
    Arena a = {0};
    while (!atomic_load(&p->stop)) {
        u64 seen = events_seen(p->server->events, MAIL_TOPIC);
        Time next = 0;
        Err *e = round_send(p, &a, &next);
        if (e) log_line(p->server->log, clock_now(), LOG_ERROR, "mail", "%.*s", STR(e->say));
        i64 pause = e ? SECONDS(TROUBLE_SECONDS) : next ? next - clock_now() : DAYS(365);
        arena_reset(&a);
        if (atomic_load(&p->stop)) break;
        events_wait(p->server->events, MAIL_TOPIC, seen,
                    clock_monotonic() + (pause > 0 ? pause : 0));
    }
    arena_free(&a);
    return NULL;
}

fallible mail_post_start(Arena *a, const Server *server, const MailRoute *route, MailPost **out)
{
    MailPost *p = make(a, MailPost, 1);
    *p = (MailPost){.server = server, .route = route};
    TRY(step_store(server, a, &(Step){0}));
    if (pthread_create(&p->thread, NULL, post_run, p))
        return fail(a, ERR_IO, "cannot start the thread that sends mail");
    *out = p;
    return NULL;
}

void mail_post_stop(MailPost *p)
{
    if (!p) return;
    atomic_store(&p->stop, true);
    events_post(p->server->events, MAIL_TOPIC);
    pthread_join(p->thread, NULL);
}
