// Pages of one request: its files, the review of a checker, deciding.
#include "review/request.page.h"
#include "review/review.h"
#include "review/show.h"

#include "kit/json.h"
#include "review/link.h"
#include "review/web_review.h"
#include "web/event.h"
#include "web/frame.h"
#include "web/piece.h"

Str airlock_json_text(Arena *a, Str s)
{
    Buf b = {.a = a};
    JsonOut j = json_begin(&b, JSON_COMPACT);
    json_str(&j, s);
    return str_span(buf_str(&b), 1, b.n - 1);
}

static fallible request_of(Req *q, ReviewRequest *out)
{
    i64 id;
    bool sees;
    if (!str_i64(req_param(q, "request"), &id))
        return fail(q->a, ERR_NOT_FOUND, "There is no such request.");
    TRY(review_get(q->db, q->a, id, out));
    TRY(visitor_sees(q->db, q->a, q->who.id, out->workspace, &sees));
    return sees || out->author == q->who.id
               ? NULL
               : fail(q->a, ERR_NOT_FOUND, "There is no such request.");
}

static void votes_fill(AirlockRequest *x, const ReviewVotes *all, i64 me)
{
    for (isize i = 0; i < x->n; i++) {
        AirlockFile *f = &x->files[i];
        f->my_choice = S("undecided");
        f->votes = make(x->a, ReviewVotesRow, all->n + 1);
        for (isize v = 0; v < all->n; v++) {
            if (all->v[v].file != f->f.id) continue;
            if (all->v[v].checker == me)
                f->my_choice = all->v[v].choice, f->my_reason = all->v[v].reason;
            if (x->votes_shown) f->votes[f->votes_n++] = all->v[v];
        }
        x->undecided += str_eq(f->my_choice, S("undecided"));
    }
}

static fallible files_fill(Req *q, AirlockRequest *x)
{
    ReviewFileList files;
    ReviewVotes votes;
    ReviewVerdicts verdicts;
    TRY(review_files(q->db, q->a, x->r.id, &files));
    TRY(review_votes(q->db, q->a, x->r.id, x->r.round, &votes));
    TRY(review_verdicts(q->db, q->a, x->r.id, x->r.round, &verdicts));
    x->files = make(q->a, AirlockFile, files.n + 1);
    x->n = files.n;
    for (isize i = 0; i < files.n; i++)
        x->files[i] =
            (AirlockFile){.f = files.v[i],
                          .verdict = review_verdict((isize)verdicts.v[i].approved,
                                                    (isize)verdicts.v[i].against, x->r.reviews)};
    votes_fill(x, &votes, q->who.id);
    return NULL;
}

static void rights_fill(Req *q, AirlockRequest *x, ReviewState state)
{
    x->is_author = q->who.id == x->r.author;
    x->may_check = !x->is_author && req_may(q, PERM_REVIEW_CHECK);
    for (isize i = 0; i < x->done.n; i++)
        x->finished |= x->done.v[i].checker == q->who.id;
    x->may_vote =
        x->may_check && !x->finished && (state == REVIEW_SUBMITTED || state == REVIEW_PARTIALLY);
    x->votes_shown = review_votes_visible(state, x->may_check, x->finished);
    x->can_decide = x->may_check && state == REVIEW_REVIEWED;
    x->can_withdraw = x->is_author && review_may(state, REVIEW_WITHDRAWN, BY_AUTHOR);
    x->can_submit = x->is_author && review_may(state, REVIEW_SUBMITTED, BY_AUTHOR);
}

static fallible request_load(Req *q, AirlockRequest *x)
{
    ReviewState state;
    *x = (AirlockRequest){.now = q->now, .a = q->a, .csrf = csrf_field(q)};
    TRY(request_of(q, &x->r));
    must(review_state_from(x->r.state, &state));
    TRY(review_done_by(q->db, q->a, x->r.id, x->r.round, &x->done));
    TRY(review_reasons_before(q->db, q->a, x->r.id, x->r.round, &x->before));
    rights_fill(q, x, state);
    return files_fill(q, x);
}

static fallible request_page(Req *q)
{
    AirlockRequest x;
    TRY(request_load(q, &x));
    frame_head(q, arena_fmt(q->a, "Request %lld", (long long)x.r.id));
    request_show(&q->answer.body, &x);
    frame_foot(q);
    return NULL;
}

static fallible live_draw(Req *q)
{
    AirlockRequest x;
    TRY(request_load(q, &x));
    request_live(&q->answer.body, &x);
    return NULL;
}

static fallible request_live_get(Req *q)
{
    i64 id;
    if (!str_i64(req_param(q, "request"), &id))
        return fail(q->a, ERR_NOT_FOUND, "There is no such request.");
    return event_stream(q, review_topic(q->a, id), live_draw);
}

static fallible file_of(Req *q, const ReviewRequest *r, ReviewFile *out)
{
    i64 id;
    if (!str_i64(req_param(q, "file"), &id))
        return fail(q->a, ERR_NOT_FOUND, "There is no such file.");
    TRY(review_file_get(q->db, q->a, id, out));
    return out->request == r->id
               ? NULL
               : fail(q->a, ERR_NOT_FOUND, "There is no such file in this request.");
}

static fallible file_page(Req *q)
{
    AirlockRequest x;
    ReviewFile f;
    TRY(request_load(q, &x));
    TRY(file_of(q, &x.r, &f));
    for (isize i = 0; i < x.n; i++)
        if (x.files[i].f.id == f.id) x.chosen = &x.files[i];
    TRY(view_make(q->a, review_file_path(q->a, airlock_link(q)->site, x.r.id, f.sha256), f.path,
                  &x.view));
    TRY(review_look_note(q, x.r.workspace, f.path));
    frame_head(q, f.path);
    request_file(&q->answer.body, &x);
    frame_foot(q);
    return NULL;
}

static fallible raw_file(Req *q)
{
    ReviewRequest r;
    ReviewFile f;
    TRY(request_of(q, &r));
    TRY(file_of(q, &r, &f));
    q->answer.file = review_file_path(q->a, airlock_link(q)->site, r.id, f.sha256);
    q->answer.mime = view_mime(f.path);
    q->answer.sandboxed = true;
    q->answer.no_store = true;
    return NULL;
}

static fallible back(Req *q, const ReviewRequest *r)
{
    return answer_redirect(q, arena_fmt(q->a, "/requests/%lld/", (long long)r->id));
}

// After a vote the next file without an opinion comes by itself.
static fallible to_next(Req *q, const ReviewRequest *r)
{
    AirlockRequest x;
    TRY(request_load(q, &x));
    for (isize i = 0; i < x.n; i++)
        if (str_eq(x.files[i].my_choice, S("undecided")))
            return answer_redirect(q, arena_fmt(q->a, "/requests/%lld/files/%lld/",
                                                (long long)r->id, (long long)x.files[i].f.id));
    return back(q, r);
}

static fallible vote_post(Req *q)
{
    ReviewRequest r;
    ReviewFile f;
    Str choice = req_field(q, "choice");
    TRY(request_of(q, &r));
    TRY(file_of(q, &r, &f));
    if (!str_eq(choice, S("approved")) && !str_eq(choice, S("changes")) &&
        !str_eq(choice, S("undecided")))
        return fail(q->a, ERR_BAD_INPUT, "Choose approve, changes requested or undecided.");
    TRY(review_vote_put(q, &r, f.id, choice, req_field(q, "reason")));
    return to_next(q, &r);
}

// The steps that a button on the request's page takes.
static fallible step_post(Req *q)
{
    static const struct {
        const char *word, *done;
        fallible (*take)(Req *, const ReviewRequest *);
    } steps[] = {
        {"submit",   "Your request is with the output checkers again", review_submit  },
        {"withdraw", "The request is withdrawn",                       review_withdraw},
        {"finish",   "Your review is finished",                        review_finish  },
        {"return",   "The request goes back to its author",            review_return  },
        {"reject",   "The request is rejected; nothing leaves",        review_reject  },
        {"release",  "The approved files are on their way",            review_release },
    };
    ReviewRequest r;
    TRY(request_of(q, &r));
    for (isize i = 0; i < COUNT(steps); i++) {
        if (!str_eq(req_field(q, "step"), str_from(steps[i].word))) continue;
        TRY(steps[i].take(q, &r));
        answer_flash(q, FLASH_DONE, "%s", steps[i].done);
        return back(q, &r);
    }
    return fail(q->a, ERR_BAD_INPUT, "There is no such step.");
}

static const Field vote_fields[] = {
    {"choice", FIELD_TEXT, true, 20},
    {"reason",    FIELD_LONG, false, 5000},
    {0       }
};
static const Field step_fields[] = {
    {"step", FIELD_TEXT, true, 20},
    {0 }
};

#define REQUEST "/requests/{request}/"
static const Route rows[] = {
    {GET,  REQUEST,                 PERM_REVIEW_LOOK,  NULL, request_page,     NULL,        0, ROUTE_PAGE  },
    {POST, REQUEST,                 PERM_REVIEW_LOOK,  NULL, step_post,        step_fields, 0, ROUTE_PAGE  },
    {GET,  REQUEST "live",          PERM_REVIEW_LOOK,  NULL, request_live_get, NULL,        0, ROUTE_STREAM},
    {GET,  REQUEST "files/{file}/", PERM_REVIEW_LOOK,  NULL, file_page,        NULL,        0, ROUTE_PAGE  },
    {POST, REQUEST "files/{file}/", PERM_REVIEW_CHECK, NULL, vote_post,        vote_fields, 0, ROUTE_PAGE  },
    {GET,  REQUEST "raw/{file}/",   PERM_REVIEW_LOOK,  NULL, raw_file,         NULL,        0, ROUTE_PAGE  },
};
const RouteList review_request_routes = ROUTES(rows);
