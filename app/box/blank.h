// blank: a box before it is anybody's: its first process in new namespaces, waiting to be told whose box it will be.
// Part of the room; others use box.h. Making one needs no plan, so it can be done before there is a job.
#pragma once
#include <sys/types.h>

#include "os/seccomp.h"

typedef struct BoxBlank {
    pid_t pid; // its first process; 0 when there is none, or when it was waited for
    int init;  // pidfd of it
    int messages; // socket to it: what it says (box/message.h), and the nods and descriptors that it is handed
    int prints; // where the prints of the job will come out, not blocking
    int output; // where they go in; kept open, so that the end of the last who prints wakes nobody
    int view;   // keeps its mounts together until it is closed; or -1
} BoxBlank;
extern const BoxBlank box_blank_none;
// For a process with one thread only.
// `filter`: box_filter, which need not be made for every box.
fallible box_blank_make(Arena *, const SeccompProgram *filter, BoxBlank *);
// Closes what is open and ends the first process if it still lives.
void box_blank_close(BoxBlank *);
