// show: what the pages of releases hold.
#pragma once
#include "release/release.h"
#include "release/snapshot.gen.h"
#include "view/view.h"

typedef struct ReleaseIndex {
    const WorkspaceGet *w;
    ReleaseOfWorkspace releases;
    ReleaseFileList latest;
    ReleaseFileList *files; // of each release, in the same order
    bool may_view, may_delete;
    Html csrf;
    Time now;
    Arena *a;
} ReleaseIndex;

typedef struct SnapshotIndex {
    const WorkspaceGet *w;
    SnapshotList list;
    bool may_view;
    Time now;
    Arena *a;
} SnapshotIndex;

// A list of files on the left, one of them on the right.
typedef struct ReleaseViewer {
    const WorkspaceGet *w;
    Str title, base; // base: "/org/project/ws/releases/ID/" or ".../outputs/latest/"
    ReleaseFileList files;
    const ReleaseFile *chosen; // or NULL
    View view;                 // of the chosen one
    Str raw;                   // where its bytes are
    const ReleaseGet *release; // what is shown, or NULL
    const Snapshot *snapshot;  // what is shown, or NULL
    bool may_create, may_publish;
    Html csrf;
    Time now;
    Arena *a;
} ReleaseViewer;
