// record: the one file that says who looks after a box and, at last, how it ended. Part of the room; others use box.h.
#pragma once
#include "box/box.h"
#include "os/proc.h"

typedef struct BoxRecord {
    ProcName supervisor; // zero while it is only just starting
    BoxGroups groups;
    bool ended;
    BoxResult result; // when ended
} BoxRecord;

Str box_record_path(Arena *, Str folder);
// The text of a beginning; the same text from whoever writes it.
Str box_record_begin_text(Arena *, const BoxGroups *, ProcName);
// What follows it at the end. `before` is all that stands in the file so far: the sum covers it.
Str box_record_end_text(Arena *, Str before, const BoxResult *);
// Any text, whole, torn or empty; `ended` only if the end is there and its sum is right.
void box_record_parse(Arena *, Str text, BoxRecord *);

fallible box_record_begin(Arena *, int fd, const BoxGroups *, ProcName);
// The whole record. Durable when it returns NULL.
fallible box_record_end(Arena *, int fd, const BoxGroups *, ProcName, const BoxResult *);
