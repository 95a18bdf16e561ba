// Passwords and the brakes on guessing them.
#include "account/signin.h"

#include "account/factor.h"
#include "kit/crypto.h"

enum { FREE_FAILURES = 5, LOCK_MINUTES_MAX = 15, ADDRESS_FAILURES_MAX = 30 };
#define ADDRESS_WINDOW MINUTES(15)

static fallible address_is_blocked(Db *db, Arena *a, Time now, Str address, bool *blocked)
{
    FailureCount lately;
    TRY(failure_count(db, a, address, now - ADDRESS_WINDOW, &lately));
    *blocked = lately.n >= ADDRESS_FAILURES_MAX;
    return NULL;
}

fallible signin_is_blocked(Db *db, Arena *a, Time now, Str address, i64 person, bool *blocked)
{
    Person p;
    TRY(address_is_blocked(db, a, now, address, blocked));
    TRY(person_get(db, a, person, &p));
    *blocked = *blocked || p.locked_until > now;
    return NULL;
}

// What is refused for the name's sake takes as long as a wrong password does: the time must not tell names apart.
// A blocked address is refused at once, so that nobody can keep the machine busy with hashing.
fallible signin_check(Db *db, Arena *a, Time now, Str username, Str password, Str address,
                      SignIn *out)
{
    Person p;
    bool found, blocked;
    *out = (SignIn){0};
    TRY(address_is_blocked(db, a, now, address, &blocked));
    if (blocked) return NULL;
    TRY(person_find(db, a, str_lower(a, username), &p, &found));
    bool may = found && p.locked_until <= now && p.is_active && p.password_hash.n;
    bool right = may ? password_matches(p.password_hash, password)
                     : password_waste(password, PASSWORD_INTERACTIVE);
    if (!right) return NULL;
    out->person = p.id;
    return account_has_factor(db, a, p.id, &out->two_factor);
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
