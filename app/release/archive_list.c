// What stands in an archive: the released files, and around them the crate that proves them.
#include "release/archive.h"

#include "base/encode.h"
#include "crate/crate.h"
#include "ledger/ledger.h"
#include "os/file.h"
#include "release/record.h"
#include "web/gate.h"

typedef struct Collection {
    Archive *x;
    Arena *a;
    Crate crate;
    CrateRelease *releases;
    RecordFiles *records; // of the same releases
    isize releases_cap;
    Sha256 contents; // of names and hashes: what an archive of several releases is of
    Str newest_job;
    Time newest_end;
    FilesWalk walk; // for the crate
    Arena walk_own; // of the file that the crate looks at
    CrateFile walked;
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

static fallible release_add(Collection *c, Str id, RecordFiles **out)
{
    ReleaseGet r;
    ReleaseWords words;
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
    TRY(release_words(c->x->db, c->a, id, &words));
    TRY(record_files(c->a, &words, *out));
    return record_read(c->a, &r, &words, &c->releases[at]);
}

static void file_fill(Collection *c, Arena *a, const ReleaseFile *f, const RecordFiles *record,
                      CrateFile *to)
{
    ArchiveEntry e = archive_file(c->x, a, f);
    *to = (CrateFile){.path = path_join(a, S("outputs"), e.name),
                      .sha256 = f->filehash,
                      .sha512 = f->sha512,
                      .size = f->size,
                      .when = f->created_at,
                      .release = f->release};
    record_file_read(a, record, f->name, to);
    if (!f->has_deleted_at) return;
    to->sha256 = sha256_hex(a, e.bytes);
    to->sha512 = sha512_hex(a, e.bytes);
    to->size = e.bytes.n;
    to->deleted_at = f->deleted_at;
    to->deleted_by = f->deleted_by;
    to->delete_reason = f->delete_reason;
}

// The first walk: which releases the files came with, and when the newest thing happened.
static fallible file_note(Collection *c, const ReleaseFile *f)
{
    RecordFiles *record;
    CrateFile about = {0};
    Arena own = {0};
    TRY(release_add(c, f->release, &record));
    sha256_add(&c->contents, f->id);
    sha256_add(&c->contents, f->has_deleted_at ? S("-") : S("+"));
    record_file_read(&own, record, f->name, &about);
    if (about.job.n && about.finished >= c->newest_end) {
        c->newest_job = about.job;
        c->newest_end = about.finished;
    }
    arena_free(&own);
    if (f->has_deleted_at && f->deleted_at > c->crate.when) c->crate.when = f->deleted_at;
    return NULL;
}

static fallible files_collect(Collection *c)
{
    owned_walk files = files_walk(c->x->db, c->x->of);
    sha256_start(&c->contents);
    for (const ReleaseFile *f;;) {
        TRY(files_next(&files, c->a, &f));
        if (!f) break;
        TRY(file_note(c, f));
    }
    for (isize i = 0; i < c->crate.releases_n; i++)
        if (c->releases[i].completed > c->crate.when) c->crate.when = c->releases[i].completed;
    return NULL;
}

// --- the files as the crate walks them

static Err *walk_start(void *who)
{
    Collection *c = who;
    files_walk_end(&c->walk);
    c->walk = files_walk(c->x->db, c->x->of);
    return NULL;
}

static Err *walk_next(void *who, Arena *a, const CrateFile **out)
{
    Collection *c = who;
    const ReleaseFile *f;
    RecordFiles *record;
    *out = NULL;
    TRY(files_next(&c->walk, a, &f));
    if (!f) return NULL;
    TRY(release_add(c, f->release, &record));
    arena_reset(&c->walk_own);
    file_fill(c, &c->walk_own, f, record, &c->walked);
    *out = &c->walked;
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
    if (c->newest_job.n) TRY(release_workflow(c->x->db, c->a, c->newest_job, &found, &there));
    if (there) c->crate.workflow = found.text;
    return NULL;
}

static Str contents_seed(Collection *c)
{
    u8 hash[SHA256_BYTES];
    sha256_end(&c->contents, hash);
    return hex_encode(c->a, (Str){(char *)hash, sizeof hash});
}

static void crate_describe(Collection *c)
{
    Arena *a = c->a;
    const WorkspaceGet *w = c->x->w;
    Crate *k = &c->crate;
    Str origin = c->x->q->server->origin, day = str_take(time_iso(a, k->when), 10);
    isize at = str_find(origin, S("://"));
    k->slug = w->name;
    k->seed = c->x->release ? c->x->release->id : contents_seed(c);
    k->title = arena_fmt(a, "Released outputs of %.*s, %.*s", STR(w->name), STR(day));
    k->description = c->x->release
                         ? S("The files of one release: what left the secure site, who asked, who "
                             "checked, and proof that nothing was altered since.")
                         : S("Files of several releases: what left the secure site, who asked, who "
                             "checked, and proof that nothing was altered since.");
    k->origin = origin;
    k->organisation =
        arena_fmt(a, "The Tresor site at %.*s", STR(at < 0 ? origin : str_skip(origin, at + 3)));
    k->project = w->project_name;
    k->project_id = w->project_slug;
    k->workspace = w->name;
    k->workspace_url = arena_fmt(a, "%.*s%.*s", STR(origin), STR(workspace_path(a, w, "/")));
    k->repo = str_starts(w->repo, S("file://")) ? path_name(w->repo) : w->repo; // no local paths
    k->branch = w->branch;
    k->files = (CrateFiles){c, walk_start, walk_next};
    k->releases = c->releases;
}

static fallible files_put(Archive *x, Str folder)
{
    owned_walk files = files_walk(x->db, x->of);
    for (const ReleaseFile *f;;) {
        TRY(files_next(&files, x->q->a, &f));
        if (!f) return NULL;
        ArchiveEntry e = archive_file(x, &files.own, f);
        e.name = path_join(&files.own, folder, e.name);
        TRY(archive_put(x, &e));
    }
}

static fallible everything_put(Collection *c)
{
    TRY(files_collect(c));
    if (!c->crate.releases_n) return NULL;
    TRY(log_collect(c));
    TRY(workflow_find(c));
    crate_describe(c);
    TRY(archive_texts(c->x, c->a, &c->crate));
    files_walk_end(&c->walk);
    c->walk = (FilesWalk){0};
    Str top = crate_top(c->a, &c->crate);
    return files_put(c->x, path_join(c->a, top, S("data/outputs")));
}

fallible archive_compose(Archive *x)
{
    // What is published is for everybody: the files, not what people said to each other before they left.
    if (x->of.snapshot) return files_put(x, S("outputs"));
    Arena own = {0}; // of the composition: the visitor may stay for hours
    Collection c = {.x = x, .a = &own};
    Err *e = everything_put(&c);
    e = e ? fail(x->q->a, e->kind, "%.*s", STR(e->say)) : NULL;
    files_walk_end(&c.walk);
    arena_free(&c.walk_own);
    arena_free(&own);
    return e;
}
