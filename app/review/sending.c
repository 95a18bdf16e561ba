// Writing the body of the call that makes a release, and keeping it.
#include "review/sending.h"

#include "kit/minisign.h"
#include "review/record.h"
#include "review/sending.gen.h"

bool sending_leaves(const ReviewRequest *r, const ReviewVerdictsRow *f)
{
    return review_verdict((isize)f->approved, (isize)f->against, r->reviews) == VERDICT_APPROVED;
}

// What this site lets out, in its own name: a server that says otherwise is found out by `tresor verify`.
static void statement_put(const AirlockLink *link, const ReviewRequest *r,
                          const ReviewVerdicts *files, JsonOut *j)
{
    Arena *a = j->to->a;
    Buf b = {.a = a};
    MinisignKey key = minisign_key_of(&link->sign);
    buf_fmt(&b, "tresor-site-release-1\nsite: %.*s\nworkspace: %.*s\nrequest: %lld\n",
            STR(link->backend), STR(r->workspace), (long long)r->id);
    for (isize i = 0; i < files->n; i++)
        if (sending_leaves(r, &files->v[i]))
            buf_fmt(&b, "file: %.*s %.*s\n", STR(files->v[i].sha256), STR(files->v[i].path));
    Str text = buf_str(&b);
    json_obj(json_key(j, S("site_statement")));
    json_str(json_key(j, S("statement")), text);
    json_str(json_key(j, S("signature")),
             minisign_sign(a, &link->sign, text, S("signature of a Tresor airlock"),
                           arena_fmt(a, "request %lld", (long long)r->id)));
    json_str(json_key(j, S("public_key")), minisign_key_file(a, &key));
    json_end(j);
}

static void file_put(const ReviewRecord *record, const ReviewRequest *r, const ReviewVerdictsRow *f,
                     JsonOut *j)
{
    Arena *a = j->to->a;
    json_obj(j);
    json_str(json_key(j, S("name")), f->path);
    json_str(json_key(j, S("url")),
             arena_fmt(a, "/workspace/%.*s/current/%.*s", STR(r->workspace), STR(f->path)));
    json_int(json_key(j, S("size")), f->size);
    json_str(json_key(j, S("sha256")), f->sha256);
    json_str(json_key(j, S("date")), time_iso_seconds(a, r->changed_at));
    review_record_file_put(record, f->id, json_key(j, S("metadata")));
    json_null(json_key(j, S("review")));
    json_end(j);
}

static fallible text_make(Db *db, Arena *a, const AirlockLink *link, const ReviewRequest *r,
                          Str *out)
{
    Buf b = {.a = a};
    JsonOut j = json_begin(&b, JSON_COMPACT);
    ReviewRecord record;
    ReviewVerdicts files;
    TRY(review_verdicts(db, a, r->id, r->round, &files));
    TRY(review_record_load(db, a, link, r->id, &record));
    json_arr(json_key(json_obj(&j), S("files")));
    for (isize i = 0; i < files.n; i++)
        if (sending_leaves(r, &files.v[i])) file_put(&record, r, &files.v[i], &j);
    json_end(&j);
    json_obj(json_key(&j, S("metadata")));
    review_record_put(&record, &j);
    statement_put(link, r, &files, &j);
    json_end(&j);
    json_null(json_key(&j, S("review")));
    json_end(&j);
    *out = buf_str(&b);
    return NULL;
}

fallible sending_text(Db *db, Arena *a, const AirlockLink *link, const ReviewRequest *r, Str *out)
{
    SendingGet kept;
    bool found;
    i64 changed;
    TRY(sending_get(db, a, r->id, &kept, &found));
    *out = kept.body;
    if (found) return NULL;
    TRY(text_make(db, a, link, r, out));
    return sending_insert(db, a, r->id, *out, &changed);
}

fallible sending_begun(Db *db, Arena *a, i64 request, bool *out)
{
    SendingIs is;
    TRY(sending_is(db, a, request, &is));
    *out = is.begun;
    return NULL;
}
