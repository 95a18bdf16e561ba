// link: one-time ways in: a link that staff or the first start hands out, and three words for the airlock.
#pragma once
#include "account/account.h"

typedef struct OneTimeLink {
    i64 id, person;
    Str username, name;
} OneTimeLink;
// Who a link would sign in, without spending it; NOT_FOUND with a sentence when it is spent or too old.
fallible link_look(Db *, Arena *, Time now, Str token, OneTimeLink *out);
// Spends it; CONFLICT when somebody else was first.
fallible link_take(Db *, Arena *, Time now, Str token, OneTimeLink *out);
