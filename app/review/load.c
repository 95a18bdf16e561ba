// Everything that the pages of one request show, as far as this visitor may know it.
#include "kit/markdown.h"
#include "review/finding.h"
#include "review/link.h"
#include "review/show.h"
#include "web/piece.h"

fallible review_request_of(Req *q, ReviewRequest *out)
{
    i64 id;
    bool sees;
    if (!str_i64(req_param(q, "request"), &id))
        return fail(q->a, ERR_NOT_FOUND, "There is no such request.");
    TRY(review_get(q->db, q->a, id, out));
    TRY(visitor_sees(q->db, q->a, q->who.id, out->workspace, &sees));
    // A draft is its author's alone.
    bool hidden = str_eq(out->state, S("pending")) && out->author != q->who.id;
    return (sees || out->author == q->who.id) && !hidden
               ? NULL
               : fail(q->a, ERR_NOT_FOUND, "There is no such request.");
}

fallible review_file_of(Req *q, const ReviewRequest *r, ReviewFile *out)
{
    i64 id;
    if (!str_i64(req_param(q, "file"), &id))
        return fail(q->a, ERR_NOT_FOUND, "There is no such file.");
    TRY(review_file_get(q->db, q->a, id, out));
    return out->request == r->id
               ? NULL
               : fail(q->a, ERR_NOT_FOUND, "There is no such file in this request.");
}

fallible review_request_back(Req *q, const ReviewRequest *r, Str anchor)
{
    return answer_redirect(q,
                           arena_fmt(q->a, "/requests/%lld/%.*s", (long long)r->id, STR(anchor)));
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
        if (!str_eq(f->f.kind, S("output"))) continue;
        x->outputs++;
        x->undecided += str_eq(f->my_choice, S("undecided"));
    }
}

static Str news_of(const AirlockRequest *x, const ReviewFile *f)
{
    if (!x->since || f->changed_at <= x->since) return (Str){0};
    if (str_eq(f->kind, S("withdrawn"))) return S("withdrawn");
    return f->version > 1 ? S("replaced") : S("new");
}

static void versions_fill(AirlockFile *f, const ReviewVersions *all)
{
    for (isize i = 0; i < all->n; i++) {
        if (all->v[i].file != f->f.id) continue;
        if (!f->versions_n++) f->versions = &all->v[i];
    }
}

static fallible files_fill(Req *q, AirlockRequest *x)
{
    ReviewFileList files;
    ReviewVotes votes;
    ReviewVerdicts verdicts;
    ReviewVersions versions;
    FindingNumbers numbers;
    Manifest manifest = {0};
    TRY(review_files(q->db, q->a, x->r.id, &files));
    TRY(review_votes(q->db, q->a, x->r.id, x->r.round, &votes));
    TRY(review_verdicts(q->db, q->a, x->r.id, x->r.round, &verdicts));
    TRY(review_versions(q->db, q->a, x->r.id, &versions));
    TRY(finding_numbers(q->db, q->a, x->r.id, &numbers));
    if (x->can_edit) TRY(manifest_load(q->a, airlock_link(q)->site, x->r.workspace, &manifest));
    x->files = make(q->a, AirlockFile, files.n + 1);
    x->n = files.n;
    for (isize i = 0; i < files.n; i++) {
        AirlockFile *f = &x->files[i];
        *f = (AirlockFile){.f = files.v[i], .news = news_of(x, &files.v[i])};
        for (isize v = 0; v < verdicts.n; v++)
            if (verdicts.v[v].id == f->f.id)
                f->verdict = review_verdict((isize)verdicts.v[v].approved,
                                            (isize)verdicts.v[v].against, x->r.reviews);
        versions_fill(f, &versions);
        f->outdated = x->can_edit && !str_eq(f->f.kind, S("withdrawn")) &&
                      review_file_is_outdated(&manifest, &f->f);
        x->outdated += f->outdated;
        x->news += f->news.n > 0;
    }
    votes_fill(x, &votes, q->who.id);
    for (isize i = 0; i < x->n; i++)
        for (isize n = 0; n < numbers.n; n++)
            if (numbers.v[n].file == x->files[i].f.id) x->files[i].findings = numbers.v[n].n;
    return NULL;
}

static fallible rights_fill(Req *q, AirlockRequest *x)
{
    ReviewState state = x->state;
    x->is_author = q->who.id == x->r.author;
    TRY(review_may_check(q, &x->r, &x->may_check, &x->why_not));
    for (isize i = 0; i < x->done.n; i++)
        if (x->done.v[i].checker == q->who.id) x->finished = true, x->mine = &x->done.v[i];
    x->may_vote =
        x->may_check && !x->finished && (state == REVIEW_SUBMITTED || state == REVIEW_PARTIALLY);
    x->votes_shown = review_votes_visible(state, x->may_check, x->finished);
    x->can_decide = x->may_check && state == REVIEW_REVIEWED;
    x->can_withdraw = x->is_author && review_may(state, REVIEW_WITHDRAWN, BY_AUTHOR);
    x->can_submit = x->is_author && review_may(state, REVIEW_SUBMITTED, BY_AUTHOR);
    x->can_edit = x->is_author && review_is_authors_turn(state);
    x->can_talk = review_is_open(state);
    return NULL;
}

static Html words_html(Arena *a, Str words)
{
    Markdown m;
    Buf plain = {.a = a};
    if (!markdown_html(a, words, &m)) return (Html){m.html};
    html_text(&plain, str_printable(a, words));
    return (Html){buf_str(&plain)};
}

static bool comment_shown(const AirlockRequest *x, const ReviewCommentsRow *c, i64 me)
{
    return review_comment_visible((CommentSight){
        .mine = c->person == me,
        .by_author_side = str_eq(c->side, S("author")),
        .for_everyone = str_eq(c->visibility, S("everyone")),
        .of_this_round = c->round == x->r.round,
        .viewer_checks = x->may_check,
        .viewer_finished = x->finished,
        .state = x->state,
    });
}

static AirlockTalk talk_of(Req *q, AirlockRequest *x, const ReviewComments *all, i64 group)
{
    AirlockTalk t = {.v = make(q->a, AirlockComment, all->n + 1)};
    for (isize i = 0; i < all->n; i++) {
        const ReviewCommentsRow *c = &all->v[i];
        if (c->in_group != group || !comment_shown(x, c, q->who.id)) continue;
        bool is_new = x->since && c->at > x->since && c->person != q->who.id;
        x->news += is_new;
        t.v[t.n++] = (AirlockComment){c, words_html(q->a, c->words), is_new};
    }
    return t;
}

static fallible groups_fill(Req *q, AirlockRequest *x)
{
    ReviewGroupList groups;
    ReviewComments said;
    isize at = 0;
    TRY(review_groups(q->db, q->a, x->r.id, &groups));
    TRY(review_comments(q->db, q->a, x->r.id, &said));
    x->talk = talk_of(q, x, &said, 0);
    x->groups = make(q->a, AirlockGroup, groups.n + 1);
    x->groups_n = groups.n;
    for (isize i = 0; i < groups.n; i++) {
        AirlockGroup *g = &x->groups[i];
        *g = (AirlockGroup){.g = groups.v[i],
                            .files = x->files + at,
                            .edited = x->since && groups.v[i].edited_at > x->since,
                            .talk = talk_of(q, x, &said, groups.v[i].id)};
        while (at < x->n && x->files[at].f.in_group == g->g.id)
            at++, g->n++;
        x->news += g->edited;
    }
    return NULL;
}

fallible review_request_load(Req *q, AirlockRequest *x)
{
    ReviewSeenBefore seen;
    *x = (AirlockRequest){.now = q->now, .a = q->a, .csrf = csrf_field(q)};
    TRY(review_request_of(q, &x->r));
    must(review_state_from(x->r.state, &x->state));
    TRY(review_seen_before(q->db, q->a, x->r.id, q->who.id, review_turn(&x->r), &seen));
    x->since = seen.at;
    TRY(review_done_by(q->db, q->a, x->r.id, x->r.round, &x->done));
    TRY(review_reasons_before(q->db, q->a, x->r.id, x->r.round, &x->before));
    TRY(review_contributors(q->db, q->a, x->r.id, &x->contributors));
    TRY(rights_fill(q, x));
    if (x->finished) TRY(visitor_get(q->db, q->a, q->who.id, &x->who));
    TRY(files_fill(q, x));
    return groups_fill(q, x);
}
