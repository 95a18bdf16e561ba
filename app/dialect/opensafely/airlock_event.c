// What an airlock tells of its requests (contract 2.8): the right people get a mail, without files, comments or values.
#include "account/account.h"
#include "audit/audit.h"
#include "backend/backend.h"
#include "base/str.h"
#include "dialect/opensafely/airlock_event.gen.h"
#include "dialect/opensafely/opensafely.h"
#include "mail/mail.h"
#include "web/event.h"
#include "workspace/workspace.h"

typedef enum Addressee { NOBODY, THE_AUTHOR, THE_CHECKERS } Addressee;

// The events of the contract: who is written to, and what. %s is whoever did it.
static const struct {
    const char *event;
    Addressee to;
    const char *subject, *say;
} events[] = {
    {"request_submitted",          THE_CHECKERS, "asks for a release", "%s asks for a release."                      },
    {"request_resubmitted",        THE_CHECKERS, "asks again",
     "%s has changed the request and asks again."                                                                    },
    {"request_reviewed",           THE_CHECKERS, "is reviewed",
     "All reviews are in. One of the checkers decides now what may leave."                                           },
    {"request_partially_reviewed", NOBODY,       NULL,                 NULL                                          },
    {"request_withdrawn",          NOBODY,       NULL,                 NULL                                          },
    {"request_returned",           THE_AUTHOR,   "needs changes",
     "%s asks you for changes before files may leave."                                                               },
    {"request_approved",           THE_AUTHOR,   "is approved",        "%s lets the approved files go."              },
    {"request_rejected",           THE_AUTHOR,   "is rejected",        "%s has rejected the request; nothing leaves."},
    {"request_released",           THE_AUTHOR,   "is released",        "The approved files are with the server."     },
};

typedef struct Told {
    Str event_type, workspace, request, request_author, user, event_id;
    Str updates; // JSON: what changed since the event before
} Told;
enum { UPDATES_SHOWN = 20, UPDATE_LETTERS = 200 };
#define TOLD(name, required)                                                                       \
    {                                                                                              \
#name, WIRE_TEXT, required, false, !(required), offsetof(Told, name), NULL                 \
    }
static const WireField fields[] = {
    TOLD(event_type, true),
    TOLD(workspace, true),
    TOLD(request, true),
    TOLD(request_author, true),
    TOLD(user, true),
    TOLD(event_id, false),
    {"updates", WIRE_JSON, false, false, true, offsetof(Told, updates), NULL}
};

static fallible answer_error(Req *q, const char *message)
{
    Buf b = {.a = q->a};
    JsonOut j = json_begin(&b, JSON_COMPACT);
    json_str(json_key(json_obj(&j), S("status")), S("error"));
    json_str(json_key(&j, S("message")), str_from(message));
    json_end(&j);
    return answer_json(q, 201, buf_str(&b));
}

// One line for each change, as airlocks of either generation tell it: {update or update_type, group?, user?}.
static void updates_put(Arena *a, Buf *o, Str text)
{
    const Json *list;
    isize shown = 0;
    if (!text.n || json_parse(a, text, &list)) return;
    for (JsonWalk w = json_walk(list); json_next(&w) && shown < UPDATES_SHOWN;) {
        Str what = json_get_str(w.value, S("update")), group = json_get_str(w.value, S("group")),
            user = json_get_str(w.value, S("user"));
        if (!what.n) what = json_get_str(w.value, S("update_type"));
        if (!what.n) continue;
        Buf line = {.a = a};
        buf_put(&line, what);
        if (group.n) buf_fmt(&line, " (group %.*s)", STR(group));
        if (user.n) buf_fmt(&line, " by %.*s", STR(user));
        Str said = str_take(buf_str(&line), UPDATE_LETTERS);
        buf_fmt(o, "%s- %.*s\n", shown++ ? "" : "\n", STR(str_printable(a, said)));
    }
    if (json_count(list) > UPDATES_SHOWN) buf_put(o, S("- and more\n"));
}

static Str letter(Req *q, const Told *t, const BackendGet *b, const char *say, Addressee to)
{
    Buf o = {.a = q->a};
    buf_put(&o, str_replace(q->a, str_from(say), S("%s"), t->user));
    buf_fmt(&o, "\n\nWorkspace %.*s, request %.*s of %.*s at %.*s.\n", STR(t->workspace),
            STR(t->request), STR(t->request_author), STR(b->name));
    if (b->level_4_url.n)
        buf_fmt(&o, "It is looked at inside the secure network: %.*s%srequests/%.*s/\n",
                STR(b->level_4_url), str_ends(b->level_4_url, S("/")) ? "" : "/", STR(t->request));
    updates_put(q->a, &o, t->updates);
    buf_put(&o, to == THE_CHECKERS
                    ? S("\nYou get this mail because you check outputs at this site.\n")
                    : S("\nYou get this mail because you made the request.\n"));
    return buf_str(&o);
}

typedef struct Post {
    const Told *told;
    const BackendGet *backend;
    isize row;
    Str subject;
} Post;

static fallible post_to(Req *q, const Post *p, i64 person)
{
    bool queued;
    req_post(q, MAIL_TOPIC);
    return mail_put(q->db, q->a, q->now, person, p->subject,
                    letter(q, p->told, p->backend, events[p->row].say, events[p->row].to), &queued);
}

// Checkers of this backend, but not the author nor whoever did it.
static fallible post_to_checkers(Req *q, const Post *p)
{
    BackendMembers members;
    TRY(backend_members(q->db, q->a, p->backend->id, &members));
    for (isize i = 0; i < members.n; i++) {
        bool checks;
        Visitor v = {.id = members.v[i].id};
        if (str_eq(members.v[i].username, p->told->request_author) ||
            str_eq(members.v[i].username, p->told->user))
            continue;
        TRY(account_may(q->db, q->a, &v, PERM_RELEASE_FILE_UPLOAD, (Scope){0}, &checks));
        if (checks) TRY(post_to(q, p, v.id));
    }
    return NULL;
}

static fallible post(Req *q, const Post *p, i64 author)
{
    switch (events[p->row].to) {
    case THE_AUTHOR:
        return str_eq(p->told->user, p->told->request_author) ? NULL : post_to(q, p, author);
    case THE_CHECKERS:
        return post_to_checkers(q, p);
    case NOBODY:
        break;
    }
    return NULL;
}

static fallible note(Req *q, const Told *t, const BackendGet *b)
{
    Buf o = {.a = q->a};
    JsonOut j = json_begin(&o, JSON_COMPACT);
    json_str(json_key(json_obj(&j), S("event")), t->event_type);
    json_str(json_key(&j, S("workspace")), t->workspace);
    json_str(json_key(&j, S("request")), t->request);
    json_str(json_key(&j, S("user")), t->user);
    json_end(&j);
    return audit_note(q->db, q->a,
                      (AuditLine){.at = q->now,
                                  .who = b->slug,
                                  .action = S("airlock.event"),
                                  .kind = S("backend"),
                                  .object = b->slug,
                                  .details = buf_str(&o)});
}

static fallible take(Req *q, const Told *t, isize row)
{
    WorkspaceGet workspace;
    PersonNamed author;
    BackendGet backend;
    bool found;
    i64 fresh = 1;
    TRY(workspace_by_name(q->db, q->a, t->workspace, &workspace, &found));
    if (!found) return answer_error(q, "There is no such workspace.");
    TRY(person_named(q->db, q->a, t->request_author, &author, &found));
    if (!found) return answer_error(q, "There is no such author.");
    TRY(backend_by_id(q->db, q->a, q->who.backend, &backend));
    if (t->event_id.n) TRY(airlock_event_add(q->db, q->a, backend.id, t->event_id, q->now, &fresh));
    Post p = {.told = t,
              .backend = &backend,
              .row = row,
              .subject =
                  events[row].subject
                      ? arena_fmt(q->a, "airlock %.*s: request %.*s of %.*s %s", STR(t->workspace),
                                  STR(t->request), STR(t->request_author), events[row].subject)
                      : (Str){0}};
    if (fresh) TRY(post(q, &p, author.id));
    if (fresh) TRY(note(q, t, &backend));
    return answer_json(q, 201, S("{\"status\":\"ok\"}"));
}

fallible opensafely_airlock_event(Req *q)
{
    const Json *body;
    bool refused;
    Told t = {0};
    Str errors;
    TRY(wire_body(q, &body, &refused));
    if (refused) return NULL;
    if (!wire_read(q->a, body, fields, COUNT(fields), &t, &errors)) return wire_refuse(q, errors);
    for (isize i = 0; i < COUNT(events); i++)
        if (str_eq(t.event_type, str_from(events[i].event))) return take(q, &t, i);
    return answer_error(q, "There is no such event.");
}
