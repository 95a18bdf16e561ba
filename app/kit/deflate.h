// deflate: compressing and checking bytes. Whole buffers go through libdeflate, larger files are streamed by zlib.
#pragma once
#include "base/base.h"

// The first: smaller than `zip -6` makes tables and logs, in a third of its time.
enum { DEFLATE_LEVEL = 5, DEFLATE_LEVEL_BEST = 12 };
Str deflate_bytes(Arena *, Str, int level); // raw: as ZIP archives hold it
Str gzip_bytes(
    Arena *, Str,
    int level); // with no name and no time inside, so that equal bytes give equal results
u32 deflate_crc(u32 so_far, Str); // CRC-32, starts with 0

// BAD_INPUT when the stream is damaged, TOO_LARGE when it would grow over the cap.
fallible inflate_bytes(Arena *, Str raw, i64 cap, Str *out);
fallible gunzip_bytes(Arena *, Str gzip, i64 cap, Str *out);

// What one pass over a file tells: enough to put its compressed form into an archive later.
typedef struct Deflated {
    i64 bytes, packed;
    u32 crc;
    Str sha256; // of the plain bytes, lower-case hex
} Deflated;
// Compresses a file from its start (raw) to a descriptor's present position.
fallible deflate_fd(Arena *, int from, int to, Deflated *out);
// The same in less than a megabyte of memory, whatever the size, at twice the time.
fallible deflate_fd_lean(Arena *, int from, int to, Deflated *out);
// The same to a function that takes the pieces.
typedef Err *DeflateTake(void *who, Str piece);
fallible deflate_fd_to(Arena *, int from, DeflateTake *, void *who, Deflated *out);
// Turns a raw stream in a file back into plain bytes, piece by piece; BAD_INPUT when damaged, when something follows
// the stream, or when the result is not exactly `bytes` long.
fallible inflate_fd_to(Arena *, int from, i64 offset, i64 packed, i64 bytes, DeflateTake *,
                       void *who);
