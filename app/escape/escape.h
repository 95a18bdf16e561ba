// escape: every way out of a box that we know, tried from the inside; each must fail. Run by `tresor box test` on the
// user's machine and by the tests.
#pragma once
#include "box/box.h"

typedef enum EscapeVerdict {
    ESCAPE_HELD = 1, // the box held
    ESCAPE_OUT,      // it got out, or could do what it must not
    ESCAPE_UNTRIED,  // this machine has nothing to try it on
} EscapeVerdict;

typedef struct EscapeAttempt {
    Str name, tries; // "connect_v4", "a TCP connection to the machine itself"
} EscapeAttempt;
// All of them, in the order in which they are listed and run.
isize escape_count(void);
EscapeAttempt escape_attempt(isize);

typedef struct EscapeResult {
    EscapeVerdict verdict;
    Str say; // one sentence
} EscapeResult;
// Runs one attempt in a box of its own, with baits outside: a secret file, a listening port and socket, a variable, an
// open descriptor, a process. `program` is the full path of this binary; `scratch` an empty folder of the caller.
fallible escape_run(Arena *, const BoxHost *, Str program, Str scratch, isize attempt,
                    EscapeResult *);

// The inside: `tresor box escape NAME`, only ever run by escape_run. The verdict is the exit code.
fallible escape_inside(Arena *, Str name, int *exit_code);
