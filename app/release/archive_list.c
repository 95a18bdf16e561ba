// What stands in an archive: the released files, and around them the crate that proves them.
#include "release/archive.h"

#include "ledger/ledger.h"
#include "os/file.h"
#include "release/record.h"
#include "web/gate.h"

// A crate is made in memory, some 30 KB for each file: beyond this many files an archive is the files alone.
enum { CRATE_FILES_MOST = 1000 };

typedef struct Collection {
    Archive *x;
    Arena *a;
    Crate crate;
    CrateFile *files;
    ArchiveEntry *entries; // of the same files
    isize cap;
    CrateRelease *releases;
    RecordFiles *records; // of the same releases
    isize releases_cap;
} Collection;

static Str redacted_text(const Archive *x, Arena *a, const ReleaseFile *f)
{
    Str page = workspace_path(a, x->w, "/releases/");
    return arena_fmt(
        a, "This file was redacted by %.*s on %.*s%s%.*s\n\nFor more information see: %.*s%.*s\n",
        STR(f->deleted_by), STR(time_plain(a, f->deleted_at)), f->delete_reason.n ? ": " : "",
        STR(f->delete_reason), STR(x->q->server->origin), STR(page));
}

ArchiveEntry archive_file(Archive *x, Arena *a, const ReleaseFile *f)
{
    // Files of one name from two sites each stand in a folder of their site.
    ArchiveEntry e = {.name = f->shared ? path_join(a, f->backend_slug, f->name) : f->name,
                      .when = f->created_at};
    if (f->has_deleted_at) {
        e.bytes = redacted_text(x, a, f);
        return e;
    }
    e.stream = release_packed_path(a, x->q->server->data, f->id);
    e.crc = (u32)f->crc32;
    e.size = f->size;
    e.packed = f->deflated;
    return e;
}

static void room_make(Collection *c)
{
    if (c->crate.files_n < c->cap) return;
    isize cap = c->cap ? 2 * c->cap : 64;
    CrateFile *files = make(c->a, CrateFile, cap);
    ArchiveEntry *entries = make(c->a, ArchiveEntry, cap);
    if (c->cap) {
        memcpy(files, c->files, (size_t)c->cap * sizeof *files);
        memcpy(entries, c->entries, (size_t)c->cap * sizeof *entries);
    }
    c->files = files;
    c->entries = entries;
    c->cap = cap;
}

static fallible release_add(Collection *c, Str id, RecordFiles **out)
{
    ReleaseGet r;
    for (isize i = 0; i < c->crate.releases_n; i++) {
        *out = &c->records[i];
        if (str_eq(c->releases[i].id, id)) return NULL;
    }
    if (c->crate.releases_n == c->releases_cap) {
        isize cap = c->releases_cap ? 2 * c->releases_cap : 16;
        CrateRelease *releases = make(c->a, CrateRelease, cap);
        RecordFiles *records = make(c->a, RecordFiles, cap);
        for (isize i = 0; i < c->crate.releases_n; i++) {
            releases[i] = c->releases[i];
            records[i] = c->records[i];
        }
        c->releases = releases;
        c->records = records;
        c->releases_cap = cap;
    }
    isize at = c->crate.releases_n++;
    *out = &c->records[at];
    TRY(release_get(c->x->db, c->a, id, &r));
    TRY(record_files(c->a, &r, *out));
    return record_read(c->a, &r, &c->releases[at]);
}

static fallible file_add(Collection *c, const ReleaseFile *row)
{
    Arena *a = c->a;
    RecordFiles *record;
    ReleaseFile f = *row; // lives until the walk turns its page
    f.name = str_copy(a, f.name);
    TRY(release_add(c, f.release, &record));
    room_make(c);
    ArchiveEntry e = archive_file(c->x, a, &f);
    CrateFile *to = &c->files[c->crate.files_n];
    *to = (CrateFile){.path = path_join(a, S("outputs"), e.name),
                      .sha256 = str_copy(a, f.filehash),
                      .sha512 = str_copy(a, f.sha512),
                      .size = f.size,
                      .when = f.created_at,
                      .release = str_copy(a, f.release)};
    record_file_read(a, record, f.name, to);
    if (f.has_deleted_at) {
        to->sha256 = sha256_hex(a, e.bytes);
        to->sha512 = sha512_hex(a, e.bytes);
        to->size = e.bytes.n;
        to->deleted_at = f.deleted_at;
        to->deleted_by = str_copy(a, f.deleted_by);
        to->delete_reason = str_copy(a, f.delete_reason);
        if (f.deleted_at > c->crate.when) c->crate.when = f.deleted_at;
    }
    c->entries[c->crate.files_n++] = e;
    return NULL;
}

// *too_many: no crate can be made, what was collected is not all.
static fallible files_collect(Collection *c, bool *too_many)
{
    owned_walk files = files_walk(c->x->db, c->x->of);
    for (const ReleaseFile *f;;) {
        TRY(files_next(&files, c->a, &f));
        *too_many = f && c->crate.files_n == CRATE_FILES_MOST;
        if (!f || *too_many) break;
        TRY(file_add(c, f));
    }
    for (isize i = 0; i < c->crate.releases_n; i++)
        if (c->releases[i].completed > c->crate.when) c->crate.when = c->releases[i].completed;
    return NULL;
}

// Every entry is proven at the size that the log had right after it: the same words for ever.
static fallible log_collect(Collection *c)
{
    Str name = ledger_name(c->a, c->x->q->server->origin);
    LedgerFactList *lists = make(c->a, LedgerFactList, c->crate.releases_n + 1);
    isize n = 0;
    for (isize i = 0; i < c->crate.releases_n; i++) {
        TRY(ledger_of_object(c->x->db, c->a, c->releases[i].id, &lists[i]));
        n += lists[i].n;
    }
    CrateLogged *log = make(c->a, CrateLogged, n + 1);
    for (isize i = 0; i < c->crate.releases_n; i++)
        for (isize k = 0; k < lists[i].n; k++) {
            CrateLogged *l = &log[c->crate.log_n++];
            l->seq = lists[i].v[k].seq;
            l->statement = lists[i].v[k].statement;
            TRY(ledger_proof(c->x->db, c->a, c->x->q->server->sign, name, l->seq, l->seq + 1,
                             &l->proof));
        }
    c->crate.log = log;
    return NULL;
}

// project.yaml as it was when the newest job of these files was asked for.
static fallible workflow_find(Collection *c)
{
    ReleaseWorkflow found;
    bool there = false;
    const CrateFile *newest = NULL;
    for (isize i = 0; i < c->crate.files_n; i++)
        if (c->files[i].job.n && (!newest || c->files[i].finished > newest->finished))
            newest = &c->files[i];
    if (newest) TRY(release_workflow(c->x->db, c->a, newest->job, &found, &there));
    if (there) c->crate.workflow = found.text;
    return NULL;
}

static void crate_describe(Collection *c)
{
    Arena *a = c->a;
    const WorkspaceGet *w = c->x->w;
    Crate *k = &c->crate;
    Str origin = c->x->q->server->origin, day = str_take(time_iso(a, k->when), 10);
    isize at = str_find(origin, S("://"));
    k->slug = w->name;
    k->seed = c->x->release ? c->x->release->id : arena_fmt(a, "%.*s latest", STR(w->name));
    k->title = arena_fmt(a, "Released outputs of %.*s, %.*s", STR(w->name), STR(day));
    k->description = c->x->release
                         ? S("The files of one release: what left the secure site, who asked, who "
                             "checked, and proof that nothing was altered since.")
                         : S("The newest version of every file that left the secure site, who "
                             "asked, who checked, and proof that nothing was altered since.");
    k->origin = origin;
    k->organisation =
        arena_fmt(a, "The Tresor site at %.*s", STR(at < 0 ? origin : str_skip(origin, at + 3)));
    k->project = w->project_name;
    k->project_id = w->project_slug;
    k->workspace = w->name;
    k->workspace_url = arena_fmt(a, "%.*s%.*s", STR(origin), STR(workspace_path(a, w, "/")));
    k->repo = w->repo;
    k->branch = w->branch;
    k->files = c->files;
    k->releases = c->releases;
}

static fallible crate_put(Collection *c)
{
    CrateTexts texts;
    ArchiveEntry e = {.when = c->crate.when};
    crate_build(c->a, &c->crate, c->x->q->server->sign, &texts);
    for (isize i = 0; i < texts.n; i++) {
        e.name = texts.v[i].name;
        e.bytes = texts.v[i].bytes;
        TRY(archive_put(c->x, &e));
    }
    for (isize i = 0; i < c->crate.files_n; i++) {
        Str inside = path_join(c->a, S("data"), c->files[i].path);
        c->entries[i].name = path_join(c->a, texts.top, inside);
        TRY(archive_put(c->x, &c->entries[i]));
    }
    return NULL;
}

// Any number of files, none of them kept in memory.
static fallible files_put(Archive *x)
{
    owned_walk files = files_walk(x->db, x->of);
    for (const ReleaseFile *f;;) {
        TRY(files_next(&files, x->q->a, &f));
        if (!f) return NULL;
        ArchiveEntry e = archive_file(x, &files.own, f);
        e.name = path_join(&files.own, S("outputs"), e.name);
        TRY(archive_put(x, &e));
    }
}

static fallible readme_put(Archive *x)
{
    ArchiveEntry e = {
        .name = S("README.txt"),
        .bytes = S("This archive holds more files than can be described in one crate.\n"
                   "Each release that they came with can be downloaded by itself: it is a signed "
                   "crate.\n")};
    return archive_put(x, &e);
}

static fallible crate_compose(Collection *c, bool *too_many)
{
    TRY(files_collect(c, too_many));
    if (*too_many || !c->crate.files_n) return NULL;
    TRY(log_collect(c));
    TRY(workflow_find(c));
    crate_describe(c);
    return crate_put(c);
}

fallible archive_compose(Archive *x)
{
    // What is published is for everybody: the files, not what people said to each other before they left.
    if (x->of.snapshot) return files_put(x);
    Arena own = {0}; // of the composition: the visitor may stay for hours
    Collection c = {.x = x, .a = &own};
    bool too_many = false;
    Err *e = crate_compose(&c, &too_many);
    e = e ? fail(x->q->a, e->kind, "%.*s", STR(e->say)) : NULL;
    arena_free(&own);
    if (e || !too_many) return e;
    TRY(readme_put(x));
    return files_put(x);
}
