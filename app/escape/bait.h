// bait: what an attempt inside may look for outside; told to it by variables. Part of the room.
#pragma once
#include "escape/escape.h"

#define BAIT_SECRET "tresor-bait-do-not-read"
#define BAIT_HELD   "held" // in the workspace: locked by a process that means to stay

typedef struct Bait {
    Str file;     // ESCAPE_FILE: holds the secret, writable by its owner
    int port;     // ESCAPE_PORT: a TCP listener on 127.0.0.1
    Str socket;   // ESCAPE_SOCKET: a listening socket file beside `file`
    Str abstract; // ESCAPE_ABSTRACT: a listening abstract socket
    pid_t pid;    // ESCAPE_PID: of the process outside
} Bait;

typedef struct Attempt {
    Str name, tries;
    EscapeVerdict (*attempt)(const Bait *);
} Attempt;
typedef struct AttemptList {
    const Attempt *v;
    isize n;
} AttemptList;
#define ATTEMPTS(rows)                                                                             \
    {                                                                                              \
        (rows), COUNT(rows)                                                                        \
    }
// held(x): the verdict for a call that must have failed.
#define held(failed) ((failed) ? ESCAPE_HELD : ESCAPE_OUT)

extern const AttemptList escape_calls, escape_files, escape_network, escape_processes,
    escape_resources;
