// form: a sent form against the row's fields: unknown ones refused, values of the right kind, one clear sentence.
#pragma once
#include "web/exchange.h"

// The field that carries the token; every form may send it.
#define FORM_TOKEN "csrf"
enum { FORM_VALUES_MAX = 10000 };

// Judges what was sent and leaves the cleaned values in *out. BAD_INPUT names the field.
fallible form_check(Arena *, const Field *rows, const Pairs *sent, Pairs *out);
