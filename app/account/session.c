// Sessions: begun after a sign-in, found again by their cookie, ended by people or by time.
#include "account/session.h"

#include "kit/crypto.h"
#include "os/random.h"

enum { TOKEN_BYTES = 32 };
#define SESSION_SEEN_EVERY MINUTES(5) // a page that is read costs no write, except now and then

fallible session_begin(Db *db, Arena *a, Time now, i64 person, SessionFrom from, Str *token)
{
    Person p;
    SessionInsert made;
    TRY(person_get(db, a, person, &p));
    if (!p.is_active)
        return fail(a, ERR_FORBIDDEN,
                    "this account was deactivated; ask a Core Developer of this site");
    *token = random_base64url(a, TOKEN_BYTES);
    TRY(session_sweep(db, a, now, NULL));
    TRY(session_insert(db, a, sha256_hex(a, *token), person, random_hex(a, TOKEN_BYTES), now,
                       now + SESSION_LASTS, str_take(from.address, 100),
                       str_printable(a, str_take(from.browser, 200)), &made));
    TRY(person_login_done(db, a, person, now, NULL));
    return account_note(db, a, now, person, "person.sign_in", p.username,
                        arena_fmt(a, "{\"session\":%lld}", (long long)made.id));
}

fallible account_by_session(Db *db, Arena *a, Time now, Str token, Visitor *out)
{
    SessionByHash s;
    bool found;
    TRY(session_by_hash(db, a, sha256_hex(a, token), now, now - SESSION_IDLE, &s, &found));
    if (!found) return NULL;
    *out = (Visitor){.id = s.person,
                     .username = s.username,
                     .name = s.name.n ? s.name : s.username,
                     .session = s.id,
                     .unseen = now - s.seen_at > SESSION_SEEN_EVERY,
                     .csrf = s.csrf};
    return NULL;
}

fallible account_session_touch(Db *db, Arena *a, Time now, const Visitor *v)
{
    return session_seen(db, a, v->session, now, NULL);
}

fallible session_close(Db *db, Arena *a, Time now, i64 by, i64 person, i64 session)
{
    Person p;
    TRY(person_get(db, a, person, &p));
    TRY(session_end(db, a, session, person, NULL));
    return account_note(db, a, now, by, "person.sign_out", p.username,
                        arena_fmt(a, "{\"session\":%lld}", (long long)session));
}

fallible account_sign_out_all(Db *db, Arena *a, Time now, i64 by, i64 person, i64 but)
{
    Person p;
    TRY(person_get(db, a, person, &p));
    TRY(session_end_all(db, a, person, but, NULL));
    return account_note(db, a, now, by, "person.sign_out_everywhere", p.username, S("{}"));
}
