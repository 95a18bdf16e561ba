// Statements and their signatures.
#include "review/sign.h"

#include "kit/minisign.h"
#include "review/sending.h"

static void sort_approved(ReviewApprovedBy *l)
{
    for (isize i = 1; i < l->n; i++)
        for (isize j = i; j > 0 && str_cmp(l->v[j].path, l->v[j - 1].path) < 0; j--) {
            ReviewApprovedByRow row = l->v[j];
            l->v[j] = l->v[j - 1];
            l->v[j - 1] = row;
        }
}

fallible review_statement(Db *db, Arena *a, const ReviewRequest *r, i64 checker, Str username,
                          Str *out)
{
    ReviewApprovedBy list;
    Buf b = {.a = a};
    TRY(review_approved_by(db, a, r->id, r->round, checker, &list));
    sort_approved(&list); // the database orders by its own rule; this text must not depend on it
    buf_fmt(&b,
            "tresor review statement v1\nworkspace %.*s\nrequest %lld\nround %lld\nchecker %.*s\n",
            STR(r->workspace), (long long)r->id, (long long)r->round, STR(username));
    for (isize i = 0; i < list.n; i++)
        buf_fmt(&b, "%.*s  %.*s\n", STR(list.v[i].sha256), STR(list.v[i].path));
    *out = buf_str(&b);
    return NULL;
}

fallible review_own_done(Req *q, const ReviewRequest *r, ReviewDoneByRow *out, bool *found)
{
    ReviewDoneBy done;
    TRY(review_done_by(q->db, q->a, r->id, r->round, &done));
    *found = false;
    for (isize i = 0; i < done.n; i++)
        if (done.v[i].checker == q->who.id) *out = done.v[i], *found = true;
    return NULL;
}

fallible review_sign(Req *q, const ReviewRequest *r, Str signature)
{
    VisitorGet me;
    ReviewDoneByRow mine;
    MinisignKey key;
    Str statement;
    bool finished, begun;
    i64 changed;
    TRY(review_own_done(q, r, &mine, &finished));
    if (!finished)
        return fail(q->a, ERR_CONFLICT, "Finish your review first; what you approved is signed.");
    TRY(sending_begun(q->db, q->a, r->id, &begun));
    if (begun)
        return fail(q->a, ERR_CONFLICT,
                    "The release is on its way already; its record can take no more signatures.");
    TRY(visitor_get(q->db, q->a, q->who.id, &me));
    if (!me.public_key.n)
        return fail(q->a, ERR_CONFLICT, "Register the public half of your minisign key first.");
    TRY(minisign_key_read(q->a, me.public_key, &key));
    TRY(review_statement(q->db, q->a, r, q->who.id, q->who.username, &statement));
    // Forms send line ends as CR LF; signature files have LF.
    signature = str_replace(q->a, signature, S("\r\n"), S("\n"));
    if (!str_ends(signature, S("\n"))) signature = arena_fmt(q->a, "%.*s\n", STR(signature));
    TRY(err_under(q->a, minisign_verify(q->a, &key, statement, signature, NULL),
                  "this is no signature of your statement"));
    TRY(review_done_sign(q->db, q->a, r->id, q->who.id, r->round, statement, signature,
                         me.public_key, &changed));
    return review_note(q, "review.sign", r->id,
                       arena_fmt(q->a, "{\"key\":\"%.*s\"}", STR(minisign_key_name(q->a, &key))));
}
