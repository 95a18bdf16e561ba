// value: what a cell of a table is: a number (exact), a date, a text, nothing, or something that was taken out.
#pragma once
#include "base/str.h"

typedef enum ValueKind {
    VALUE_TEXT,
    VALUE_WHOLE,  // a number without decimals; 5.0 counts
    VALUE_NUMBER, // any other number
    VALUE_DATE,   // 2026-11-22, with or without a time
    VALUE_MISSING,
    VALUE_REDACTED,
    VALUE_KINDS
} ValueKind;
Str value_word(ValueKind); // "whole number"

// Decimal and exact within ± 10^18 to 18 decimals; beyond that `rough` is what is known of it.
typedef struct Number {
    i64 whole, parts; // parts of 10^-18, with the sign of the whole
    bool is_rough;
    double rough;
} Number;
typedef struct Value {
    ValueKind kind;
    Number number; // of a number
} Value;
// Missing: empty, NA, NaN, null, None, a lone dot or dash, [x], [z]. Redacted: [REDACTED], [c], stars, <10, >5, ≤7, …
// `mark` is the decimal mark beside the point: ',' in tables with semicolons, else '.'.
Value value_read(Str cell, char mark);
int number_cmp(Number, Number);
Str number_text(Arena *, Number);

// A sum without rounding, as long as every number is exact.
typedef struct Sum {
    __int128 whole, parts;
    double rough;
    bool is_rough;
} Sum;
void sum_add(Sum *, Number);
Str sum_text(Arena *, const Sum *); // "about …" when it is rough
