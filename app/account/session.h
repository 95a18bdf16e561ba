// session: a signed-in browser. Its cookie holds a token, the database only the token's hash.
#pragma once
#include "account/account.h"

// A session ends this long after it began, or was last used.
#define SESSION_LASTS DAYS(7)
#define SESSION_IDLE  HOURS(12)

typedef struct SessionFrom {
    Str address, browser;
} SessionFrom;
// Inside a transaction. *token is what the cookie must hold.
fallible session_begin(Db *, Arena *, Time now, i64 person, SessionFrom, Str *token);
fallible session_close(Db *, Arena *, Time now, i64 by, i64 person, i64 session);
