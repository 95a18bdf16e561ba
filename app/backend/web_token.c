// Where sites take up invitations and renew their tokens, and where staff make and end them.
#include "account/account.h"
#include "backend/backend.h"
#include "backend/pages.h"
#include "base/encode.h"
#include "kit/json.h"
#include "os/file.h"
#include "web/frame.h"

enum { REFUSED_MOST = 30, REFUSED_MINUTES = 15, INVITE_HOURS = 72, HOURS_MOST = 720 };

// --- sites

typedef struct Proof {
    Str secret, hash, hint;
} Proof;

static fallible proof_read(Req *q, bool with_secret, Proof *out)
{
    const Json *j;
    TRY(json_parse(q->a, q->body, &j));
    if (with_secret) TRY(json_need_str(q->a, j, S("secret"), &out->secret));
    TRY(json_need_str(q->a, j, S("token_sha256"), &out->hash));
    TRY(json_need_str(q->a, j, S("hint"), &out->hint));
    if (!backend_token_proof_is_valid(out->hash, out->hint))
        return fail(q->a, ERR_BAD_INPUT,
                    "token_sha256 is 64 hexadecimal letters, hint the last four of the token");
    return NULL;
}

static fallible welcome(Req *q, Str slug)
{
    Str ca = {0};
    Buf b = {.a = q->a};
    JsonOut j = json_begin(&b, JSON_COMPACT);
    if (q->server->ca.n) TRY(file_read(q->a, q->server->ca, 1 << 20, &ca));
    json_str(json_key(json_obj(&j), S("backend")), slug);
    json_str(json_key(&j, S("ca")), ca);
    json_end(&j);
    return answer_json(q, 200, buf_str(&b));
}

static fallible say_no(Req *q, int status, Str sentence)
{
    Buf b = {.a = q->a};
    JsonOut j = json_begin(&b, JSON_COMPACT);
    json_end(json_str(json_key(json_obj(&j), S("detail")), sentence));
    return answer_json(q, status, buf_str(&b));
}

// Secrets are too long to be guessed; the brake keeps strangers from filling the trail with tries.
static fallible enroll_post(Req *q)
{
    Proof p = {0};
    Str slug = {0}, refused;
    FailureCount lately;
    TRY(proof_read(q, true, &p));
    TRY(failure_count(q->db, q->a, q->address, q->now - MINUTES(REFUSED_MINUTES), &lately));
    if (lately.n >= REFUSED_MOST)
        return say_no(q, 429, S("Too many tries from here: wait a quarter of an hour."));
    TRY(backend_enroll(q->db, q->a, q->now, p.secret, p.hash, p.hint, &slug, &refused));
    if (!refused.n) return welcome(q, slug);
    TRY(failure_insert(q->db, q->a, q->address, q->now, NULL));
    return say_no(q, 403, refused);
}

static fallible renew_post(Req *q)
{
    Proof p = {0};
    TRY(proof_read(q, false, &p));
    TRY(backend_token_renew(q->db, q->a, q->now, req_header(q, "Authorization"), p.hash, p.hint));
    return welcome(q, q->who.username);
}

// --- staff

fallible backend_secret_show(Req *q, void (*page)(Buf *, const BackendGet *, Str),
                             const BackendGet *b, const char *title, Str text)
{
    frame_head(q, str_from(title));
    page(&q->answer.body, b, text);
    frame_foot(q);
    q->answer.no_store = true;
    return NULL;
}

static fallible invite_post(Req *q)
{
    BackendGet b;
    Str text;
    ServerReach reach = q->server->reach;
    i64 hours = req_field(q, "hours").n ? req_field_i64(q, "hours") : INVITE_HOURS;
    if (!reach.url.n) reach.url = q->server->origin;
    if (hours < 1 || hours > HOURS_MOST)
        return fail(q->a, ERR_BAD_INPUT, "an invitation lasts 1 to %d hours", HOURS_MOST);
    TRY(backend_get(q->db, q->a, req_param(q, "backend"), &b));
    TRY(backend_invite(q->db, q->a, q->now, q->who.id, &b, reach, HOURS(hours), &text));
    return backend_secret_show(q, backend_invite_page, &b, "Invitation of a site", text);
}

static fallible rotate_post(Req *q)
{
    BackendGet b;
    Str token;
    TRY(backend_get(q->db, q->a, req_param(q, "backend"), &b));
    TRY(backend_token_rotate(q->db, q->a, q->now, q->who.id, &b,
                             req_flag(q, "at_once") ? BACKEND_ROTATE_AT_ONCE : BACKEND_ROTATE,
                             &token));
    return backend_secret_show(q, backend_token_page, &b, "The runner's token", token);
}

static fallible end_post(Req *q)
{
    BackendGet b;
    TRY(backend_get(q->db, q->a, req_param(q, "backend"), &b));
    TRY(backend_token_end(q->db, q->a, q->now, q->who.id, &b, req_field(q, "hint")));
    answer_flash(q, FLASH_DONE, "The token is void");
    return answer_redirect(q, arena_fmt(q->a, "/staff/backends/%.*s/", STR(b.slug)));
}

static const Field invite_fields[] = {
    {"hours", FIELD_INT, false, 4},
    {0 }
};
static const Field rotate_fields[] = {
    {"at_once", FIELD_FLAG, false, 0},
    {0   }
};
static const Field end_fields[] = {
    {"hint", FIELD_TEXT, true, 4},
    {0 }
};

#define STAFF "/staff/backends/{backend}/"
static const Route rows[] = {
    {POST, "/api/enroll/",        PERM_ANYONE,         NULL, enroll_post, NULL,          4096, ROUTE_API },
    {POST, "/api/backend/token/", PERM_BACKEND,        NULL, renew_post,  NULL,          4096, ROUTE_API },
    {POST, STAFF "invite/",       PERM_BACKEND_MANAGE, NULL, invite_post, invite_fields, 0,    ROUTE_PAGE},
    {POST, STAFF "rotate-token/", PERM_BACKEND_MANAGE, NULL, rotate_post, rotate_fields, 0,
     ROUTE_PAGE                                                                                          },
    {POST, STAFF "end-token/",    PERM_BACKEND_MANAGE, NULL, end_post,    end_fields,    0,    ROUTE_PAGE},
};
const RouteList backend_token_routes = ROUTES(rows);
