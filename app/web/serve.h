// serve: listens, speaks HTTP and TLS, and hands each request to the router. The only part that knows civetweb.
#pragma once
#include "web/gate.h"

typedef struct Listen {
    Str https;     // "0.0.0.0:8443", "[::]:8443", "127.0.0.1:0" (a free port), or empty
    Str http;      // redirects to https; serves pages only when https is empty
    Str cert, key; // PEM files
    int threads;   // most connections at once; started on demand
    // Listening sockets that were handed over, instead of the addresses; or -1.
    int https_fd, http_fd;
    i64 dead_peer; // micros after which a visitor who acknowledges nothing is given up; 0: a minute
    Str name;      // of this machine: with the port it becomes the server's origin if that is empty
} Listen;

typedef struct Serving Serving;
// Checks the rows (a permission each, no two rows for one URL) and starts. The embedded files are served whether they
// are among the rooms or not. *port: the port that https (or http) got. No visitor is answered before the origin is set.
fallible serve_start(Arena *, Server *, Listen, const RouteList *rooms, isize rooms_n,
                     Serving **out, int *port);
// Where this very machine reaches it: "https://127.0.0.1:8443".
fallible serve_here(Arena *, const Serving *, Str *url);
// Takes a changed certificate now; connections that are open go on with the old one. BAD_INPUT when it does not fit.
fallible serve_reload(Arena *, Serving *);
// Ends event streams, lets running requests finish for a few seconds, stops.
void serve_stop(Serving *);
// The rows as text, for `tresor routes`, the permission document and the matrix test.
Str routes_text(Arena *, const RouteList *rooms, isize rooms_n);
