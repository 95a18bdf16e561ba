// arrival: a file of a release on its way in. What has come stays on disk, so that an upload goes on after a cut, a
// crash or a restart; nothing of it is visible before it fits the hash that the release promised.
#pragma once
#include "release/release.h"

enum { ARRIVAL_KEPT_DAYS = 7 }; // what did not go on since is forgotten at a start of the server

struct ReleaseArrival {
    Str name, sha256; // as the release asked for it
    Str sha512;       // of its bytes
    Str part, packed; // where its bytes and their raw deflate stream lie
    int fd;           // of the part, at its end; or -1
    i64 size, packed_size;
    u32 crc; // of the whole file
};
typedef enum ArrivalStart {
    ARRIVAL_ANEW,   // from the first byte; what came before is forgotten
    ARRIVAL_GOES_ON // after what came before
} ArrivalStart;
#define owned_arrival __attribute__((cleanup(arrival_close))) ReleaseArrival

// How many bytes of a file have come, 0 when none.
fallible arrival_offset(Arena *, Str data, Str release, Str name, i64 *out);
// Opens the part for writing. One upload at a time may go on: CONFLICT while another one writes.
fallible arrival_open(Arena *, Str data, Str release, ArrivalStart, ReleaseArrival *);
// Appends; TOO_LARGE when the file would have more than `most` bytes.
fallible arrival_take(Arena *, ReleaseArrival *, Str bytes, i64 most);
// What came cannot be the promised file: forgets it, and says so.
fallible arrival_misfit(Arena *, ReleaseArrival *);
// All bytes are here: compresses them once, for every archive, and makes both durable. BAD_INPUT (misfit) when they do not fit
// the hash.
fallible arrival_pack(Arena *, Str data, ReleaseArrival *);
void arrival_close(ReleaseArrival *);

// At the start of the server, before it answers: removes what a crash may have left: forgotten parts, streams without
// a file, bytes of files that were taken back.
fallible release_sweep(Db *, Arena *, Time now, Str data);
