// Pages of one's own account.
#include "account/factor.h"
#include "account/qr.h"
#include "account/session.h"
#include "account/settings.page.h"
#include "account/signin.h"
#include "base/encode.h"
#include "kit/crypto.h"
#include "web/frame.h"
#include "web/piece.h"

static fallible settings_get(Req *q)
{
    Settings s = {.a = q->a, .now = q->now, .session = q->who.session};
    RecoveryLeft left;
    TRY(person_get(q->db, q->a, q->who.id, &s.person));
    TRY(account_has_factor(q->db, q->a, q->who.id, &s.two_factor));
    TRY(recovery_left(q->db, q->a, q->who.id, &left));
    TRY(session_list(q->db, q->a, q->who.id, q->now, &s.sessions));
    s.recovery_left = left.n;
    frame_head(q, S("Settings"));
    settings_page(&q->answer.body, &s, csrf_field(q));
    frame_foot(q);
    return NULL;
}

static fallible back(Req *q, const char *said)
{
    answer_flash(q, FLASH_DONE, "%s", said);
    return answer_redirect(q, S("/settings/"));
}

static fallible settings_post(Req *q)
{
    Str email = req_field(q, "email");
    TRY(account_email_check(q->a, email));
    TRY(person_edit(q->db, q->a, q->who.id, req_field(q, "name"), email, NULL));
    TRY(account_note(q->db, q->a, q->now, q->who.id, "person.edit", q->who.username, S("{}")));
    return back(q, "Settings saved successfully");
}

// The slow part: proves the old password, hashes the new one; no transaction is open.
static fallible new_password(Req *q, Str *hash)
{
    Person p;
    SignIn in;
    Str fresh = req_field(q, "password");
    TRY(person_get(q->db, q->a, q->who.id, &p));
    if (p.password_hash.n) {
        TRY(signin_check(q->db, q->a, q->now, p.username, req_field(q, "current"), q->address,
                         &in));
        if (!in.person)
            return fail(q->a, ERR_FORBIDDEN,
                        "the current password does not fit; try again, or ask for a one-time link");
    }
    if (!str_eq(fresh, req_field(q, "again")))
        return fail(q->a, ERR_BAD_INPUT, "the two new passwords differ; type the same twice");
    TRY(password_check(q->a, p.username, fresh));
    *hash = password_hash(q->a, fresh, PASSWORD_INTERACTIVE);
    return NULL;
}

static fallible password_keep(Req *q, Str hash)
{
    Db *db = req_db_take(q, DB_READ_WRITE);
    Err *e = db_begin(db, q->a);
    if (!e)
        e = db_settle(db, q->a,
                      password_set(db, q->a, q->now, q->who.id, q->who.id, hash, q->who.session));
    req_db_give(q, db);
    return e;
}

static fallible password_post(Req *q)
{
    Str hash;
    q->db = req_db_take(q, DB_READ_ONLY);
    Err *e = new_password(q, &hash);
    if (!e) e = password_keep(q, hash);
    req_db_give(q, q->db);
    q->db = NULL;
    return e ? e : back(q, "The password is changed; other browsers were signed out");
}

// The key as a square for phones; empty, and the key alone remains, should a name be too long for one.
static Html factor_square(Req *q, Str secret)
{
    Qr square;
    Buf b = {.a = q->a};
    if (qr_make(totp_uri(q->a, secret, S("Tresor"), q->who.username), &square))
        qr_svg(&b, &square, S("The key of the second factor, for an app to read"));
    return (Html){buf_str(&b)};
}

static fallible show_factor(Req *q, int status, Str wrong)
{
    Factor f;
    TRY(factor_get(q->db, q->a, q->server->key, q->who.id, &f));
    if (!f.there || f.confirmed) return answer_redirect(q, S("/settings/"));
    q->answer.status = status;
    frame_head(q, S("Second factor"));
    settings_factor_page(&q->answer.body, csrf_field(q), factor_square(q, f.secret),
                         base32_encode(q->a, f.secret), wrong);
    frame_foot(q);
    return NULL;
}

static fallible factor_page(Req *q)
{
    return show_factor(q, 200, S(""));
}

static fallible factor_begin(Req *q)
{
    Factor f;
    TRY(factor_get(q->db, q->a, q->server->key, q->who.id, &f));
    if (!f.confirmed) TRY(factor_start(q->db, q->a, q->server->key, q->who.id, &f));
    return answer_redirect(q, S("/settings/second-factor/"));
}

static fallible show_codes(Req *q, bool switched_on)
{
    StrList codes = {0};
    TRY(factor_recovery_make(q->db, q->a, q->now, q->who.id, &codes));
    frame_head(q, S("Recovery codes"));
    settings_codes_page(&q->answer.body, &codes, switched_on);
    frame_foot(q);
    return NULL;
}

static fallible factor_post(Req *q)
{
    bool right;
    TRY(factor_confirm(q->db, q->a, q->now, q->server->key, q->who.id, req_field(q, "code"),
                       &right));
    if (right) return show_codes(q, true);
    return show_factor(q, 422,
                       S("This code does not fit. Check that the phone's clock is right, and type "
                         "the code that it shows now."));
}

static fallible codes_post(Req *q)
{
    Factor f;
    TRY(factor_get(q->db, q->a, q->server->key, q->who.id, &f));
    if (!f.confirmed)
        return fail(q->a, ERR_CONFLICT,
                    "set up the second factor first; recovery codes stand in for it");
    return show_codes(q, false);
}

// A wrong code counts like a wrong password: an open browser must not be a way to try them all.
static fallible factor_remove(Req *q)
{
    bool blocked, right = false;
    TRY(signin_is_blocked(q->db, q->a, q->now, q->address, q->who.id, &blocked));
    if (!blocked)
        TRY(factor_spend(q->db, q->a, q->now, q->server->key, q->who.id, req_field(q, "code"),
                         &right));
    if (!right) {
        TRY(signin_failed(q->db, q->a, q->now, q->who.username, q->address));
        answer_flash(
            q, FLASH_ERROR,
            "This code does not fit, or there were too many attempts; the second factor stays on");
        return answer_redirect(q, S("/settings/"));
    }
    TRY(account_factor_reset(q->db, q->a, q->now, q->who.id, q->who.id));
    return back(q, "The second factor is off");
}

static fallible airlock_post(Req *q)
{
    Str code;
    TRY(account_airlock_code_make(q->db, q->a, q->now, q->who.id, &code));
    frame_head(q, S("Sign in at the airlock"));
    settings_airlock_page(&q->answer.body, q->who.username, code);
    frame_foot(q);
    return NULL;
}

static fallible session_post(Req *q)
{
    i64 session;
    if (!str_i64(req_param(q, "session"), &session))
        return fail(q->a, ERR_NOT_FOUND, "there is no such session");
    TRY(session_close(q->db, q->a, q->now, q->who.id, q->who.id, session));
    return back(q, "That browser is signed out");
}

static fallible others_post(Req *q)
{
    TRY(account_sign_out_all(q->db, q->a, q->now, q->who.id, q->who.id, q->who.session));
    return back(q, "All other browsers are signed out");
}

static const Field you_fields[] = {
    {"name", FIELD_TEXT, false, 100},
    {"email", FIELD_TEXT, false, 254},
    {0     }
};
static const Field password_fields[] = {
    {"username",    FIELD_TEXT, false, 60},
    {"current",        FIELD_SECRET, false, 200},
    {"password",             FIELD_SECRET, true, 200},
    {"again",FIELD_SECRET, true, 200},
    {0         }
};
static const Field code_fields[] = {
    {"code", FIELD_TEXT, true, 20},
    {0 }
};

static const Route rows[] = {
    {GET,  "/settings/",                        PERM_SIGNED_IN, NULL, settings_get,  NULL,            0, ROUTE_PAGE},
    {POST, "/settings/",                        PERM_SIGNED_IN, NULL, settings_post, you_fields,      0, ROUTE_PAGE},
    {POST, "/settings/password/",               PERM_SIGNED_IN, NULL, password_post, password_fields, 0,
     ROUTE_STREAM                                                                                                  },
    {GET,  "/settings/second-factor/",          PERM_SIGNED_IN, NULL, factor_page,   NULL,            0, ROUTE_PAGE},
    {POST, "/settings/second-factor/",          PERM_SIGNED_IN, NULL, factor_post,   code_fields,     0,
     ROUTE_PAGE                                                                                                    },
    {POST, "/settings/second-factor/start/",    PERM_SIGNED_IN, NULL, factor_begin,  NULL,            0,
     ROUTE_NO_NOTE                                                                                                 },
    {POST, "/settings/second-factor/remove/",   PERM_SIGNED_IN, NULL, factor_remove, code_fields,     0,
     ROUTE_NO_NOTE                                                                                                 },
    {POST, "/settings/recovery-codes/",         PERM_SIGNED_IN, NULL, codes_post,    NULL,            0, ROUTE_PAGE},
    {POST, "/settings/airlock-code/",           PERM_SIGNED_IN, NULL, airlock_post,  NULL,            0, ROUTE_PAGE},
    {POST, "/settings/sessions/{session}/end/", PERM_SIGNED_IN, NULL, session_post,  NULL,            0,
     ROUTE_PAGE                                                                                                    },
    {POST, "/settings/sessions/end-others/",    PERM_SIGNED_IN, NULL, others_post,   NULL,            0,
     ROUTE_PAGE                                                                                                    },
};
const RouteList account_settings_routes = ROUTES(rows);
