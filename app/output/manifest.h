// manifest: what is known of every output of a workspace: metadata/manifest.json in the medium store.
//
// The shape is the one that output checkers' tools read since 2024. Whoever changes it holds manifest_lock.
#pragma once
#include "base/str.h"
#include "base/time.h"

typedef struct ManifestEntry {
    Str path, level, job, request, action, repo, commit;
    i64 size;
    Time modified;
    Str content_hash; // SHA-256, hex
    bool excluded;
    Str message; // why it is excluded
    bool is_table;
    i64 rows, columns;
} ManifestEntry;
typedef struct Manifest {
    Str workspace;
    ManifestEntry *v; // in order of path
    isize n, cap;
} Manifest;

const ManifestEntry *manifest_find(const Manifest *, Str path);
void manifest_put(Arena *, Manifest *, const ManifestEntry *); // replaces the entry of that path
void manifest_remove(Manifest *, Str path);
Str manifest_text(Arena *, const Manifest *);
fallible manifest_read(Arena *, Str text, Manifest *out);

// No file yet: an empty manifest of that workspace.
fallible manifest_load(Arena *, Str site, Str workspace, Manifest *out);
fallible manifest_save(Arena *, Str site, const Manifest *, StrList *written);
// Waits until nobody else changes this workspace's manifest; held until *fd is closed.
fallible manifest_lock(Arena *, Str site, Str workspace, int *fd);
