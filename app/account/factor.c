// The second factor: kept sealed under the installation's key, each code accepted once.
#include "account/factor.h"

#include "base/encode.h"
#include "kit/crypto.h"
#include "os/random.h"

enum { RECOVERY_BYTES = 6 };

static Str place_of(Arena *a, i64 person)
{
    return arena_fmt(a, "totp.sealed.%lld", (long long)person);
}

fallible factor_get(Db *db, Arena *a, const SecretKey *key, i64 person, Factor *out)
{
    TotpGet t;
    *out = (Factor){0};
    TRY(totp_get(db, a, person, &t, &out->there));
    if (!out->there) return NULL;
    out->confirmed = t.confirmed;
    out->used = t.last_counter;
    if (secret_open(a, key, t.sealed, place_of(a, person), &out->secret)) return NULL;
    return fail(a, ERR_IO,
                "the second factor of person %lld cannot be opened with this installation's key",
                (long long)person);
}

fallible factor_start(Db *db, Arena *a, const SecretKey *key, i64 person, Factor *out)
{
    *out = (Factor){.there = true, .secret = totp_secret(a)};
    return totp_put(db, a, person, secret_seal(a, key, out->secret, place_of(a, person)), NULL);
}

static Str only_digits(Arena *a, Str code)
{
    Buf b = {.a = a};
    for (isize i = 0; i < code.n; i++)
        if (code.s[i] != ' ') buf_byte(&b, code.s[i]);
    return buf_str(&b);
}

static fallible note(Db *db, Arena *a, Time now, i64 by, i64 person, const char *action)
{
    Person p;
    TRY(person_get(db, a, person, &p));
    return account_note(db, a, now, by, action, p.username, S("{}"));
}

fallible factor_confirm(Db *db, Arena *a, Time now, const SecretKey *key, i64 person, Str code,
                        bool *right)
{
    Factor f;
    i64 counter;
    TRY(factor_get(db, a, key, person, &f));
    *right = f.there && totp_matches(f.secret, only_digits(a, code), now, f.used, &counter);
    if (!*right) return NULL;
    TRY(totp_confirm(db, a, person, now, counter, NULL));
    return note(db, a, now, person, person, "person.second_factor_on");
}

static Str recovery_hash(Arena *a, i64 person, Str code)
{
    Str plain = str_replace(a, str_lower(a, only_digits(a, code)), S("-"), S(""));
    return sha256_hex(a, arena_fmt(a, "recovery:%lld:%.*s", (long long)person, STR(plain)));
}

fallible factor_spend(Db *db, Arena *a, Time now, const SecretKey *key, i64 person, Str code,
                      bool *right)
{
    Factor f;
    i64 counter, spent = 0;
    TRY(factor_get(db, a, key, person, &f));
    *right = false;
    if (!f.confirmed) return NULL;
    if (totp_matches(f.secret, only_digits(a, code), now, f.used, &counter)) {
        TRY(totp_used(db, a, person, counter, &spent));
        *right = spent == 1;
        return NULL;
    }
    TRY(recovery_spend(db, a, person, recovery_hash(a, person, code), now, &spent));
    *right = spent == 1;
    return *right ? note(db, a, now, person, person, "person.recovery_code_used") : NULL;
}

fallible factor_recovery_make(Db *db, Arena *a, Time now, i64 person, StrList *codes)
{
    TRY(recovery_clear(db, a, person, NULL));
    for (int i = 0; i < RECOVERY_CODES; i++) {
        Str plain = base32_encode(a, random_bytes(a, RECOVERY_BYTES));
        str_list_add(a, codes,
                     arena_fmt(a, "%.*s-%.*s", STR(str_take(plain, 5)), STR(str_skip(plain, 5))));
        TRY(recovery_insert(db, a, person, recovery_hash(a, person, plain), NULL));
    }
    return note(db, a, now, person, person, "person.recovery_codes");
}

fallible account_has_factor(Db *db, Arena *a, i64 person, bool *out)
{
    TotpGet t;
    TRY(totp_get(db, a, person, &t, out));
    *out = *out && t.confirmed;
    return NULL;
}

fallible account_factor_reset(Db *db, Arena *a, Time now, i64 by, i64 person)
{
    TRY(totp_remove(db, a, person, NULL));
    TRY(recovery_clear(db, a, person, NULL));
    return note(db, a, now, by, person, "person.second_factor_off");
}
