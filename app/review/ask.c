// Asking: files of a workspace, copied as they are now, so that what is reviewed is what leaves.
#include "review/ask.h"

#include "kit/crypto.h"
#include "os/file.h"
#include "os/folder.h"
#include "os/own.h"
#include "output/manifest.h"
#include "output/output.h"
#include "review/finding.h"
#include "review/link.h"

enum { ASK_FILES_MAX = 1000, ASK_BYTES_MAX = 16 * 1024 * 1024 };

// What is needed to take files of one workspace into one request.
typedef struct Asking {
    Req *q;
    const ReviewRequest *r;
    Str site;
    Manifest manifest;
    int store;
    i64 in_group;
    Str kind;
} Asking;

typedef struct Taken {
    Str sha256;
    i64 size;
    const ManifestEntry *entry; // never NULL
} Taken;

// A version that is added while the request is with its author again is for the next round.
static i64 round_of(const ReviewRequest *r)
{
    return r->round + str_eq(r->state, S("returned"));
}

static fallible authors_turn(Req *q, const ReviewRequest *r)
{
    ReviewState state;
    must(review_state_from(r->state, &state));
    if (q->who.id != r->author)
        return fail(q->a, ERR_FORBIDDEN, "Only the author of a request can do that.");
    return review_is_authors_turn(state)
               ? NULL
               : fail(q->a, ERR_CONFLICT,
                      "The request is with the output checkers; it can be changed when it comes "
                      "back.");
}

static fallible copy_in(Asking *k, Str path, Taken *t)
{
    Arena *a = k->q->a;
    int opened;
    FileFacts facts;
    TRY(file_open_beneath(a, k->store, path, &opened));
    owned_fd fd = opened;
    TRY(file_facts_fd(a, fd, &facts));
    if (facts.size > ASK_BYTES_MAX)
        return fail(a, ERR_TOO_LARGE, "%.*s is larger than 16 MB; make a smaller output",
                    STR(path));
    if (!facts.size) return fail(a, ERR_BAD_INPUT, "%.*s is empty; leave it out", STR(path));
    TRY(sha256_fd(a, fd, &t->sha256));
    Str copy = review_file_path(a, k->site, k->r->id, t->sha256);
    TRY(folder_make(a, path_folder(copy), 0700));
    return file_copy_fd(a, fd, copy, 0600, &t->size);
}

static fallible file_take(Asking *k, Str path, Taken *t)
{
    static const ManifestEntry nothing = {0};
    Req *q = k->q;
    ReviewFileReleased before;
    t->entry = manifest_find(&k->manifest, path);
    if (!path_is_plain(path))
        return fail(q->a, ERR_BAD_INPUT, "\"%.*s\" is no path of an output", STR(path));
    if (t->entry && t->entry->excluded)
        return fail(q->a, ERR_BAD_INPUT, "%.*s is excluded: %.*s", STR(path),
                    STR(t->entry->message));
    TRY(copy_in(k, path, t));
    TRY(review_file_released(q->db, q->a, k->r->workspace, path, t->sha256, &before));
    if (before.released)
        return fail(q->a, ERR_CONFLICT,
                    "this very version of %.*s was released before; leave it out", STR(path));
    if (!t->entry) t->entry = &nothing;
    return NULL;
}

// Whoever asked for the job that made a file worked on the request, too.
static fallible contributor_add(Asking *k, Str path, Str job)
{
    Req *q = k->q;
    ReviewJobAsker asker;
    bool found;
    i64 changed;
    if (!job.n) return NULL;
    TRY(review_job_asker(q->db, q->a, job, &asker, &found));
    if (!found || !asker.username.n) return NULL;
    return review_contributor_add(q->db, q->a, k->r->id, asker.username,
                                  arena_fmt(q->a, "ran the job that made %.*s", STR(path)),
                                  &changed);
}

static fallible version_put(Asking *k, i64 file, i64 version, const Taken *t)
{
    i64 changed;
    return review_version_add(k->q->db, k->q->a, file, version, t->sha256, t->size, t->entry->job,
                              round_of(k->r), k->q->now, &changed);
}

static fallible file_new(Asking *k, Str path, const Taken *t)
{
    Req *q = k->q;
    const ManifestEntry *e = t->entry;
    ReviewFileInsert made;
    TRY(review_file_insert(q->db, q->a, k->r->id, k->in_group, path, k->kind, t->sha256, t->size,
                           e->action, e->job, e->commit, e->is_table ? e->rows : 0,
                           e->is_table ? e->columns : 0, q->now, &made));
    TRY(version_put(k, made.id, 1, t));
    return finding_check(q, k->site, k->r, made.id);
}

static fallible file_again(Asking *k, const ReviewFile *f, const Taken *t)
{
    Req *q = k->q;
    const ManifestEntry *e = t->entry;
    i64 changed;
    if (str_eq(f->sha256, t->sha256))
        return review_file_kind_set(q->db, q->a, f->id, k->in_group, k->kind, q->now, &changed);
    TRY(review_file_replace(q->db, q->a, f->id, k->in_group, k->kind, f->version + 1, t->sha256,
                            t->size, e->action, e->job, e->commit, e->is_table ? e->rows : 0,
                            e->is_table ? e->columns : 0, q->now, &changed));
    TRY(version_put(k, f->id, f->version + 1, t));
    return finding_check(q, k->site, k->r, f->id);
}

static fallible file_ask(Asking *k, Str path)
{
    Req *q = k->q;
    Taken t;
    ReviewFile before;
    bool known;
    TRY(file_take(k, path, &t));
    TRY(contributor_add(k, path, t.entry->job));
    TRY(review_file_of_path(q->db, q->a, k->r->id, path, &before, &known));
    return known ? file_again(k, &before, &t) : file_new(k, path, &t);
}

static fallible files_ask(Asking *k, const StrList *paths)
{
    int opened;
    Arena *a = k->q->a;
    TRY(manifest_load(a, k->site, k->r->workspace, &k->manifest));
    TRY(folder_open(a, output_medium(a, k->site, k->r->workspace), &opened));
    owned_fd store = opened;
    k->store = store;
    for (isize i = 0; i < paths->n; i++)
        TRY(file_ask(k, paths->v[i]));
    return NULL;
}

static fallible group_ready(Req *q, const ReviewRequest *r, const ReviewAsk *ask, i64 *id)
{
    ReviewGroup g;
    ReviewGroupInsert made;
    bool found;
    i64 changed;
    Str name = ask->group.n ? ask->group : S("Files");
    TRY(review_group_named(q->db, q->a, r->id, name, &g, &found));
    if (!found) {
        TRY(review_group_insert(q->db, q->a, r->id, name, ask->context, ask->controls, q->now,
                                &made));
        *id = made.id;
        return NULL;
    }
    *id = g.id;
    return review_group_set(q->db, q->a, g.id, ask->context.n ? ask->context : g.context,
                            ask->controls.n ? ask->controls : g.controls, q->now, &changed);
}

static fallible request_ready(Req *q, const ReviewAsk *ask, ReviewRequest *out)
{
    bool open;
    ReviewInsert made;
    TRY(review_open_of(q->db, q->a, ask->workspace, ask->author, out, &open));
    if (!open) {
        TRY(review_insert(q->db, q->a, ask->workspace, ask->author, ask->reviews, q->now, &made));
        return review_get(q->db, q->a, made.id, out);
    }
    ReviewState state;
    must(review_state_from(out->state, &state));
    if (!review_is_authors_turn(state))
        return fail(q->a, ERR_CONFLICT,
                    "You have an open request for this workspace; withdraw it or wait until it is "
                    "decided.");
    return NULL;
}

static Str detail(Arena *a, const char *key, Str value)
{
    return arena_fmt(a, "{\"%s\":\"%.*s\"}", key, STR(airlock_json_text(a, value)));
}

fallible review_ask(Req *q, const ReviewAsk *ask, ReviewRequest *out)
{
    if (!ask->paths->n) return fail(q->a, ERR_BAD_INPUT, "Choose at least one file.");
    if (ask->paths->n > ASK_FILES_MAX)
        return fail(q->a, ERR_TOO_LARGE, "A request has at most %d files; make several.",
                    ASK_FILES_MAX);
    if (!str_eq(ask->kind, S("output")) && !str_eq(ask->kind, S("supporting")))
        return fail(q->a, ERR_BAD_INPUT, "A file is an output or a supporting file.");
    TRY(request_ready(q, ask, out));
    Asking k = {.q = q, .r = out, .site = ask->site, .kind = ask->kind};
    TRY(group_ready(q, out, ask, &k.in_group));
    TRY(files_ask(&k, ask->paths));
    return review_note(q, "review.ask", out->id,
                       arena_fmt(q->a, "{\"workspace\":\"%.*s\",\"files\":%td}",
                                 STR(ask->workspace), ask->paths->n));
}

fallible review_group_edit(Req *q, const ReviewRequest *r, i64 group, Str context, Str controls)
{
    ReviewGroup g;
    bool found;
    i64 changed;
    TRY(authors_turn(q, r));
    TRY(review_group_get(q->db, q->a, group, &g, &found));
    if (!found || g.request != r->id)
        return fail(q->a, ERR_NOT_FOUND, "There is no such group in this request.");
    TRY(review_group_set(q->db, q->a, group, context, controls, q->now, &changed));
    return review_note(q, "review.describe", r->id, detail(q->a, "group", g.name));
}

static fallible replace_one(Req *q, Str site, const ReviewRequest *r, const ReviewFile *f)
{
    StrList paths = {0};
    Asking k = {.q = q, .r = r, .site = site, .in_group = f->in_group, .kind = f->kind};
    str_list_add(q->a, &paths, f->path);
    return files_ask(&k, &paths);
}

fallible review_file_change(Req *q, Str site, const ReviewRequest *r, const ReviewFile *f,
                            Str change)
{
    i64 changed;
    TRY(authors_turn(q, r));
    bool withdraw = str_eq(change, S("withdraw"));
    if (str_eq(change, S("replace")))
        TRY(replace_one(q, site, r, f));
    else if (withdraw || str_eq(change, S("output")) || str_eq(change, S("supporting")))
        TRY(review_file_kind_set(q->db, q->a, f->id, f->in_group,
                                 withdraw ? S("withdrawn") : change, q->now, &changed));
    else
        return fail(q->a, ERR_BAD_INPUT,
                    "A file is withdrawn, replaced, or made an output or a supporting file.");
    return review_note(q, withdraw ? "review.file_withdraw" : "review.file_change", r->id,
                       detail(q->a, "file", f->path));
}

bool review_file_is_outdated(const Manifest *m, const ReviewFile *f)
{
    const ManifestEntry *e = manifest_find(m, f->path);
    return e && !e->excluded && e->content_hash.n && !str_eq(e->content_hash, f->sha256);
}

fallible review_files_update(Req *q, Str site, const ReviewRequest *r, isize *changed)
{
    ReviewFileList files;
    Manifest m;
    *changed = 0;
    TRY(authors_turn(q, r));
    TRY(manifest_load(q->a, site, r->workspace, &m));
    TRY(review_files(q->db, q->a, r->id, &files));
    for (isize i = 0; i < files.n; i++) {
        const ReviewFile *f = &files.v[i];
        if (str_eq(f->kind, S("withdrawn")) || !review_file_is_outdated(&m, f)) continue;
        TRY(replace_one(q, site, r, f));
        ++*changed;
    }
    if (!*changed)
        return fail(q->a, ERR_CONFLICT, "Every file is already the version in the workspace.");
    return review_note(q, "review.update", r->id, arena_fmt(q->a, "{\"files\":%td}", *changed));
}
