// crew: roles of this binary as child processes, for `up` and `demo`: started, waited for, stopped together.
#pragma once
#include "base/str.h"
#include "os/proc.h"

enum { CREW_MAX = 4, CREW_SOCKETS_MAX = 2 };
typedef struct CrewMember {
    const char *role; // "server"
    Proc proc;
    int lifeline; // open as long as the crew lives; the child ends when it closes
    bool reloads; // reads its files again on SIGHUP
    bool alive;   // has given a life sign since the crew gave its last one
    i64 sign_due; // monotonic; later than that it hangs
    enum { CREW_SETTLED, CREW_ASKED, CREW_RELOADING } reload;
} CrewMember;
typedef struct Crew {
    CrewMember v[CREW_MAX];
    isize n;
    struct {
        int fd;       // where the members' words arrive
        Str address;  // empty: we do not listen
        i64 watchdog; // micros; 0: nobody waits for our life signs, so we wait for none
    } heard;
} Crew;

// A listening socket that a role gets from us: `option` is told its number there.
typedef struct CrewSocket {
    const char *option;
    int fd; // -1: none
} CrewSocket;
typedef struct CrewRole {
    const char *name;
    StrList args;
    CrewSocket sockets[CREW_SOCKETS_MAX];
    bool secrets; // those that the service manager gave us are for this role
} CrewRole;

// What a child said when it was ready (see role.h).
typedef struct CrewReady {
    Str url, ca, welcome;
    Str here; // the address by which this machine reaches it
} CrewReady;

// Starts `tresor ROLE ARGS...` from this very file, its log on our standard error, and waits until it is ready.
// A child that ends before that is an error that says so.
fallible crew_start(Arena *, Crew *, const CrewRole *, CrewReady *ready);
// Before the first start, where a service manager may be waiting for our words: the members give theirs to us.
fallible crew_listen(Arena *, Crew *);
typedef struct CrewEnds {
    int stop, hangup; // of os/stop.h; -1: none
} CrewEnds;
// Waits until a stop was asked for or a member ended; *ended is its role or NULL. A hangup goes on to those who have
// files to read again. A member that gives no life sign in time is killed, and that is an error: alone it would keep its
// sockets and answer nobody.
fallible crew_wait(Arena *, Crew *, const CrewEnds *, const char **ended);
// Asks all to stop, last started first, and waits until they have.
void crew_stop(Arena *, Crew *);
