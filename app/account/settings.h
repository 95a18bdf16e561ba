// settings: what a person's own page shows.
#pragma once
#include "account/account.h"

typedef struct Settings {
    Arena *a;
    Time now;
    Person person;
    bool two_factor;
    i64 recovery_left;
    i64 session; // the one that asks
    SessionList sessions;
} Settings;
