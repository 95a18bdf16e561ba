// admit: who asks, and may they come in?
#pragma once
#include "web/exchange.h"

// Looks up the visitor by token or session; unknown ones stay empty.
fallible admit_who(Req *);
// Everything that the row asks for before the body is read. *answered: a redirect to the login page was the answer.
fallible admit_check(Req *, bool *answered);
// Must this change prove that it comes from our own page? Not when the visitor's browser sent nothing by itself.
bool admit_needs_origin(const Req *);
bool admit_brings_form(const Route *);
