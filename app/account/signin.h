// signin: proving who somebody is with a password, slowly for those who guess.
//
// Five wrong passwords or codes in a row lock an account for a minute, then two, four … at most fifteen; thirty
// failures within a quarter of an hour lock an address. Which of the two it was, or whether the name exists, is not
// said. Checking a password takes long on purpose: never inside a transaction.
#pragma once
#include "account/account.h"

enum { PASSWORD_MIN = 12, PASSWORD_MAX = 200 };

typedef struct SignIn {
    i64 person;      // 0: not this way
    bool two_factor; // a code must follow
} SignIn;
// Reads only.
fallible signin_check(Db *, Arena *, Time now, Str username, Str password, Str address,
                      SignIn *out);
// May this person still try from this address, with a code? Reads only.
fallible signin_is_blocked(Db *, Arena *, Time now, Str address, i64 person, bool *blocked);
// Inside a transaction: one more failure from there, and for this account if there is one of that name.
fallible signin_failed(Db *, Arena *, Time now, Str username, Str address);

// BAD_INPUT with what is wrong with a new password.
fallible password_check(Arena *, Str username, Str password);
// Signs everybody but `session` out: who changes a password may do so because somebody else knows the old one.
fallible password_set(Db *, Arena *, Time now, i64 by, i64 person, Str hash, i64 session);
