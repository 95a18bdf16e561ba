// Passwords and the brakes on guessing them.
#include "account/signin.h"

#include "account/factor.h"
#include "kit/crypto.h"

enum { FREE_FAILURES = 5, LOCK_MINUTES_MAX = 15, ADDRESS_FAILURES_MAX = 30 };
#define ADDRESS_WINDOW MINUTES(15)

fallible signin_is_blocked(Db *db, Arena *a, Time now, Str address, i64 person, bool *blocked)
{
    FailureCount lately;
    Person p = {0};
    TRY(failure_count(db, a, address, now - ADDRESS_WINDOW, &lately));
    if (person) TRY(person_get(db, a, person, &p));
    *blocked = lately.n >= ADDRESS_FAILURES_MAX || p.locked_until > now;
    return NULL;
}

fallible signin_check(Db *db, Arena *a, Time now, Str username, Str password, Str address,
                      SignIn *out)
{
    Person p;
    TotpGet t;
    bool found, blocked, has_factor;
    *out = (SignIn){0};
    TRY(person_find(db, a, str_lower(a, username), &p, &found));
    TRY(signin_is_blocked(db, a, now, address, found ? p.id : 0, &blocked));
    bool may = found && !blocked && p.is_active && p.password_hash.n;
    bool right = may ? password_matches(p.password_hash, password)
                     : password_waste(password, PASSWORD_INTERACTIVE);
    if (!right) return NULL;
    TRY(totp_get(db, a, p.id, &t, &has_factor));
    *out = (SignIn){p.id, has_factor && t.confirmed};
    return NULL;
}

static Time lock_until(Time now, i64 failures)
{
    if (failures < FREE_FAILURES) return 0;
    i64 minutes =
        failures - FREE_FAILURES < 4 ? (i64)1 << (failures - FREE_FAILURES) : LOCK_MINUTES_MAX;
    return now + MINUTES(minutes);
}

fallible signin_failed(Db *db, Arena *a, Time now, Str username, Str address)
{
    Person p;
    bool found;
    TRY(failure_sweep(db, a, now - ADDRESS_WINDOW, NULL));
    TRY(failure_insert(db, a, address, now, NULL));
    TRY(person_find(db, a, str_lower(a, username), &p, &found));
    if (!found || p.locked_until > now) return NULL;
    Time until = lock_until(now, p.failed_logins + 1);
    TRY(person_login_failed(db, a, p.id, until, NULL));
    return until ? account_note(db, a, now, 0, "person.locked", p.username,
                                arena_fmt(a, "{\"failures\":%lld}", (long long)p.failed_logins + 1))
                 : NULL;
}

fallible password_check(Arena *a, Str username, Str password)
{
    if (password.n < PASSWORD_MIN)
        return fail(
            a, ERR_BAD_INPUT,
            "a password has at least %d characters; three or four words are easy to keep in mind",
            PASSWORD_MIN);
    if (password.n > PASSWORD_MAX)
        return fail(a, ERR_BAD_INPUT, "a password has at most %d characters", PASSWORD_MAX);
    bool same = true;
    for (isize i = 1; i < password.n; i++)
        same = same && password.s[i] == password.s[0];
    if (same || str_has(str_lower(a, password), username))
        return fail(a, ERR_BAD_INPUT,
                    "this password is guessed first of all; choose one without your username");
    return NULL;
}

fallible password_set(Db *db, Arena *a, Time now, i64 by, i64 person, Str hash, i64 session)
{
    Person p;
    TRY(person_get(db, a, person, &p));
    TRY(person_password_set(db, a, person, hash, NULL));
    TRY(session_end_all(db, a, person, session, NULL));
    return account_note(db, a, now, by, "person.password", p.username, S("{}"));
}
