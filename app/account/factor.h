// factor: the second factor: a code from an app (RFC 6238), and recovery codes for the day the app is gone.
#pragma once
#include "account/account.h"

enum { RECOVERY_CODES = 10 };

typedef struct Factor {
    bool there, confirmed;
    Str secret; // raw; empty when it cannot be opened with this key
    i64 used;   // counter of the newest code that was accepted
} Factor;
fallible factor_get(Db *, Arena *, const SecretKey *, i64 person, Factor *out);
// A new secret, not in force until its first code was typed in.
fallible factor_start(Db *, Arena *, const SecretKey *, i64 person, Factor *out);
// The first code: from now on it is asked for at every sign-in. *right false: the code does not fit.
fallible factor_confirm(Db *, Arena *, Time now, const SecretKey *, i64 person, Str code,
                        bool *right);
// Takes a code of the app or a recovery code; each is good once. Inside a transaction.
fallible factor_spend(Db *, Arena *, Time now, const SecretKey *, i64 person, Str code,
                      bool *right);
// New recovery codes; the old ones are worth nothing any more. They are shown once.
fallible factor_recovery_make(Db *, Arena *, Time now, i64 person, StrList *codes);
