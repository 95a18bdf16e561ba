// landlock: a process forbids itself, for good, what it may open, connect to or signal (Linux 5.13 and later).
#pragma once
#include "base/base.h"

int landlock_abi(void); // 0 when the kernel has none

typedef enum LandlockAccess {
    LANDLOCK_READ = 1, // open, list, execute
    LANDLOCK_WRITE,    // and change, make, remove; never device files
    LANDLOCK_DEVICE,   // read and write what is there, make nothing
} LandlockAccess;
typedef struct LandlockRule {
    const char *path; // as this process sees it
    LandlockAccess access;
} LandlockRule;
// Everything not named is refused; TCP is refused altogether (ABI 4), and so are signals to and abstract sockets of
// processes outside (ABI 6). Needs no-new-privileges. What the ABI does not know is left to the other locks.
fallible landlock_enter(Arena *, int abi, const LandlockRule *, isize n);
