// One-time links and codes: only their hashes are kept, and spending one is a single update that can succeed once.
#include "account/link.h"

#include "kit/crypto.h"
#include "os/random.h"

enum { LINK_BYTES = 24, CODE_WORDS = 3 };
#define CODE_LASTS HOURS(1)

fallible account_link_make(Db *db, Arena *a, Time now, i64 by, i64 person, i64 lasts, Str *path)
{
    Person p;
    TRY(person_get(db, a, person, &p));
    Str token = random_base64url(a, LINK_BYTES);
    TRY(link_drop(db, a, person, S("sign-in"), NULL));
    TRY(link_insert(db, a, sha256_hex(a, token), person, S("sign-in"), now, now + lasts, NULL));
    *path = arena_fmt(a, "/login/link/%.*s/", STR(token));
    return account_note(db, a, now, by, "person.link", p.username, S("{}"));
}

fallible link_look(Db *db, Arena *a, Time now, Str token, OneTimeLink *out)
{
    LinkOpen l;
    bool found;
    TRY(link_open(db, a, sha256_hex(a, token), S("sign-in"), now, &l, &found));
    if (!found)
        return fail(a, ERR_NOT_FOUND,
                    "This link was used already or is too old. Ask for a new one, or sign in "
                    "with your password.");
    *out = (OneTimeLink){l.id, l.person, l.username, l.name};
    return NULL;
}

fallible link_take(Db *db, Arena *a, Time now, Str token, OneTimeLink *out)
{
    i64 spent;
    TRY(link_look(db, a, now, token, out));
    TRY(link_spend(db, a, out->id, now, &spent));
    return spent ? NULL : fail(a, ERR_CONFLICT, "This link was used a moment ago.");
}

// The words are too few to stand alone: they are worth something only together with the person's name.
static Str code_hash(Arena *a, i64 person, Str code)
{
    return sha256_hex(
        a, arena_fmt(a, "airlock:%lld:%.*s", (long long)person, STR(str_lower(a, str_trim(code)))));
}

fallible account_airlock_code_make(Db *db, Arena *a, Time now, i64 person, Str *code)
{
    Person p;
    TRY(person_get(db, a, person, &p));
    *code = random_words(a, CODE_WORDS);
    TRY(link_drop(db, a, person, S("airlock"), NULL));
    TRY(link_insert(db, a, code_hash(a, person, *code), person, S("airlock"), now, now + CODE_LASTS,
                    NULL));
    return account_note(db, a, now, person, "person.airlock_code", p.username, S("{}"));
}

static fallible person_called(Db *db, Arena *a, Str who, Person *out, bool *found)
{
    TRY(person_find(db, a, str_lower(a, who), out, found));
    return *found || !str_has(who, S("@")) ? NULL : person_by_email(db, a, who, out, found);
}

fallible account_airlock_code_spend(Db *db, Arena *a, Time now, Str who, Str code, i64 *person)
{
    Person p;
    LinkOpen l;
    bool found;
    i64 spent;
    *person = 0;
    TRY(person_called(db, a, str_trim(who), &p, &found));
    if (!found) return NULL;
    TRY(link_open(db, a, code_hash(a, p.id, code), S("airlock"), now, &l, &found));
    if (!found || l.person != p.id) return NULL;
    TRY(link_spend(db, a, l.id, now, &spent));
    if (!spent) return NULL;
    *person = p.id;
    return account_note(db, a, now, p.id, "person.airlock_sign_in", p.username, S("{}"));
}
