// snapshot: a set of released files that may be published together; a draft until somebody with snapshot_publish does.
#pragma once
#include "release/files.h"
#include "release/snapshot.gen.h"

extern const RouteList snapshot_routes; // pages, release/snapshot_web.c

// The texts of the contract (2.9), which pages say, too.
#define SNAPSHOT_EXISTS "A release with the current files already exists, please use that one."

// A draft of these released files of a workspace; taken back ones are left out. BAD_INPUT: "Unknown file IDs: …", or no
// file is left. *exists: there is one with exactly these files, *id is that one and nothing was made.
fallible snapshot_make(Db *, Arena *, Time now, const WorkspaceGet *, i64 by, const StrList *files,
                       i64 *id, bool *exists);
// The same of the newest version of every file.
fallible snapshot_make_latest(Db *, Arena *, Time now, const WorkspaceGet *, i64 by, i64 *id,
                              bool *exists);
// NOT_FOUND when the workspace has none of this number.
fallible snapshot_of(Db *, Arena *, const WorkspaceGet *, Str number, Snapshot *out);
// As snapshot_of, and NOT_FOUND for a draft unless the visitor may view released files there.
fallible snapshot_seen(Req *, const WorkspaceGet *, Str number, Snapshot *out);
// From now on everybody may see it; nothing happens when it was published before.
fallible snapshot_publish(Db *, Arena *, Time now, const WorkspaceGet *, i64 by, const Snapshot *);
Str snapshot_path(Arena *, const WorkspaceGet *, i64 id);
