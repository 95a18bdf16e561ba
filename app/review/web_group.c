// What is changed and said on a request's page: its groups, its files, comments.
#include "review/link.h"
#include "review/show.h"
#include "review/web_review.h"

static fallible group_of(Req *q, i64 *id)
{
    return str_i64(req_param(q, "group"), id)
               ? NULL
               : fail(q->a, ERR_NOT_FOUND, "There is no such group in this request.");
}

static fallible back_to_group(Req *q, const ReviewRequest *r, i64 group)
{
    return review_request_back(q, r, arena_fmt(q->a, "#group-%lld", (long long)group));
}

static fallible group_post(Req *q)
{
    ReviewRequest r;
    i64 group;
    TRY(review_request_of(q, &r));
    TRY(group_of(q, &group));
    TRY(review_group_edit(q, &r, group, req_field(q, "context"), req_field(q, "controls")));
    answer_flash(q, FLASH_DONE, "What you say of the group is saved");
    return back_to_group(q, &r, group);
}

static fallible change_post(Req *q)
{
    ReviewRequest r;
    ReviewFile f;
    TRY(review_request_of(q, &r));
    TRY(review_file_of(q, &r, &f));
    TRY(review_file_change(q, airlock_link(q)->site, &r, &f, req_field(q, "change")));
    return back_to_group(q, &r, f.in_group);
}

static fallible comment_post(Req *q)
{
    ReviewRequest r;
    TRY(review_request_of(q, &r));
    TRY(review_comment_add(q, &r, 0, req_field(q, "visibility"), req_field(q, "words")));
    return review_request_back(q, &r, S("#talk"));
}

static fallible group_comment_post(Req *q)
{
    ReviewRequest r;
    i64 group;
    TRY(review_request_of(q, &r));
    TRY(group_of(q, &group));
    TRY(review_comment_add(q, &r, group, req_field(q, "visibility"), req_field(q, "words")));
    return back_to_group(q, &r, group);
}

static const Field group_fields[] = {
    {"context", FIELD_LONG, true, 5000},
    {"controls",     FIELD_LONG, true, 5000},
    {0        }
};
static const Field change_fields[] = {
    {"change", FIELD_TEXT, true, 20},
    {0   }
};
static const Field comment_fields[] = {
    {"words", FIELD_LONG, true, 5000},
    {"visibility",   FIELD_TEXT, false, 20},
    {0      }
};

#define REQUEST "/requests/{request}/"
static const Route rows[] = {
    {POST, REQUEST "groups/{group}/",          PERM_REVIEW_ASK,  NULL, group_post,         group_fields,   0,
     ROUTE_PAGE                                                                                                         },
    {POST, REQUEST "groups/{group}/comments/", PERM_REVIEW_LOOK, NULL, group_comment_post,
     comment_fields,                                                                                       0, ROUTE_PAGE},
    {POST, REQUEST "comments/",                PERM_REVIEW_LOOK, NULL, comment_post,       comment_fields, 0,
     ROUTE_PAGE                                                                                                         },
    {POST, REQUEST "files/{file}/change/",     PERM_REVIEW_ASK,  NULL, change_post,        change_fields,  0,
     ROUTE_PAGE                                                                                                         },
};
const RouteList review_group_routes = ROUTES(rows);
