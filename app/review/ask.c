// Asking: files of a workspace, copied as they are now, so that what is reviewed is what leaves.
#include "audit/audit.h"
#include "kit/crypto.h"
#include "os/file.h"
#include "os/folder.h"
#include "os/own.h"
#include "output/manifest.h"
#include "output/output.h"
#include "review/review.h"
#include "web/event.h"

enum { ASK_FILES_MAX = 1000, ASK_BYTES_MAX = 16 * 1024 * 1024 };

static fallible ask_note(Req *q, const char *action, i64 request, Str details)
{
    req_post(q, review_topic(q->a, request));
    req_post(q, REVIEW_TOPIC_ALL);
    return audit_note(q->db, q->a,
                      (AuditLine){.at = q->now,
                                  .actor = q->who.id,
                                  .who = q->who.username,
                                  .action = str_from(action),
                                  .kind = S("review"),
                                  .object = arena_fmt(q->a, "%lld", (long long)request),
                                  .details = details});
}

static fallible file_copy_in(Req *q, const ReviewAsk *ask, i64 request, int store, Str path,
                             Str *sha256, i64 *size)
{
    int opened;
    FileFacts facts;
    TRY(file_open_beneath(q->a, store, path, &opened));
    owned_fd fd = opened;
    TRY(file_facts_fd(q->a, fd, &facts));
    if (facts.size > ASK_BYTES_MAX)
        return fail(q->a, ERR_TOO_LARGE, "%.*s is larger than 16 MB; make a smaller output",
                    STR(path));
    if (!facts.size) return fail(q->a, ERR_BAD_INPUT, "%.*s is empty; leave it out", STR(path));
    TRY(sha256_fd(q->a, fd, sha256));
    Str copy = review_file_path(q->a, ask->site, request, *sha256);
    TRY(folder_make(q->a, path_folder(copy), 0700));
    return file_copy_fd(q->a, fd, copy, 0600, size);
}

static fallible file_ask(Req *q, const ReviewAsk *ask, i64 request, int store, const Manifest *m,
                         Str path)
{
    Str sha256;
    i64 size, changed;
    ReviewFileReleased before;
    const ManifestEntry *e = manifest_find(m, path);
    if (!path_is_plain(path))
        return fail(q->a, ERR_BAD_INPUT, "\"%.*s\" is no path of an output", STR(path));
    if (e && e->excluded)
        return fail(q->a, ERR_BAD_INPUT, "%.*s is excluded: %.*s", STR(path), STR(e->message));
    TRY(file_copy_in(q, ask, request, store, path, &sha256, &size));
    TRY(review_file_released(q->db, q->a, ask->workspace, path, sha256, &before));
    if (before.released)
        return fail(q->a, ERR_CONFLICT,
                    "this very version of %.*s was released before; leave it out", STR(path));
    static const ManifestEntry nothing = {0};
    if (!e) e = &nothing;
    return review_file_add(q->db, q->a, request, path, sha256, size, e->action, e->job, e->commit,
                           &changed);
}

static fallible files_ask(Req *q, const ReviewAsk *ask, i64 request)
{
    int opened;
    Manifest m;
    TRY(manifest_load(q->a, ask->site, ask->workspace, &m));
    TRY(folder_open(q->a, output_medium(q->a, ask->site, ask->workspace), &opened));
    owned_fd store = opened;
    for (isize i = 0; i < ask->paths->n; i++)
        TRY(file_ask(q, ask, request, store, &m, ask->paths->v[i]));
    return NULL;
}

fallible review_request_make(Req *q, const ReviewAsk *ask, i64 *id)
{
    ReviewOpenOf open;
    ReviewInsert made;
    if (!ask->paths->n) return fail(q->a, ERR_BAD_INPUT, "Choose at least one file.");
    if (ask->paths->n > ASK_FILES_MAX)
        return fail(q->a, ERR_TOO_LARGE, "A request has at most %d files; make several.",
                    ASK_FILES_MAX);
    TRY(review_open_of(q->db, q->a, ask->workspace, ask->author, &open));
    if (open.open)
        return fail(q->a, ERR_CONFLICT,
                    "You have an open request for this workspace; withdraw it or wait until it is "
                    "decided.");
    TRY(review_insert(q->db, q->a, ask->workspace, ask->author, ask->context, ask->controls,
                      ask->reviews, q->now, &made));
    TRY(files_ask(q, ask, made.id));
    *id = made.id;
    return ask_note(q, "review.ask", made.id,
                    arena_fmt(q->a, "{\"workspace\":\"%.*s\",\"files\":%td}", STR(ask->workspace),
                              ask->paths->n));
}
