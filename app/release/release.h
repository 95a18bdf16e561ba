// release: files that two people agreed may leave, as they arrived; read here and downloaded as one archive.
//
// A release is made by naming its files with their SHA-256 (contract 2.7); it is visible in pages when every one of
// them has arrived and fits its hash. A file lies under data/releases/<workspace>/releases/<release>/<name>.
#pragma once
#include "release/release.gen.h"
#include "web/html.h"
#include "web/web.h"
#include "workspace/workspace.h"

extern const RouteList release_routes;

// The contract's limit of one file: what foreign clients expect. An operator may set another (Server.file_most).
enum { RELEASE_FILE_MAX = 16 * 1024 * 1024, RELEASE_FILES_MAX = 10000 };
i64 release_file_most(const Server *);

typedef struct ReleaseAsk {
    Str name, sha256;
    i64 size;     // -1 when it was not said
    Str metadata; // JSON
} ReleaseAsk;
typedef struct ReleaseAsks {
    ReleaseAsk *v;
    isize n;
    Str metadata; // JSON, of the whole release
} ReleaseAsks;
// Reads the body of a create call, both shapes of the contract; no file may have more than `most` bytes. BAD_INPUT
// names the file and what is wrong.
fallible release_asks_read(Arena *, Str json, i64 most, ReleaseAsks *out);
// A name that can stand in an archive (zip_name_is_safe), at most 500 bytes.
bool release_name_is_safe(Str);

// Inside a transaction: a new release. A version of a file that was uploaded before is refused. Asked again in the
// same words before it is complete, it is the same release: the answer to the first call may have been lost.
fallible release_make(Db *, Arena *, Time now, const WorkspaceGet *, i64 backend, i64 by,
                      const ReleaseAsks *, Str *id);
// The folder of a release, and a file's place in it; `data` is the server's folder.
Str release_folder(Arena *, Str data, Str workspace, Str release);
typedef struct ReleaseArrival ReleaseArrival; // release/arrival.h
// Inside a transaction: moves both into their places and adds the row; the last one completes the release. A crash
// between leaves bytes that no page shows and the next upload replaces.
fallible release_file_put(Db *, Arena *, Time now, Str data, const ReleaseGet *, i64 by,
                          const ReleaseArrival *, Str *id);
Str release_packed_path(Arena *, Str data, Str file_id); // the deflate stream, for archives
// An audit line about a release.
fallible release_note(Db *, Arena *, Time now, i64 by, const char *action, Str id, Str details);
