// Pages of coming and going: sign-in, second factor, one-time links, sign-out.
#include "account/factor.h"
#include "account/link.h"
#include "account/login.page.h"
#include "account/session.h"
#include "account/signin.h"
#include "kit/crypto.h"
#include "web/frame.h"
#include "web/piece.h"

#define TICKET_PLACE S("login.second")
#define TICKET_LASTS MINUTES(10)

// Only this site's own pages: anything else could be a trap that looks like a sign-in.
static fallible next_check(Req *q, Str next, Str *out)
{
    *out = next.n ? next : S("/");
    if (html_url_is_safe(*out) && out->s[0] == '/') return NULL;
    return fail(q->a, ERR_BAD_INPUT,
                "\"next\" is not a page of this site; open the page you want and sign in there");
}

static fallible show_login(Req *q, int status, Str username, Str next, Str wrong)
{
    q->answer.status = status;
    frame_head(q, S("Sign in"));
    login_page(&q->answer.body, csrf_field(q), username, next, wrong);
    frame_foot(q);
    return NULL;
}

static fallible show_second(Req *q, int status, i64 person, Str next, Str wrong)
{
    Str words = arena_fmt(q->a, "%lld %lld", (long long)person, (long long)(q->now + TICKET_LASTS));
    Str ticket = secret_seal(q->a, q->server->key, words, TICKET_PLACE);
    q->answer.status = status;
    frame_head(q, S("Second factor"));
    login_second_page(&q->answer.body, csrf_field(q), ticket, next, wrong);
    frame_foot(q);
    return NULL;
}

// Inside a transaction of `db`.
static fallible enter(Req *q, Db *db, i64 person, Str next)
{
    Str token;
    SessionFrom from = {q->address, req_header(q, "User-Agent")};
    if (q->who.session) TRY(session_close(db, q->a, q->now, q->who.id, q->who.id, q->who.session));
    TRY(session_begin(db, q->a, q->now, person, from, &token));
    answer_cookie(q, q->server->cookie, token, SESSION_LASTS / SECONDS(1));
    return answer_redirect(q, next);
}

static fallible login_get(Req *q)
{
    Str next;
    TRY(next_check(q, req_query(q, "next"), &next));
    if (q->who.id) return answer_redirect(q, next);
    return show_login(q, 200, S(""), next, S(""));
}

typedef struct Entry {
    SignIn in;
    Str username, next;
    bool old_cost;
    Str new_hash;
} Entry;

static fallible enter_or_note(Req *q, Db *db, const Entry *e)
{
    if (!e->in.person) return signin_failed(db, q->a, q->now, e->username, q->address);
    if (e->in.two_factor) return NULL;
    return enter(q, db, e->in.person, e->next);
}

static fallible login_change(Req *q, const Entry *e)
{
    Db *db = req_db_take(q, DB_READ_WRITE);
    Err *err = db_begin(db, q->a);
    if (!err) err = db_settle(db, q->a, enter_or_note(q, db, e));
    req_db_give(q, db);
    return err;
}

static fallible login_try(Req *q)
{
    Entry e = {.username = req_field(q, "username")};
    TRY(next_check(q, req_field(q, "next"), &e.next));
    TRY(signin_check(q->db, q->a, q->now, e.username, req_field(q, "password"), q->address, &e.in));
    TRY(login_change(q, &e));
    if (!e.in.person)
        return show_login(q, 403, e.username, e.next,
                          S("This name and password do not fit, or there were too many attempts. "
                            "Try again in a few minutes."));
    return e.in.two_factor ? show_second(q, 200, e.in.person, e.next, S("")) : NULL;
}

// Checking a password takes long on purpose, so no transaction is open meanwhile.
static fallible login_post(Req *q)
{
    q->db = req_db_take(q, DB_READ_ONLY);
    Err *e = login_try(q);
    req_db_give(q, q->db);
    q->db = NULL;
    return e;
}

// *person 0: forged, or too old.
static void ticket_open(Req *q, i64 *person)
{
    Str words, who, until;
    i64 end;
    *person = 0;
    if (!secret_open(q->a, q->server->key, req_field(q, "ticket"), TICKET_PLACE, &words)) return;
    str_cut(words, ' ', &who, &until);
    if (!str_i64(until, &end) || end < q->now || !str_i64(who, person)) *person = 0;
}

static fallible second_post(Req *q)
{
    Person p;
    Str next;
    i64 person;
    bool blocked, right = false;
    TRY(next_check(q, req_field(q, "next"), &next));
    ticket_open(q, &person);
    if (!person)
        return show_login(q, 403, S(""), next, S("That took too long. Please begin again."));
    TRY(person_get(q->db, q->a, person, &p));
    TRY(signin_is_blocked(q->db, q->a, q->now, q->address, person, &blocked));
    if (!blocked)
        TRY(factor_spend(q->db, q->a, q->now, q->server->key, person, req_field(q, "code"),
                         &right));
    if (right) return enter(q, q->db, person, next);
    TRY(signin_failed(q->db, q->a, q->now, p.username, q->address));
    return show_second(q, 403, person, next,
                       S("This code does not fit or was used already, or there were too many "
                         "attempts. Wait for the next code."));
}

static fallible link_get(Req *q)
{
    OneTimeLink l;
    Str next;
    TRY(next_check(q, req_query(q, "next"), &next));
    TRY(link_look(q->db, q->a, q->now, req_param(q, "token"), &l));
    frame_head(q, S("Sign in"));
    login_link_page(&q->answer.body, csrf_field(q), l.name.n ? l.name : l.username,
                    req_param(q, "token"), next);
    frame_foot(q);
    return NULL;
}

static fallible link_post(Req *q)
{
    OneTimeLink l;
    Str next;
    bool has_factor;
    TRY(next_check(q, req_field(q, "next"), &next));
    TRY(link_take(q->db, q->a, q->now, req_param(q, "token"), &l));
    TRY(account_has_factor(q->db, q->a, l.person, &has_factor));
    if (has_factor) return show_second(q, 200, l.person, next, S(""));
    return enter(q, q->db, l.person, next);
}

static fallible logout_post(Req *q)
{
    TRY(session_close(q->db, q->a, q->now, q->who.id, q->who.id, q->who.session));
    answer_cookie(q, q->server->cookie, S(""), -1);
    return answer_redirect(q, S("/"));
}

static const Field login_fields[] = {
    {"username",    FIELD_TEXT, true, 60},
    {"password",         FIELD_SECRET, true, 200},
    {"next",             FIELD_TEXT, false, 2000},
    {0}
};
static const Field second_fields[] = {
    {"ticket",    FIELD_TEXT, true, 400},
    {"code",       FIELD_TEXT, true, 20},
    {"next",           FIELD_TEXT, false, 2000},
    {0}
};
static const Field link_fields[] = {
    {"next", FIELD_TEXT, false, 2000},
    {0}
};

static const Route rows[] = {
    {GET,  "/login/",              PERM_ANYONE,    NULL, login_get,   NULL,          0, ROUTE_PAGE                  },
    {POST, "/login/",              PERM_ANYONE,    NULL, login_post,  login_fields,  0, ROUTE_STREAM | ROUTE_NO_NOTE},
    {POST, "/login/second/",       PERM_ANYONE,    NULL, second_post, second_fields, 0, ROUTE_NO_NOTE               },
    {GET,  "/login/link/{token}/", PERM_ANYONE,    NULL, link_get,    NULL,          0, ROUTE_PAGE                  },
    {POST, "/login/link/{token}/", PERM_ANYONE,    NULL, link_post,   link_fields,   0, ROUTE_NO_NOTE               },
    {POST, "/logout/",             PERM_SIGNED_IN, NULL, logout_post, NULL,          0, ROUTE_PAGE                  },
};
const RouteList account_login_routes = ROUTES(rows);
