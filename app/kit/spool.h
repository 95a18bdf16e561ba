// spool: bytes that are put once and read later from any place: in memory while they are few, then in a nameless file.
#pragma once
#include "base/base.h"

enum { SPOOL_MEMORY = 256 * 1024 };

typedef struct Spool {
    Arena *a;
    Str folder; // where the nameless file would lie
    Buf tail;   // what came last and is not in the file yet
    i64 filed;  // bytes in the file
    int fd;     // of the file, or -1
} Spool;
// Costs nothing yet. Close it before the arena goes.
Spool spool_open(Arena *, Str folder);
void spool_close(Spool *);
i64 spool_bytes(const Spool *);
fallible spool_put(Spool *, Str); // BUSY when the disk is full
// n bytes from an offset; BUG when they are not there.
fallible spool_read(const Spool *, i64 from, char *into, isize n);
