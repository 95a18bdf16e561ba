// Checking what was asked for, and telling of it.
#include "review/finding.h"

#include "disclosure/disclosure.h"
#include "kit/json.h"
#include "os/file.h"
#include "os/own.h"
#include "review/finding.page.h"
#include "review/finding_show.h"
#include "review/link.h"

fallible finding_policy(Db *db, Arena *a, const AirlockLink *link, Str workspace, Policy *out)
{
    FindingProject p;
    bool found;
    TRY(finding_project(db, a, workspace, &p, &found));
    *out = policy_for(a, &link->policy, found ? p.project : S(""), workspace);
    return NULL;
}

static fallible bytes_read(Arena *a, Str path, Str *text, bool *cut)
{
    int opened;
    TRY(file_open(a, path, &opened));
    owned_fd fd = opened;
    return disclosure_read(a, fd, text, cut);
}

// The tables that left this workspace before; a copy that is gone is passed over.
static fallible earlier_read(Req *q, Str site, const ReviewRequest *r, const ReviewFile *f,
                             EarlierTable **v, isize *n)
{
    FindingReleased all;
    TRY(finding_released(q->db, q->a, r->workspace, &all));
    *v = make(q->a, EarlierTable, all.n + 1);
    *n = 0;
    for (isize i = 0; i < all.n; i++) {
        bool cut;
        EarlierTable *t = &(*v)[*n];
        if (!disclosure_is_table(all.v[i].path) || str_eq(all.v[i].sha256, f->sha256)) continue;
        if (bytes_read(q->a, review_file_path(q->a, site, all.v[i].request, all.v[i].sha256),
                       &t->text, &cut) ||
            cut)
            continue;
        t->is_other = !str_eq(all.v[i].path, f->path);
        t->name = arena_fmt(q->a, "%.*s of request %lld", STR(str_visible(q->a, all.v[i].path)),
                            (long long)all.v[i].request);
        ++*n;
    }
    return NULL;
}

static fallible keep(Req *q, const ReviewFile *f, const Policy *p, isize earlier,
                     const Findings *found)
{
    i64 changed;
    Buf numbers = {.a = q->a};
    JsonOut w = json_begin(&numbers, JSON_COMPACT);
    policy_json(&w, p);
    TRY(finding_check_drop(q->db, q->a, f->id, f->version, &changed));
    TRY(finding_check_put(q->db, q->a, f->id, f->version, p->name, buf_str(&numbers), earlier,
                          found->left_out, q->now, &changed));
    for (isize i = 0; i < found->n; i++) {
        const Finding *x = &found->v[i];
        TRY(finding_put(q->db, q->a, f->id, f->version, i, disclosure_rule_word(x->rule), x->row,
                        x->column, x->message, &changed));
    }
    return NULL;
}

fallible finding_check(Req *q, Str site, const ReviewRequest *r, i64 file)
{
    ReviewFile f;
    EarlierTable *earlier;
    Findings found;
    Policy p;
    Str text;
    bool cut;
    isize n;
    TRY(review_file_get(q->db, q->a, file, &f));
    if (!disclosure_is_table(f.path)) return NULL;
    TRY(finding_policy(q->db, q->a, airlock_link(q), r->workspace, &p));
    TRY(bytes_read(q->a, review_file_path(q->a, site, r->id, f.sha256), &text, &cut));
    TRY(earlier_read(q, site, r, &f, &earlier, &n));
    // bytes that are no text are no table: the viewer says so itself
    if (disclosure_check(q->a, &p, text, cut, earlier, n, &found)) return NULL;
    return keep(q, &f, &p, n, &found);
}

fallible finding_panel(Req *q, const ReviewRequest *r, const ReviewFile *f, Html *out)
{
    FindingPanel p = {.request = r->id, .file = f->id, .version = f->version, .a = q->a};
    Buf b = {.a = q->a};
    bool checked;
    *out = (Html){0};
    TRY(finding_check_of(q->db, q->a, f->id, &p.check, &checked));
    if (!checked) return NULL;
    TRY(finding_of_file(q->db, q->a, f->id, &p.list));
    finding_show(&b, &p);
    *out = (Html){buf_str(&b)};
    return NULL;
}

fallible finding_reason_check(Req *q, const ReviewFile *f, Str choice, Str reason)
{
    FindingOfFile list;
    if (!str_eq(choice, S("approved")) || str_trim(reason).n) return NULL;
    TRY(finding_of_file(q->db, q->a, f->id, &list));
    if (!list.n) return NULL;
    return fail(q->a, ERR_BAD_INPUT,
                "The disclosure checks found something in this file: say why it may leave all the "
                "same. The reason goes "
                "into the record of the release.");
}

fallible finding_record(Db *db, Arena *a, i64 request, FindingRecord *out)
{
    TRY(finding_of_request(db, a, request, &out->found));
    return finding_policy_of(db, a, request, &out->policy, &out->checked);
}

void finding_record_policy(const FindingRecord *r, JsonOut *j)
{
    if (r->checked) json_raw(json_key(j, S("policy")), r->policy.numbers);
}

// The sentence about a difference holds the hidden number: that stays at the site.
static Str message_outside(const FindingOfRequestRow *f)
{
    if (!str_eq(f->rule, disclosure_rule_word(RULE_DIFFERENCING))) return f->message;
    return S("A hidden or unlisted number can be worked out from other numbers that are shown.");
}

void finding_record_file(const FindingRecord *r, i64 file, Str dismissed, JsonOut *j)
{
    json_arr(json_key(j, S("findings")));
    for (isize i = 0; i < r->found.n; i++) {
        const FindingOfRequestRow *f = &r->found.v[i];
        if (f->file != file) continue;
        json_str(json_key(json_obj(j), S("rule")), f->rule);
        json_int(json_key(j, S("row")), f->data_row);
        json_str(json_key(j, S("column")), f->data_column);
        json_str(json_key(j, S("message")), message_outside(f));
        json_str(json_key(j, S("dismissed")), dismissed);
        json_end(j);
    }
    json_end(j);
}
