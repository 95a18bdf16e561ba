// keeper: a process that has supervisors of boxes ready, each with the namespaces of one box already made.
#pragma once
#include <sys/types.h>

#include "box/host.h"

// Each supervisor serves one job. Any threads may start boxes with one keeper. When its opener goes, the keeper goes;
// a supervisor that serves stays.
typedef struct BoxKeeper {
    int door;
    pid_t pid;
} BoxKeeper;
// `ready`: how many supervisors, 1 to 8. `where`: below which control groups those of the boxes are made (BoxHost).
fallible box_keeper_open(Arena *, int ready, const BoxGroups *where, BoxKeeper *);
void box_keeper_close(BoxKeeper *);

// The role `tresor box`: the keeper itself. Started by box_keeper_open only.
int box_main(int ready, Str memory, Str cpu);

// What goes through the door (for this room only): one errand is a nod with these descriptors, in this order.
enum {
    BOX_ERRAND_PLAN,   // as box_plan_give makes it
    BOX_ERRAND_RECORD, // locked
    BOX_ERRAND_LOG,    // where the prints go
    BOX_ERRAND_OVER,   // a socket that the supervisor closes when all is recorded
    BOX_ERRAND_FDS,
};
