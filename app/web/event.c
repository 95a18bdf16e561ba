// Topics share a fixed number of slots; who shares one is woken once in vain, which costs a look and harms nothing.
#include "web/event.h"

#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>

#include "os/clock.h"
#include "os/own.h"
#include "os/watch.h"
#include "web/exchange.h"
#include "web/gate.h"

enum { SLOTS = 1024, HEARTBEAT_SECONDS = 15, STREAM_SECONDS = 600, WAIT_SECONDS_MAX = 300 };

typedef struct Waiter {
    struct Waiter *next;
    int bell;
} Waiter;
struct Events {
    pthread_mutex_t lock;
    bool stopped;
    int watching; // event streams that are open
    u64 numbers[SLOTS];
    Waiter *waiters[SLOTS];
};

Events *events_open(Arena *a)
{
    Events *e = make(a, Events, 1);
    must(!pthread_mutex_init(&e->lock, NULL));
    return e;
}

static isize slot_of(Str topic)
{
    return (isize)(str_hash(topic) % SLOTS);
}

static void ring_all(const Waiter *w)
{
    for (; w; w = w->next)
        bell_ring(w->bell);
}

void events_post(Events *e, Str topic)
{
    isize slot = slot_of(topic);
    pthread_mutex_lock(&e->lock);
    e->numbers[slot]++;
    ring_all(e->waiters[slot]);
    pthread_mutex_unlock(&e->lock);
}

u64 events_seen(Events *e, Str topic)
{
    pthread_mutex_lock(&e->lock);
    u64 n = e->numbers[slot_of(topic)];
    pthread_mutex_unlock(&e->lock);
    return n;
}

void events_stop(Events *e)
{
    pthread_mutex_lock(&e->lock);
    e->stopped = true;
    for (isize i = 0; i < SLOTS; i++)
        ring_all(e->waiters[i]);
    pthread_mutex_unlock(&e->lock);
}

static bool is_over(Events *e)
{
    pthread_mutex_lock(&e->lock);
    bool stopped = e->stopped;
    pthread_mutex_unlock(&e->lock);
    return stopped;
}

// In the list only when there is something to wait for, so that no post between the look and the wait is lost.
static bool join(Events *e, isize slot, u64 seen, Waiter *w)
{
    pthread_mutex_lock(&e->lock);
    bool waits = !e->stopped && e->numbers[slot] == seen;
    if (waits) {
        w->next = e->waiters[slot];
        e->waiters[slot] = w;
    }
    pthread_mutex_unlock(&e->lock);
    return waits;
}

static void leave(Events *e, isize slot, const Waiter *w)
{
    pthread_mutex_lock(&e->lock);
    Waiter **at = &e->waiters[slot];
    while (*at && *at != w)
        at = &(*at)->next;
    if (*at) *at = w->next;
    pthread_mutex_unlock(&e->lock);
}

// Also comes back when `socket` (unless -1) can be read: then *heard is set.
static fallible wait_until(Events *e, Arena *a, Str topic, u64 seen, i64 deadline, int socket,
                           bool *heard)
{
    isize slot = slot_of(topic), which = -1;
    owned_fd bell = -1;
    *heard = false;
    TRY(bell_open(a, &bell));
    Waiter w = {.bell = bell};
    if (!join(e, slot, seen, &w)) return NULL;
    int fds[2] = {bell, socket};
    i64 left = deadline - clock_monotonic();
    Err *failed = left > 0 ? wait_readable(a, fds, socket < 0 ? 1 : 2, left, &which) : NULL;
    leave(e, slot, &w);
    *heard = which == 1;
    return failed;
}

u64 events_wait(Events *e, Str topic, u64 seen, i64 deadline)
{
    Arena a = {0};
    bool heard;
    while (events_seen(e, topic) == seen && !is_over(e) && clock_monotonic() < deadline)
        if (wait_until(e, &a, topic, seen, deadline, -1, &heard)) break;
    arena_free(&a);
    return events_seen(e, topic);
}

void req_after(Req *q, fallible (*what)(Req *, Str), Str of)
{
    After *one = make(q->a, After, 1);
    *one = (After){what, of, exchange(q)->after};
    exchange(q)->after = one;
}

void req_post(Req *q, Str topic)
{
    str_list_add(q->a, &exchange(q)->posts, str_copy(q->a, topic));
}

// Every line of the data gets its own "data:".
Str event_text(Arena *a, Str data)
{
    Buf o = {.a = a};
    Str line;
    bool more = true;
    while (more) {
        more = str_cut(data, '\n', &line, &data);
        if (str_ends(line, S("\r"))) line = str_take(line, line.n - 1);
        buf_fmt(&o, "data: %.*s\n", STR(line));
    }
    buf_byte(&o, '\n');
    return buf_str(&o);
}

typedef struct Watching {
    Arena arenas[2]; // the last event and the one being made
    int turn;
    Str last;
    u64 seen;
} Watching;

static fallible render_next(Req *q, Watching *w, Str topic, fallible (*render)(Req *))
{
    Arena *before = q->a, *now = &w->arenas[w->turn ^= 1];
    arena_reset(now);
    q->a = now;
    q->now = clock_now();
    q->answer.body = (Buf){.a = now};
    w->seen = events_seen(q->server->events, topic);
    q->db = req_db_take(q, DB_READ_ONLY);
    Err *e = render(q);
    req_db_give(q, q->db);
    q->db = NULL;
    Str data = buf_str(&q->answer.body);
    if (!e && !(w->last.s && str_eq(data, w->last)))
        e = stream_write(q, event_text(now, data));
    else if (!e)
        w->turn ^= 1;
    if (!e) w->last = data;
    q->a = before;
    return e ? fail(before, e->kind, "%.*s", STR(e->say)) : NULL;
}

static fallible watch(Req *q, Watching *w, Str topic, fallible (*render)(Req *))
{
    Events *events = q->server->events;
    i64 end = clock_monotonic() + SECONDS(STREAM_SECONDS);
    bool heard = false;
    TRY(render_next(q, w, topic, render));
    while (!is_over(events) && clock_monotonic() < end && !heard) {
        i64 beat = clock_monotonic() + SECONDS(HEARTBEAT_SECONDS);
        TRY(wait_until(events, q->a, topic, w->seen, beat, exchange(q)->wire->socket, &heard));
        if (heard)
            exchange(q)->close = true; // a visitor who speaks now has said goodbye
        else if (events_seen(events, topic) != w->seen)
            TRY(render_next(q, w, topic, render));
        else if (!is_over(events))
            TRY(stream_write(q, S(":\n\n")));
    }
    return NULL;
}

// Every stream holds a thread; some are always left for those who only ask.
static bool begin_watching(Events *e, int most)
{
    pthread_mutex_lock(&e->lock);
    bool room = !most || e->watching < most;
    if (room) e->watching++;
    pthread_mutex_unlock(&e->lock);
    return room;
}

static void end_watching(Events *e)
{
    pthread_mutex_lock(&e->lock);
    e->watching--;
    pthread_mutex_unlock(&e->lock);
}

static fallible watch_all(Req *q, Str topic, fallible (*render)(Req *))
{
    TRY(stream_begin(q, 200, S("text/event-stream; charset=utf-8"), -1));
    if (exchange(q)->head_only) return stream_end(q);
    // A browser comes back by itself; then its session is looked up again.
    TRY(stream_write(q, S("retry: 1000\n\n")));
    Watching w = {0};
    Err *e = watch(q, &w, topic, render);
    arena_free(&w.arenas[0]);
    arena_free(&w.arenas[1]);
    return e ? e : stream_end(q);
}

fallible event_stream(Req *q, Str topic, fallible (*render)(Req *))
{
    Events *events = q->server->events;
    if (!begin_watching(events, exchange(q)->watching_max))
        return fail(q->a, ERR_BUSY, "Too many pages are being watched at once; reload it by hand.");
    answer_header(q, S("Cache-Control"), S("no-store"));
    answer_header(q, S("X-Accel-Buffering"), S("no"));
    Err *e = watch_all(q, topic, render);
    end_watching(events);
    return e;
}

static bool wants_wait(const Req *q, i64 *seconds)
{
    Str rest = req_header(q, "Prefer"), piece, name, value;
    while (str_next(&rest, ',', &piece)) {
        str_cut(str_trim(piece), '=', &name, &value);
        if (str_eq_nocase(str_trim(name), S("wait")) && str_i64(str_trim(value), seconds) &&
            *seconds > 0)
            return true;
    }
    return false;
}

bool req_wait_for_change(Req *q, Str topic, u64 seen)
{
    i64 seconds;
    if (!wants_wait(q, &seconds)) return false;
    if (seconds > WAIT_SECONDS_MAX) seconds = WAIT_SECONDS_MAX;
    answer_header(q, S("Preference-Applied"), arena_fmt(q->a, "wait=%lld", (long long)seconds));
    i64 deadline = clock_monotonic() + SECONDS(seconds);
    Events *events = q->server->events;
    bool had_db = q->db != NULL, heard = false;
    // Nobody waits with a database in the hand.
    req_db_give(q, q->db);
    while (!heard && events_seen(events, topic) == seen && !is_over(events) &&
           clock_monotonic() < deadline)
        if (wait_until(events, q->a, topic, seen, deadline, exchange(q)->wire->socket, &heard))
            break;
    if (had_db) q->db = req_db_take(q, DB_READ_ONLY);
    q->now = clock_now();
    return true;
}
