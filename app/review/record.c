// Writing the record of a release.
#include "review/record.h"

fallible review_record_load(Db *db, Arena *a, const AirlockLink *link, i64 request,
                            ReviewRecord *out)
{
    *out = (ReviewRecord){.id = request, .site = link->backend, .a = a};
    TRY(review_record_request(db, a, request, &out->request));
    TRY(review_groups(db, a, request, &out->groups));
    TRY(review_record_files(db, a, request, &out->files));
    TRY(review_record_votes(db, a, request, &out->votes));
    TRY(finding_record(db, a, request, &out->findings));
    return review_record_reviews(db, a, request, &out->reviews);
}

static void put_text(JsonOut *j, const char *key, Str value)
{
    json_str(json_key(j, str_from(key)), value);
}

static void put_moment(JsonOut *j, const char *key, Time at)
{
    put_text(j, key, at ? time_iso_seconds(j->to->a, at) : (Str){0});
}

static void put_person(JsonOut *j, const char *key, Str username, Str name)
{
    json_obj(json_key(j, str_from(key)));
    put_text(j, "username", username);
    put_text(j, "name", name);
    json_end(j);
}

static void put_request(const ReviewRecord *r, JsonOut *j)
{
    const ReviewRecordRequest *q = &r->request;
    json_obj(json_key(j, S("request")));
    json_int(json_key(j, S("id")), r->id);
    put_person(j, "author", q->username, q->name);
    put_moment(j, "created_at", q->created_at);
    put_moment(j, "submitted_at", q->submitted_at);
    put_moment(j, "decided_at", q->decided_at);
    put_text(j, "decided_by", q->decided_by);
    json_int(json_key(j, S("rounds")), q->round);
    json_int(json_key(j, S("reviews_needed")), q->reviews);
    if (q->reviews < 2) json_bool(json_key(j, S("single_review_allowed")), true);
    json_end(j);
}

static bool group_leaves(const ReviewRecord *r, const ReviewGroup *g)
{
    for (isize i = 0; i < r->files.n; i++)
        if (str_eq(r->files.v[i].in_group, g->name)) return true;
    return false;
}

static void put_groups(const ReviewRecord *r, JsonOut *j)
{
    json_arr(json_key(j, S("groups")));
    for (isize i = 0; i < r->groups.n; i++) {
        const ReviewGroup *g = &r->groups.v[i];
        if (!group_leaves(r, g)) continue;
        json_obj(j);
        put_text(j, "name", g->name);
        put_text(j, "context", g->context);
        put_text(j, "controls", g->controls);
        json_end(j);
    }
    json_end(j);
}

static void put_reviews(const ReviewRecord *r, JsonOut *j)
{
    json_arr(json_key(j, S("reviews")));
    for (isize i = 0; i < r->reviews.n; i++) {
        const ReviewRecordReviewsRow *v = &r->reviews.v[i];
        json_obj(j);
        put_person(j, "checker", v->username, v->name);
        json_int(json_key(j, S("round")), v->round);
        put_moment(j, "finished_at", v->at);
        put_text(j, "statement", v->statement);
        put_text(j, "signature", v->signature);
        put_text(j, "public_key", v->public_key);
        json_end(j);
    }
    json_end(j);
}

// The keys of before, for readers that know only them.
static void put_old(const ReviewRecord *r, JsonOut *j)
{
    json_int(json_key(j, S("airlock_request")), r->id);
    put_text(j, "author", r->request.username);
    put_text(j, "context", r->groups.n ? r->groups.v[0].context : (Str){0});
    put_text(j, "controls", r->groups.n ? r->groups.v[0].controls : (Str){0});
    json_int(json_key(j, S("reviews_needed")), r->request.reviews);
    json_arr(json_key(j, S("reviewers")));
    for (isize i = 0; i < r->reviews.n; i++)
        if (r->reviews.v[i].round == r->request.round) json_str(j, r->reviews.v[i].username);
    json_end(j);
}

void review_record_put(const ReviewRecord *r, JsonOut *j)
{
    put_text(j, "record", S("tresor-release-1"));
    put_text(j, "site", r->site);
    put_request(r, j);
    put_groups(r, j);
    put_reviews(r, j);
    finding_record_policy(&r->findings, j);
    put_old(r, j);
}

static void put_decisions(const ReviewRecord *r, i64 file, JsonOut *j)
{
    json_arr(json_key(j, S("decisions")));
    for (isize i = 0; i < r->votes.n; i++) {
        const ReviewRecordVotesRow *v = &r->votes.v[i];
        if (v->file != file) continue;
        json_obj(j);
        put_text(j, "checker", v->username);
        put_text(j, "choice", v->choice);
        put_text(j, "reason", v->reason);
        put_moment(j, "at", v->at);
        json_int(json_key(j, S("round")), v->round);
        json_end(j);
    }
    json_end(j);
}

static void put_file(const ReviewRecordFilesRow *f, JsonOut *j)
{
    put_text(j, "group", f->in_group);
    put_text(j, "kind", f->kind);
    json_int(json_key(j, S("version")), f->version);
    put_text(j, "action", f->action);
    put_text(j, "job", f->job);
    put_text(j, "commit", f->commit_sha);
    put_text(j, "image", f->image);
    put_text(j, "run", f->run);
    put_text(j, "ran_by", f->ran_by);
    put_moment(j, "started_at", f->started_at);
    put_moment(j, "finished_at", f->finished_at);
    if (!f->has_n_columns) return;
    json_int(json_key(j, S("rows")), f->has_n_rows ? f->n_rows : 0);
    json_int(json_key(j, S("columns")), f->n_columns);
}

// Why the checkers of the last round let a file leave.
static Str dismissal(const ReviewRecord *r, i64 file)
{
    Buf b = {.a = r->a};
    for (isize i = 0; i < r->votes.n; i++) {
        const ReviewRecordVotesRow *v = &r->votes.v[i];
        if (v->file != file || v->round != r->request.round || !str_eq(v->choice, S("approved")) ||
            !v->reason.n)
            continue;
        if (b.n) buf_put(&b, S(" | "));
        buf_fmt(&b, "%.*s: %.*s", STR(v->username), STR(v->reason));
    }
    return buf_str(&b);
}

void review_record_file_put(const ReviewRecord *r, i64 file, JsonOut *j)
{
    json_obj(j);
    for (isize i = 0; i < r->files.n; i++)
        if (r->files.v[i].id == file) put_file(&r->files.v[i], j);
    finding_record_file(&r->findings, file, dismissal(r, file), j);
    put_decisions(r, file, j);
    json_end(j);
}
