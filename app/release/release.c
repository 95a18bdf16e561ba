// The rules of releases: which names are safe, what was asked for, when a release is whole.
#include "release/release.h"

#include "account/account.h"
#include "audit/audit.h"
#include "base/encode.h"
#include "base/map.h"
#include "kit/json.h"
#include "kit/zip.h"
#include "os/file.h"
#include "os/folder.h"
#include "os/random.h"
#include "release/arrival.h"
#include "release/record.h"
#include "web/gate.h"

bool release_name_is_safe(Str name)
{
    return name.n <= 500 && zip_name_is_safe(name);
}

i64 release_file_most(const Server *s)
{
    return s->file_most ? s->file_most : RELEASE_FILE_MAX;
}

static bool is_sha256(Str s)
{
    for (isize i = 0; i < s.n; i++)
        if (!((s.s[i] >= '0' && s.s[i] <= '9') || (s.s[i] >= 'a' && s.s[i] <= 'f'))) return false;
    return s.n == 64;
}

static fallible ask_check(Arena *a, const ReleaseAsk *f, i64 most)
{
    if (!release_name_is_safe(f->name))
        return fail(
            a, ERR_BAD_INPUT,
            "'%.*s' cannot be the name of a released file: it must be a plain relative path",
            STR(f->name));
    if (!is_sha256(f->sha256))
        return fail(a, ERR_BAD_INPUT, "the SHA-256 of '%.*s' must be 64 hex digits", STR(f->name));
    if (f->size > most)
        return fail(a, ERR_BAD_INPUT, "'%.*s' is too large, it must be below %.1fMb", STR(f->name),
                    (double)most / (1 << 20));
    return NULL;
}

typedef struct Reading {
    ReleaseAsks *out;
    i64 most;
    Map names;
} Reading;

static fallible ask_add(Arena *a, Reading *to, ReleaseAsk f)
{
    ReleaseAsks *out = to->out;
    TRY(ask_check(a, &f, to->most));
    void **at = map_at(a, &to->names, f.name);
    if (*at) return fail(a, ERR_BAD_INPUT, "'%.*s' stands twice in the list", STR(f.name));
    *at = out;
    out->v[out->n++] = f;
    return NULL;
}

static Str json_text(Arena *a, const Json *object)
{
    Buf b = {.a = a};
    JsonOut o = json_begin(&b, JSON_COMPACT);
    if (json_kind(object) == JSON_OBJECT) json_value(&o, object);
    return b.n ? buf_str(&b) : S("{}");
}

// 2023: a list of objects.
static fallible list_read(Arena *a, const Json *files, Reading *out)
{
    for (JsonWalk w = json_walk(files); json_next(&w);) {
        ReleaseAsk f = {.size = json_get_int(w.value, S("size"), -1),
                        .metadata = json_text(a, json_get(w.value, S("metadata")))};
        TRY(json_need_str(a, w.value, S("name"), &f.name));
        TRY(json_need_str(a, w.value, S("sha256"), &f.sha256));
        TRY(ask_add(a, out, f));
    }
    return NULL;
}

// 2022: name to hash.
static fallible map_read(Arena *a, const Json *files, Reading *out)
{
    for (JsonWalk w = json_walk(files); json_next(&w);)
        TRY(ask_add(a, out,
                    (ReleaseAsk){.name = w.key,
                                 .sha256 = json_as_str(w.value, S("")),
                                 .size = -1,
                                 .metadata = S("{}")}));
    return NULL;
}

fallible release_asks_read(Arena *a, Str text, i64 most, ReleaseAsks *out)
{
    const Json *j;
    TRY(json_parse(a, text, &j));
    const Json *files = json_get(j, S("files")), *metadata = json_get(j, S("metadata"));
    isize n = json_count(files);
    if (!n) return fail(a, ERR_BAD_INPUT, "a release names at least one file under \"files\"");
    if (n > RELEASE_FILES_MAX)
        return fail(a, ERR_TOO_LARGE, "a release has at most %d files; make several",
                    RELEASE_FILES_MAX);
    *out = (ReleaseAsks){.v = make(a, ReleaseAsk, n), .metadata = json_text(a, metadata)};
    Reading to = {.out = out, .most = most};
    return json_kind(files) == JSON_LIST ? list_read(a, files, &to) : map_read(a, files, &to);
}

// What is kept of the question: the 2023 shape, whatever was sent.
static Str asks_text(Arena *a, const ReleaseAsks *asks)
{
    Buf b = {.a = a};
    JsonOut j = json_begin(&b, JSON_COMPACT);
    json_arr(&j);
    for (isize i = 0; i < asks->n; i++) {
        json_obj(&j);
        json_str(json_key(&j, S("name")), asks->v[i].name);
        json_str(json_key(&j, S("sha256")), asks->v[i].sha256);
        json_int(json_key(&j, S("size")), asks->v[i].size);
        json_raw(json_key(&j, S("metadata")), asks->v[i].metadata);
        json_end(&j);
    }
    json_end(&j);
    return buf_str(&b);
}

fallible release_note(Db *db, Arena *a, Time now, i64 by, const char *action, Str id, Str details)
{
    return audit_note(db, a,
                      (AuditLine){.at = now,
                                  .actor = by,
                                  .action = str_from(action),
                                  .kind = S("release"),
                                  .object = id,
                                  .details = details});
}

fallible release_make(Db *db, Arena *a, Time now, const WorkspaceGet *w, i64 backend, i64 by,
                      const ReleaseAsks *asks, Str *id)
{
    ReleaseUploadedBefore seen;
    ReleaseBegun begun;
    bool again;
    i64 changed;
    Str asked = asks_text(a, asks);
    TRY(release_begun(db, a, w->id, backend, asked, asks->metadata, &begun, &again));
    if (again) {
        *id = begun.id;
        return NULL;
    }
    for (isize i = 0; i < asks->n; i++) {
        TRY(release_uploaded_before(db, a, w->id, backend, asks->v[i].name, asks->v[i].sha256,
                                    &seen));
        if (seen.before)
            return fail(a, ERR_BAD_INPUT, "This version of '%.*s' has already been uploaded",
                        STR(asks->v[i].name));
    }
    *id = ulid_make(a, now, random_bytes(a, 10));
    TRY(release_insert(db, a, *id, w->id, backend, by, now, &changed));
    TRY(release_words_insert(db, a, *id, asked, asks->metadata, &changed));
    for (isize i = 0; i < asks->n; i++)
        TRY(release_ask_insert(db, a, *id, asks->v[i].name, asks->v[i].sha256, asks->v[i].size,
                               &changed));
    return release_note(
        db, a, now, by, "release.create", *id,
        arena_fmt(a, "{\"workspace\":\"%.*s\",\"files\":%td}", STR(w->name), asks->n));
}

Str release_folder(Arena *a, Str data, Str workspace, Str release)
{
    return arena_fmt(a, "%.*s/releases/%.*s/releases/%.*s", STR(data), STR(workspace),
                     STR(release));
}

Str release_packed_path(Arena *a, Str data, Str file_id)
{
    return arena_fmt(a, "%.*s/releases/.packed/%.*s", STR(data), STR(file_id));
}

static fallible arrival_move(Arena *a, Str data, const ReleaseGet *r, Str id,
                             const ReleaseArrival *f)
{
    Str place = arena_fmt(a, "%.*s/%.*s", STR(release_folder(a, data, r->workspace_name, r->id)),
                          STR(f->name));
    TRY(folder_make(a, str_take(place, str_rfind_byte(place, '/')), 0700));
    TRY(folder_make(a, arena_fmt(a, "%.*s/releases/.packed", STR(data)), 0700));
    TRY(file_rename(a, f->packed, release_packed_path(a, data, id)));
    return file_rename(a, f->part, place);
}

static fallible completion_settle(Db *db, Arena *a, Time now, const ReleaseGet *r, Str name,
                                  bool *complete)
{
    ReleaseWaits still;
    i64 changed;
    TRY(release_ask_here(db, a, r->id, name, &changed));
    TRY(release_waits(db, a, r->id, &still));
    *complete = !still.waits;
    if (!*complete) return NULL;
    TRY(release_complete(db, a, r->id, now, &changed));
    return record_log_release(db, a, now, r);
}

fallible release_file_put(Db *db, Arena *a, Time now, Str data, const ReleaseGet *r, i64 by,
                          const ReleaseArrival *f, Str *id)
{
    bool complete;
    i64 changed;
    *id = ulid_make(a, now, random_bytes(a, 10));
    TRY(release_file_insert(db, a, *id, r->id, r->workspace, r->backend, by, now, f->name,
                            f->sha256, f->sha512, f->size, f->crc, f->packed_size, &changed));
    TRY(completion_settle(db, a, now, r, f->name, &complete));
    TRY(release_note(db, a, now, by, complete ? "release.complete" : "release.file", r->id,
                     arena_fmt(a, "{\"file\":\"%.*s\",\"sha256\":\"%.*s\",\"size\":%lld}", STR(*id),
                               STR(f->sha256), (long long)f->size)));
    return arrival_move(a, data, r, *id, f);
}
