// The rules of snapshots. Equal sets of files are one snapshot: the database knows them by a fingerprint.
#include "release/snapshot.h"

#include "audit/audit.h"
#include "base/encode.h"
#include "kit/crypto.h"

enum { FILES_MAX = 100000 };

// Sorted, each once.
static Str fingerprint(Arena *a, StrList *files)
{
    Sha256 sha;
    u8 hash[SHA256_BYTES];
    isize kept = 0;
    str_list_sort(files);
    sha256_start(&sha);
    for (isize i = 0; i < files->n; i++) {
        if (kept && str_eq(files->v[kept - 1], files->v[i])) continue;
        files->v[kept++] = files->v[i];
        sha256_add(&sha, files->v[i]);
        sha256_add(&sha, S("\n"));
    }
    files->n = kept;
    sha256_end(&sha, hash);
    return hex_encode(a, (Str){(const char *)hash, sizeof hash});
}

static fallible note(Db *db, Arena *a, Time now, i64 by, const char *action, const WorkspaceGet *w,
                     i64 id)
{
    return audit_note(
        db, a,
        (AuditLine){.at = now,
                    .actor = by,
                    .action = str_from(action),
                    .kind = S("snapshot"),
                    .object = arena_fmt(a, "%lld", (long long)id),
                    .details = arena_fmt(a, "{\"workspace\":\"%.*s\"}", STR(w->name))});
}

static fallible draft_make(Db *db, Arena *a, Time now, const WorkspaceGet *w, i64 by,
                           StrList *files, i64 *id, bool *exists)
{
    SnapshotLike like;
    SnapshotInsert made;
    i64 changed;
    if (!files->n)
        return fail(a, ERR_BAD_INPUT,
                    "A snapshot needs at least one file that was not taken back.");
    Str print = fingerprint(a, files);
    TRY(snapshot_like(db, a, w->id, print, &like, exists));
    *id = *exists ? like.id : 0;
    if (*exists) return NULL;
    TRY(snapshot_insert(db, a, w->id, by, now, print, &made));
    *id = made.id;
    for (isize i = 0; i < files->n; i++)
        TRY(snapshot_add(db, a, made.id, files->v[i], &changed));
    return note(db, a, now, by, "snapshot.create", w, made.id);
}

fallible snapshot_make(Db *db, Arena *a, Time now, const WorkspaceGet *w, i64 by,
                       const StrList *files, i64 *id, bool *exists)
{
    StrList kept = {0}, unknown = {0};
    if (files->n > FILES_MAX)
        return fail(a, ERR_TOO_LARGE, "a snapshot has at most %d files", FILES_MAX);
    for (isize i = 0; i < files->n; i++) {
        SnapshotFileOf file;
        bool found;
        TRY(snapshot_file_of(db, a, w->id, files->v[i], &file, &found));
        if (!found)
            str_list_add(a, &unknown, files->v[i]);
        else if (!file.gone)
            str_list_add(a, &kept, files->v[i]);
    }
    if (unknown.n)
        return fail(a, ERR_BAD_INPUT, "Unknown file IDs: %.*s",
                    STR(str_join(a, unknown.v, unknown.n, S(", "))));
    return draft_make(db, a, now, w, by, &kept, id, exists);
}

fallible snapshot_make_latest(Db *db, Arena *a, Time now, const WorkspaceGet *w, i64 by, i64 *id,
                              bool *exists)
{
    StrList kept = {0};
    owned_walk files = files_walk(db, (FilesOf){.workspace = w->id});
    for (const ReleaseFile *f;;) {
        TRY(files_next(&files, a, &f));
        if (!f || kept.n > FILES_MAX) break;
        if (!f->has_deleted_at) str_list_add(a, &kept, str_copy(a, f->id));
    }
    return draft_make(db, a, now, w, by, &kept, id, exists);
}

fallible snapshot_of(Db *db, Arena *a, const WorkspaceGet *w, Str number, Snapshot *out)
{
    i64 id = 0;
    bool found = false;
    if (str_i64(number, &id)) TRY(snapshot_get(db, a, w->id, id, out, &found));
    return found ? NULL : fail(a, ERR_NOT_FOUND, "there is no such snapshot in this workspace");
}

fallible snapshot_seen(Req *q, const WorkspaceGet *w, Str number, Snapshot *out)
{
    Scope here = {.org = w->org, .project = w->project, .workspace = w->id};
    TRY(snapshot_of(q->db, q->a, w, number, out));
    if (out->published_at || req_may_in(q, PERM_RELEASE_FILE_VIEW, here)) return NULL;
    return fail(q->a, ERR_NOT_FOUND, "there is no such snapshot in this workspace");
}

fallible snapshot_publish(Db *db, Arena *a, Time now, const WorkspaceGet *w, i64 by,
                          const Snapshot *s)
{
    i64 changed;
    TRY(snapshot_publish_mark(db, a, s->id, by, now, &changed));
    return changed ? note(db, a, now, by, "snapshot.publish", w, s->id) : NULL;
}

Str snapshot_path(Arena *a, const WorkspaceGet *w, i64 id)
{
    return workspace_path(a, w, cstr(a, arena_fmt(a, "/outputs/%lld/", (long long)id)));
}
