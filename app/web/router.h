// router: which row answers an address. The most specific path wins, from left to right; order never matters.
#pragma once
#include "web/exchange.h"
#include "web/serve.h"

enum { ROUTE_SEGMENTS_MAX = 16, ROUTE_METHODS = DELETE + 1 };

// All rows of one shape: at most one for each method.
typedef struct Shape {
    Str segments[ROUTE_SEGMENTS_MAX]; // as written in the row; of the first row of the shape
    isize segments_n;
    u8 ranks[ROUTE_SEGMENTS_MAX]; // of each: literal before {one} before {rest...}
    bool rest;                    // the last segment is {name...}
    const Route *rows[ROUTE_METHODS];
    const RouteList *lists[ROUTE_METHODS];
} Shape;
typedef struct Router {
    Shape *v; // most specific first
    isize n;
} Router;

// ERR_BUG that names the row: no permission, no function, two rows for one method and address, a bad path.
fallible router_make(Arena *, const RouteList *rooms, isize rooms_n, Router *out);
// The shape for these decoded segments (an address that ends in "/" has an empty last one), or NULL.
const Shape *router_match(const Router *, const StrList *segments);
// The segments that the row's {names} stand for.
void router_params(Arena *, const Route *, const StrList *segments, Pairs *out);
// "GET, HEAD, POST": what the shape answers.
Str router_allow(Arena *, const Shape *);
const char *method_word(Method);
