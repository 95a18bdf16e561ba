// Pages of one request: its files, the review of a checker, deciding.
#include "review/request.page.h"
#include "review/review.h"
#include "review/show.h"

#include "kit/json.h"
#include "review/finding.h"
#include "review/link.h"
#include "review/look.h"
#include "review/sign.h"
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

static fallible request_page(Req *q)
{
    AirlockRequest x;
    TRY(review_request_load(q, &x));
    TRY(review_seen_note(q, &x.r));
    frame_head(q, arena_fmt(q->a, "Request %lld", (long long)x.r.id));
    request_show(&q->answer.body, &x);
    frame_foot(q);
    return NULL;
}

static fallible live_draw(Req *q)
{
    AirlockRequest x;
    TRY(review_request_load(q, &x));
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

// The chosen file and its neighbours; withdrawn ones are passed over.
static void neighbours_fill(AirlockRequest *x, i64 file)
{
    const AirlockFile *before = NULL;
    for (isize i = 0; i < x->n; i++) {
        const AirlockFile *f = &x->files[i];
        if (f->f.id == file)
            x->chosen = f, x->previous = before;
        else if (str_eq(f->f.kind, S("withdrawn")))
            continue;
        else if (x->chosen && !x->next)
            x->next = f;
        before = f;
    }
}

static fallible file_page(Req *q)
{
    AirlockRequest x;
    ReviewFile f;
    TRY(review_request_load(q, &x));
    TRY(review_file_of(q, &x.r, &f));
    neighbours_fill(&x, f.id);
    TRY(look_at_request(q, &x.r, &f, &x.view));
    TRY(finding_panel(q, &x.r, &f, &x.findings));
    frame_head(q, view_name(q->a, f.path));
    request_file(&q->answer.body, &x);
    frame_foot(q);
    return NULL;
}

static fallible raw_file(Req *q)
{
    ReviewRequest r;
    ReviewFile f;
    TRY(review_request_of(q, &r));
    TRY(review_file_of(q, &r, &f));
    return look_serve_request(q, &r, &f, f.sha256);
}

static fallible raw_version(Req *q)
{
    ReviewRequest r;
    ReviewFile f;
    ReviewVersions all;
    i64 version;
    TRY(review_request_of(q, &r));
    TRY(review_file_of(q, &r, &f));
    TRY(review_versions(q->db, q->a, r.id, &all));
    for (isize i = 0; str_i64(req_param(q, "version"), &version) && i < all.n; i++)
        if (all.v[i].file == f.id && all.v[i].version == version)
            return look_serve_request(q, &r, &f, all.v[i].sha256);
    return fail(q->a, ERR_NOT_FOUND, "There is no such version of this file.");
}

// After a vote the next file without an opinion comes by itself.
static fallible to_next(Req *q, const ReviewRequest *r)
{
    AirlockRequest x;
    TRY(review_request_load(q, &x));
    for (isize i = 0; i < x.n; i++)
        if (str_eq(x.files[i].my_choice, S("undecided")) && str_eq(x.files[i].f.kind, S("output")))
            return answer_redirect(q, arena_fmt(q->a, "/requests/%lld/files/%lld/",
                                                (long long)r->id, (long long)x.files[i].f.id));
    return review_request_back(q, r, S(""));
}

static fallible vote_post(Req *q)
{
    static const char *const choices[] = {"approved", "rejected", "changes", "undecided"};
    ReviewRequest r;
    ReviewFile f;
    Str choice = req_field(q, "choice");
    bool known = false;
    TRY(review_request_of(q, &r));
    TRY(review_file_of(q, &r, &f));
    for (isize i = 0; i < COUNT(choices); i++)
        known |= str_eq(choice, str_from(choices[i]));
    if (!known)
        return fail(q->a, ERR_BAD_INPUT, "Choose approve, reject, changes requested or undecided.");
    TRY(review_vote_put(q, &r, f.id, choice, req_field(q, "reason")));
    return to_next(q, &r);
}

static fallible update_step(Req *q, const ReviewRequest *r)
{
    isize changed;
    return review_files_update(q, airlock_link(q)->site, r, &changed);
}

// The steps that a button on the request's page takes.
static fallible step_post(Req *q)
{
    static const struct {
        const char *word, *done;
        fallible (*take)(Req *, const ReviewRequest *);
    } steps[] = {
        {"submit",   "Your request is with the output checkers",           review_submit  },
        {"withdraw", "The request is withdrawn",                           review_withdraw},
        {"update",   "The files are the newest versions of the workspace", update_step    },
        {"finish",   "Your review is finished",                            review_finish  },
        {"return",   "The request goes back to its author",                review_return  },
        {"reject",   "The request is rejected; nothing leaves",            review_reject  },
        {"release",  "The approved files are on their way",                review_release },
    };
    ReviewRequest r;
    TRY(review_request_of(q, &r));
    for (isize i = 0; i < COUNT(steps); i++) {
        if (!str_eq(req_field(q, "step"), str_from(steps[i].word))) continue;
        TRY(steps[i].take(q, &r));
        answer_flash(q, FLASH_DONE, "%s", steps[i].done);
        return review_request_back(q, &r, S(""));
    }
    return fail(q->a, ERR_BAD_INPUT, "There is no such step.");
}

static fallible statement_text(Req *q)
{
    ReviewRequest r;
    ReviewDoneByRow mine;
    bool finished;
    Str text;
    TRY(review_request_of(q, &r));
    TRY(review_own_done(q, &r, &mine, &finished));
    if (!finished)
        return fail(q->a, ERR_CONFLICT, "Finish your review first; what you approved is signed.");
    TRY(review_statement(q->db, q->a, &r, q->who.id, q->who.username, &text));
    buf_put(&q->answer.body, text);
    q->answer.mime = S("text/plain; charset=utf-8");
    answer_header(q, S("Content-Disposition"), S("attachment; filename=\"statement.txt\""));
    return NULL;
}

static fallible signature_post(Req *q)
{
    ReviewRequest r;
    TRY(review_request_of(q, &r));
    TRY(review_sign(q, &r, req_field(q, "signature")));
    answer_flash(q, FLASH_DONE, "Your review is signed");
    return review_request_back(q, &r, S(""));
}

static const Field vote_fields[] = {
    {"choice", FIELD_TEXT, true, 20},
    {"reason",    FIELD_LONG, false, 5000},
    {0       }
};
static const Field signature_fields[] = {
    {"signature", FIELD_LONG, true, 4000},
    {0      }
};
static const Field step_fields[] = {
    {"step", FIELD_TEXT, true, 20},
    {0 }
};

#define REQUEST "/requests/{request}/"
static const Route rows[] = {
    {GET,  REQUEST,                         PERM_REVIEW_LOOK,  NULL, request_page,     NULL,             0, ROUTE_PAGE  },
    {POST, REQUEST,                         PERM_REVIEW_LOOK,  NULL, step_post,        step_fields,      0, ROUTE_PAGE  },
    {GET,  REQUEST "live",                  PERM_REVIEW_LOOK,  NULL, request_live_get, NULL,             0, ROUTE_STREAM},
    {GET,  REQUEST "files/{file}/",         PERM_REVIEW_LOOK,  NULL, file_page,        NULL,             0, ROUTE_PAGE  },
    {POST, REQUEST "files/{file}/",         PERM_REVIEW_CHECK, NULL, vote_post,        vote_fields,      0, ROUTE_PAGE  },
    {GET,  REQUEST "raw/{file}/",           PERM_REVIEW_LOOK,  NULL, raw_file,         NULL,             0, ROUTE_PAGE  },
    {GET,  REQUEST "raw/{file}/{version}/", PERM_REVIEW_LOOK,  NULL, raw_version,      NULL,             0,
     ROUTE_PAGE                                                                                                         },
    {GET,  REQUEST "statement.txt",         PERM_REVIEW_CHECK, NULL, statement_text,   NULL,             0, ROUTE_PAGE  },
    {POST, REQUEST "signature/",            PERM_REVIEW_CHECK, NULL, signature_post,   signature_fields, 0,
     ROUTE_PAGE                                                                                                         },
};
const RouteList review_request_routes = ROUTES(rows);
