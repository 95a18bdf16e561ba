// wire: numbers and texts as bytes between the runner and its boxes: little endian, length first, nothing trusted.
#pragma once
#include "base/str.h"

void wire_put_number(Buf *, i64);
void wire_put_text(Buf *, Str);

// Reading past the end or a length that cannot be sets `bad` and gives zeroes from then on: check once at the end.
typedef struct Wire {
    Str rest;
    bool bad;
} Wire;
i64 wire_number(Wire *, i64 least, i64 most); // outside is bad
Str wire_text(Wire *, i64 most);              // a view
bool wire_done(const Wire *);                 // all read, nothing bad
