// crew: roles of this binary as child processes, for `up` and `demo`: started, waited for, stopped together.
#pragma once
#include "base/str.h"
#include "os/proc.h"

enum { CREW_MAX = 4 };
typedef struct CrewMember {
    const char *role; // "server"
    Proc proc;
    int lifeline; // open as long as the crew lives; the child ends when it closes
} CrewMember;
typedef struct Crew {
    CrewMember v[CREW_MAX];
    isize n;
} Crew;

// What a child said when it was ready (see role.h).
typedef struct CrewReady {
    Str url, ca, welcome;
} CrewReady;

// Starts `tresor ROLE ARGS...` from this very file, its log on our standard error, and waits until it is ready.
// A child that ends before that is an error that says so.
fallible crew_start(Arena *, Crew *, const char *role, const StrList *args, CrewReady *ready);
// Waits until a stop was asked for (descriptor of os/stop.h) or a member ended; *ended is its role or NULL.
fallible crew_wait(Arena *, Crew *, int stop_fd, const char **ended);
// Asks all to stop, last started first, and waits until they have.
void crew_stop(Arena *, Crew *);
