// A sent form, a query, a cookie's pairs: what was decoded and encoded again decodes to the same.
#include "base/encode.h"
#include "fuzz.h"
#include "web/exchange.h"

FUZZ
{
    Pairs first = {0}, again = {0};
    if (pairs_parse(a, input, 100, &first)) return;
    must(first.n <= 100);
    Buf out = {.a = a};
    for (isize i = 0; i < first.n; i++) {
        must(str_is_utf8(first.v[i].name) && str_is_utf8(first.v[i].value));
        if (i) buf_put(&out, S("&"));
        buf_put(&out, percent_encode(a, first.v[i].name));
        buf_put(&out, S("="));
        buf_put(&out, percent_encode(a, first.v[i].value));
    }
    must(!pairs_parse(a, buf_str(&out), 100, &again));
    must(again.n == first.n);
    for (isize i = 0; i < first.n; i++)
        must(str_eq(again.v[i].name, first.v[i].name) &&
             str_eq(again.v[i].value, first.v[i].value));
}
