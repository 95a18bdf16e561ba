// Pages of the airlock: signing in, what waits, a workspace's outputs, asking for a release.
#include "review/airlock.page.h"
#include "review/review.h"
#include "review/show.h"

#include "audit/audit.h"
#include "output/output.h"
#include "review/link.h"
#include "review/look.h"
#include "review/web_review.h"
#include "web/frame.h"
#include "web/piece.h"

enum { FILES_MOST = 10000 };

static fallible login_page(Req *q)
{
    if (q->who.id) return answer_redirect(q, S("/"));
    frame_head(q, S("Sign in"));
    airlock_login(&q->answer.body, req_query(q, "user"), req_query(q, "code"),
                  airlock_link(q)->server, csrf_field(q));
    frame_foot(q);
    return NULL;
}

static fallible login_post(Req *q)
{
    TRY(visitor_sign_in(q, airlock_link(q), str_lower(q->a, req_field(q, "user")),
                        req_field(q, "code")));
    return answer_redirect(q, S("/"));
}

static fallible logout_post(Req *q)
{
    TRY(visitor_sign_out(q));
    return answer_redirect(q, S("/login/"));
}

static fallible workspaces_here(Req *q, StrList *out)
{
    StrList all = {0};
    bool sees;
    Str folder = arena_fmt(q->a, "%.*s/medium/workspaces", STR(airlock_link(q)->site));
    Err *none = folder_names(q->a, folder, &all);
    if (none && none->kind != ERR_NOT_FOUND) return none;
    for (isize i = 0; i < all.n; i++) {
        if (!output_workspace_is_valid(all.v[i])) continue;
        TRY(visitor_sees(q->db, q->a, q->who.id, all.v[i], &sees));
        if (sees) str_list_add(q->a, out, all.v[i]);
    }
    return NULL;
}

static fallible queue_load(Req *q, AirlockHome *h)
{
    TRY(review_waiting(q->db, q->a, q->who.id, &h->waiting));
    TRY(review_with_others(q->db, q->a, q->who.id, &h->with_others));
    TRY(review_with_authors(q->db, q->a, q->who.id, &h->with_authors));
    return review_newest(q->db, q->a, &h->newest);
}

static fallible home_page(Req *q)
{
    AirlockHome h = {.now = q->now, .a = q->a};
    TRY(visitor_get(q->db, q->a, q->who.id, &h.who));
    TRY(workspaces_here(q, &h.workspaces));
    TRY(review_of_author(q->db, q->a, q->who.id, &h.mine));
    if (h.who.is_checker) TRY(queue_load(q, &h));
    frame_head(q, S("Airlock"));
    airlock_home(&q->answer.body, &h);
    frame_foot(q);
    return NULL;
}

// The workspace of the path, if the visitor may see it; otherwise there is none.
static fallible workspace_seen(Req *q, Str *out)
{
    bool sees = false;
    *out = req_param(q, "workspace");
    if (output_workspace_is_valid(*out)) TRY(visitor_sees(q->db, q->a, q->who.id, *out, &sees));
    return sees ? NULL
                : fail(q->a, ERR_NOT_FOUND, "There is no workspace \"%.*s\" here that you may see.",
                       STR(*out));
}

// Outputs first, logs behind them; both stay in order.
static void logs_last(Arena *a, FolderList *l)
{
    FolderEntry *v = make(a, FolderEntry, l->n + 1);
    isize n = 0;
    for (int logs = 0; logs < 2; logs++)
        for (isize i = 0; i < l->n; i++)
            if (str_starts(l->v[i].path, S("metadata/")) == logs) v[n++] = l->v[i];
    l->v = v;
}

// The request that chosen files would join: the visitor's own, while he holds it.
static fallible own_load(Req *q, AirlockFiles *f)
{
    bool open;
    ReviewState state;
    f->reviews = airlock_reviews(airlock_link(q), f->workspace);
    TRY(review_open_of(q->db, q->a, f->workspace, q->who.id, &f->own, &open));
    if (!open) return NULL;
    must(review_state_from(f->own.state, &state));
    f->holds = review_is_authors_turn(state);
    f->may_ask &= f->holds;
    return f->holds ? review_groups(q->db, q->a, f->own.id, &f->groups) : NULL;
}

static fallible files_load(Req *q, AirlockFiles *f)
{
    *f = (AirlockFiles){.now = q->now,
                        .a = q->a,
                        .csrf = csrf_field(q),
                        .me = q->who.id,
                        .may_ask = req_may(q, PERM_REVIEW_ASK)};
    TRY(workspace_seen(q, &f->workspace));
    Str store = output_medium(q->a, airlock_link(q)->site, f->workspace);
    TRY(manifest_load(q->a, airlock_link(q)->site, f->workspace, &f->manifest));
    Err *e = folder_walk(q->a, store, FOLDER_FILES, FILES_MOST, &f->files);
    if (e && e->kind != ERR_NOT_FOUND) return e;
    logs_last(q->a, &f->files);
    TRY(own_load(q, f));
    return review_of_workspace(q->db, q->a, f->workspace, q->who.id, &f->requests);
}

static fallible workspace_page(Req *q)
{
    AirlockFiles f;
    TRY(files_load(q, &f));
    frame_head(q, f.workspace);
    airlock_workspace(&q->answer.body, &f);
    frame_foot(q);
    return NULL;
}

static fallible file_page(Req *q)
{
    AirlockFiles f;
    TRY(files_load(q, &f));
    f.chosen = req_param(q, "path");
    bool found = false;
    for (isize i = 0; i < f.files.n; i++)
        found |= str_eq(f.files.v[i].path, f.chosen);
    if (!found)
        return fail(q->a, ERR_NOT_FOUND, "There is no file \"%.*s\" in this workspace.",
                    STR(f.chosen));
    TRY(look_at_workspace(q, f.workspace, f.chosen, &f.view));
    frame_head(q, view_name(q->a, f.chosen));
    airlock_file(&q->answer.body, &f);
    frame_foot(q);
    return NULL;
}

static fallible raw_file(Req *q)
{
    Str workspace;
    TRY(workspace_seen(q, &workspace));
    return look_serve_workspace(q, workspace, req_param(q, "path"));
}

static fallible columns_find(Req *q, ViewAsk *ask)
{
    Str workspace;
    TRY(workspace_seen(q, &workspace));
    return look_columns_workspace(q, workspace, req_param(q, "path"), ask);
}

static fallible columns_get(Req *q)
{
    ViewAsk ask;
    q->db = req_db_take(q, DB_READ_ONLY);
    Err *e = columns_find(q, &ask);
    req_db_give(q, q->db);
    q->db = NULL;
    return e ? e : view_columns_stream(q, &ask);
}

static fallible ask_post(Req *q)
{
    StrList paths = {0};
    Str workspace;
    ReviewRequest r;
    TRY(workspace_seen(q, &workspace));
    req_fields(q, "file", &paths);
    bool draft = req_field(q, "draft").n > 0;
    TRY(review_ask(q,
                   &(ReviewAsk){.site = airlock_link(q)->site,
                                .workspace = workspace,
                                .group = req_field(q, "group"),
                                .context = req_field(q, "context"),
                                .controls = req_field(q, "controls"),
                                .kind = req_flag(q, "supporting") ? S("supporting") : S("output"),
                                .paths = &paths,
                                .author = q->who.id,
                                .reviews = airlock_reviews(airlock_link(q), workspace)},
                   &r));
    if (!draft) TRY(review_submit(q, &r));
    answer_flash(q, FLASH_DONE,
                 draft ? "The files are in your request; submit it when it is complete"
                       : "Your request is with the output checkers");
    return review_request_back(q, &r, S(""));
}

static const Field login_fields[] = {
    {"user", FIELD_TEXT, true, 100},
    {"code",  FIELD_TEXT, true, 100},
    {0     }
};
static const Field no_fields[] = {{0}};
static const Field ask_fields[] = {
    {"file",      FIELD_MANY, true, 1024},
    {"group",       FIELD_TEXT, false, 100},
    {"context",           FIELD_LONG, false, 5000},
    {"controls",FIELD_LONG, false, 5000},
    {"supporting",        FIELD_FLAG, false, 0},
    {"draft",   FIELD_TEXT, false, 20},
    {0     }
};

#define WORKSPACE "/workspaces/{workspace}/"
static const Route rows[] = {
    {GET,  "/",                           PERM_REVIEW_LOOK, NULL, home_page,      NULL,         0,           ROUTE_PAGE},
    {GET,  "/login/",                     PERM_ANYONE,      NULL, login_page,     NULL,         0,           ROUTE_PAGE},
    {POST, "/login/",                     PERM_ANYONE,      NULL, login_post,     login_fields, 0,           ROUTE_PAGE},
    {POST, "/logout/",                    PERM_SIGNED_IN,   NULL, logout_post,    no_fields,    0,           ROUTE_PAGE},
    {GET,  WORKSPACE,                     PERM_REVIEW_LOOK, NULL, workspace_page, NULL,         0,           ROUTE_PAGE},
    {GET,  WORKSPACE "files/{path...}",   PERM_REVIEW_LOOK, NULL, file_page,      NULL,         0,           ROUTE_PAGE},
    {GET,  WORKSPACE "raw/{path...}",     PERM_REVIEW_LOOK, NULL, raw_file,       NULL,         0,           ROUTE_PAGE},
    {GET,  WORKSPACE "columns/{path...}", PERM_REVIEW_LOOK, NULL, columns_get,    NULL,         0,
     ROUTE_STREAM                                                                                                      },
    {POST, WORKSPACE "ask/",              PERM_REVIEW_ASK,  NULL, ask_post,       ask_fields,   1024 * 1024, ROUTE_PAGE},
};
const RouteList review_routes = ROUTES(rows);
