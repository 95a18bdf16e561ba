// staff: what those who run the site see of one person.
#pragma once
#include "account/account.h"

typedef struct StaffPerson {
    Arena *a;
    Time now;
    Person person;
    bool two_factor;
    StrList roles; // held everywhere
    Str link;      // just made, or empty
} StaffPerson;
