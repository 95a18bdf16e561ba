// walker: somebody with a browser, in C: cookies, forms with their tokens, live streams; for walking journeys.
#pragma once
#include "kit/http.h"

typedef struct Walker {
    Arena *a;
    Http *http;
    Str origin;      // "https://127.0.0.1:8443"
    StrList cookies; // "name=value"
    Str page;        // the body of the page looked at last
    Str at;          // its path
} Walker;

fallible walker_open(Arena *, Str origin, Str ca_file, Walker *out);
void walker_close(Walker *);
// GET; follows redirects within the site. Anything but a page (2xx) is an error that quotes its first heading.
fallible walker_look(Walker *, Str path);
// POST of fields (pairs of name and value) with the token that the page looked at last carries.
fallible walker_send(Walker *, Str path, const Str *pairs, isize n);
// Looks on at a live stream until one of the events begins with a text that has `word` in it, or `micros` went by.
fallible walker_wait(Walker *, Str path, const char *word, const char *bad, i64 micros);
// What stands between two texts of the page; empty when it is not there.
Str walker_between(const Walker *, const char *before, const char *after);
// All values of such places.
void walker_all(const Walker *, const char *before, const char *after, StrList *out);
fallible walker_expect(Walker *, const char *text); // the page must have it
