// Why is it waiting? One sentence that names who must do what.
#include "base/str.h"
#include "job/state.h"
#include "kit/json.h"

static Time flag_since(const Json *flag)
{
    Time t = 0;
    return time_from_iso(json_get_str(flag, S("ts")), &t) && t ? t : 1;
}

void job_wait_flags(Arena *a, Str flags, JobWait *w)
{
    const Json *j = NULL;
    w->paused_since = w->maintenance_since = 0;
    if (json_parse(a, flags, &j)) return;
    const Json *paused = json_get(j, S("paused")), *mode = json_get(j, S("mode"));
    Str on = json_get_str(paused, S("v"));
    if (str_eq_nocase(on, S("true")) || str_eq_nocase(on, S("on")) ||
        json_get_bool(paused, S("v"), false))
        w->paused_since = flag_since(paused);
    if (str_eq(json_get_str(mode, S("v")), S("db-maintenance")))
        w->maintenance_since = flag_since(mode);
}

static bool is_missing(const JobWait *w, Time now)
{
    return !w->last_seen || now - w->last_seen > w->alert_after;
}

static Str silence(Arena *a, const JobWait *w, Time now)
{
    if (!w->last_seen)
        return arena_fmt(a, "The runner of %.*s has never called in; ask its operator to start it.",
                         STR(w->backend));
    return arena_fmt(a,
                     "The runner of %.*s was last heard from %.*s; work goes on when it is back.",
                     STR(w->backend), STR(time_ago(a, w->last_seen, now)));
}

// 1 stands for a flag without a readable time.
static Str since(Arena *a, Time t, Time now)
{
    return t > 1 ? arena_fmt(a, " (since %.*s)", STR(time_ago(a, t, now))) : S("");
}

static Str paused(Arena *a, const JobWait *w, Time now)
{
    return arena_fmt(a, "%.*s is paused%.*s; jobs start when its operator lets it go on.",
                     STR(w->backend), STR(since(a, w->paused_since, now)));
}

// What a status code of the runner (contract 5.5) means for the person who waits. %.*s is the backend.
static const struct {
    const char *code, *why;
} codes[] = {
    {"created",                 "%.*s has taken it and starts it as soon as there is room."     },
    {"paused",                  "%.*s is paused for maintenance; jobs start when this is over." },
    {"waiting_db_maintenance",
     "The database of %.*s is in maintenance; jobs start when this is over."                    },
    {"waiting_on_dependencies", "At %.*s it waits for the jobs whose outputs it needs."         },
    {"waiting_on_workers",      "Other jobs keep %.*s busy; it starts as soon as there is room."},
    {"waiting_on_db_workers",
     "Other jobs keep the database of %.*s busy; it starts as soon as there is room."           },
    {"waiting_on_reboot",       "%.*s restarts its machine; it begins again after that."        },
    {"waiting_on_new_task",     "%.*s has taken it and is about to start it."                   },
    {"waiting_for_person",      "Somebody at %.*s has to say yes before it starts."             },
};

static Str by_code(Arena *a, const JobWait *w)
{
    for (isize i = 0; i < COUNT(codes); i++) {
        if (!str_eq(w->status_code, str_from(codes[i].code))) continue;
        Str why = str_from(codes[i].why);
        isize at = str_find(why, S("%.*s"));
        return arena_fmt(a, "%.*s%.*s%.*s", STR(str_take(why, at)), STR(w->backend),
                         STR(str_skip(why, at + 4)));
    }
    if (w->status_message.n)
        return arena_fmt(a, "%.*s says: %.*s", STR(w->backend), STR(w->status_message));
    return arena_fmt(a, "%.*s has taken it and starts it as soon as there is room.",
                     STR(w->backend));
}

Str job_wait_why(Arena *a, const JobWait *w, Time now)
{
    bool taken = w->jobs.jobs > 0, open = w->jobs.pending + w->jobs.running > 0;
    if (taken && !open) return S("");
    if (!taken && w->cancelled) return S("");
    if (is_missing(w, now)) return silence(a, w, now);
    if (w->cancelled)
        return arena_fmt(a, "It was cancelled; %.*s is told at its next call and stops its jobs.",
                         STR(w->backend));
    if (w->jobs.running) return S("");
    if (w->paused_since) return paused(a, w, now);
    if (!taken)
        return arena_fmt(a,
                         "It waits to be taken by the runner of %.*s, which was heard from %.*s.",
                         STR(w->backend), STR(time_ago(a, w->last_seen, now)));
    return by_code(a, w);
}

Str job_wait_why_one(Arena *a, const JobWait *w, Str needs, Time now)
{
    if (is_missing(w, now)) return silence(a, w, now);
    if (w->cancelled)
        return arena_fmt(a, "It was cancelled; %.*s is told at its next call and stops it.",
                         STR(w->backend));
    if (w->paused_since) return paused(a, w, now);
    if (str_eq(w->status_code, S("waiting_on_dependencies")) && needs.n)
        return arena_fmt(a, "It waits for %.*s.", STR(needs));
    return by_code(a, w);
}
