// shown: files that are looked at and downloaded together: those of a release, of a snapshot, or the newest of all.
#pragma once
#include "release/show.h"
#include "release/snapshot.h"

extern const RouteList shown_routes;

enum { SHOWN_MAX = 10000 }; // files in one page's list
// The release that the path names, if it is whole and belongs to the path's workspace.
fallible release_here(Req *, const WorkspaceGet *, ReleaseGet *out);
