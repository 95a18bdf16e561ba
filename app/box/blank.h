// blank: a box before it is anybody's: its first process in new namespaces, waiting to be told whose box it will be.
// Part of the room; others use box.h. Making one needs no plan, so it can be done before there is a job.
#pragma once
#include <sys/types.h>

#include "box/limits.h"
#include "box/message.h"
#include "os/proc.h"
#include "os/seccomp.h"

typedef struct BoxBlank {
    pid_t pid; // its first process; 0 when there is none, or when it was waited for
    int init;  // pidfd of it
    int messages; // socket to it: what it says (box/message.h), and the nods and descriptors that it is handed
    int prints; // where the prints of the job will come out, not blocking
    int output; // where they go in; kept open, so that the end of the last who prints wakes nobody
    int view;   // keeps its mounts together until it is closed; or -1
    i64 user, group;  // of the machine, which the box's one user is
    BoxEar ear;       // for what it says
    BoxGroups groups; // it is in them already; no limit is set yet; the maker removes them at last
    BoxGates gates;   // of the groups; the doors are closed
} BoxBlank;
typedef struct BoxBlankWish {
    const SeccompProgram *filter; // box_filter, which need not be made for every box
    BoxGroups where;              // below these its groups are made
    ProcName supervisor;          // after which they are called: who calls box_blank_make
} BoxBlankWish;
// Returns when it is ready. For a process with one thread only.
fallible box_blank_make(Arena *, const BoxBlankWish *, BoxBlank *);
// Closes what is open and ends the first process if it still lives.
void box_blank_close(BoxBlank *);
