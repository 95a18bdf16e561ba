// chunked: a body that comes in pieces, each with its size before it (RFC 9112 section 7.1), read without leniency.
#pragma once
#include "base/base.h"

typedef struct ChunkSource {
    void *self;
    isize (*read)(void *self, char *into, isize room); // some bytes; 0 or less: no more
} ChunkSource;
typedef struct Chunks {
    i64 left;   // of the chunk that is being read
    bool begun; // a chunk was read: its line end comes first
    bool over;
} Chunks;
// Some bytes of the body; 0 at its end, below 0 when it is not well formed or ended early. Never reads past its end.
isize chunks_read(Chunks *, ChunkSource, char *into, isize room);
