// Who is at the airlock: the server's word, kept for a while, and sessions of our own.
#include "review/visitor.h"

#include "audit/audit.h"
#include "kit/json.h"
#include "os/random.h"

i64 airlock_reviews(const AirlockLink *link, Str workspace)
{
    Str name, number;
    i64 n = link->reviews;
    for (isize i = 0; i < link->reviews_for.n; i++)
        if (str_cut(link->reviews_for.v[i], '=', &name, &number) && str_eq(name, workspace))
            must(str_i64(number, &n)); // the command has checked it
    return n;
}

// Only names are kept of what the server tells about workspaces.
Str visitor_workspace_names(Arena *a, const Json *workspaces)
{
    Buf b = {.a = a};
    JsonOut j = json_begin(&b, JSON_COMPACT);
    json_arr(&j);
    for (JsonWalk w = json_walk(workspaces); json_next(&w);)
        json_str(&j, w.key);
    json_end(&j);
    return buf_str(&b);
}

static fallible server_ask(Arena *a, const AirlockLink *link, Str who, Str code, const Json **out)
{
    Http *opened;
    HttpAnswer answer;
    Str token;
    TRY(enroll_token(a, &link->link, &token));
    Buf b = {.a = a};
    JsonOut j = json_begin(&b, JSON_COMPACT);
    json_obj(&j);
    json_str(json_key(&j, S("user")), who);
    json_str(json_key(&j, S("token")), code);
    json_end(&j);
    HttpRequest ask = {.method = S("POST"),
                       .url = arena_fmt(a, "%.*s/api/v2/releases/authenticate", STR(link->server)),
                       .body = buf_str(&b),
                       .timeout = SECONDS(20)};
    enroll_request(&link->link, &ask);
    http_header_add(a, &ask.headers, S("Authorization"), token);
    http_header_add(a, &ask.headers, S("Content-Type"), S("application/json"));
    TRY(http_open(a, &link->trust, &opened));
    owned_http http = opened;
    TRY(err_under(a, http_send(http, a, &ask, &answer), "the server cannot be asked who you are"));
    TRY(json_parse(a, answer.body, out));
    if (answer.status == 200) return NULL;
    Str why = json_get_str(*out, S("detail"));
    return fail(a, ERR_FORBIDDEN, "%.*s",
                STR(why.n ? why : S("The server does not know this name and code.")));
}

static Str session_hash(Arena *a, Str token)
{
    return sha256_hex(a, token);
}

static fallible session_begin(Req *q, i64 visitor)
{
    i64 changed;
    Str token = random_base64url(q->a, 32);
    TRY(visitor_session_sweep(q->db, q->a, q->now, &changed));
    TRY(visitor_session_add(q->db, q->a, session_hash(q->a, token), visitor,
                            random_base64url(q->a, 24), q->now, q->now + HOURS(VISIT_LASTS_HOURS),
                            &changed));
    answer_cookie(q, q->server->cookie, token, 0);
    return NULL;
}

fallible visitor_sign_in(Req *q, const AirlockLink *link, Str who, Str code)
{
    const Json *said;
    VisitorPut made;
    TRY(server_ask(q->a, link, who, code, &said));
    Str username = json_get_str(said, S("username"));
    if (!username.n)
        return fail(q->a, ERR_IO,
                    "the server's answer about you cannot be read; tell the operator");
    TRY(visitor_put(q->db, q->a, username, json_get_str(said, S("fullname")),
                    json_get_bool(said, S("output_checker"), false),
                    visitor_workspace_names(q->a, json_get(said, S("workspaces"))), q->now, &made));
    TRY(session_begin(q, made.id));
    return audit_note(q->db, q->a,
                      (AuditLine){.at = q->now,
                                  .actor = made.id,
                                  .who = username,
                                  .action = S("visitor.sign_in"),
                                  .kind = S("visitor"),
                                  .object = username});
}

fallible visitor_sign_out(Req *q)
{
    i64 changed;
    TRY(visitor_session_end(q->db, q->a, q->who.session, &changed));
    answer_cookie(q, q->server->cookie, S(""), -1);
    return audit_note(q->db, q->a,
                      (AuditLine){.at = q->now,
                                  .actor = q->who.id,
                                  .who = q->who.username,
                                  .action = S("visitor.sign_out"),
                                  .kind = S("visitor"),
                                  .object = q->who.username});
}

fallible visitor_by_session(Db *db, Arena *a, Time now, Str token, Visitor *out)
{
    VisitorSessionGet s;
    bool found;
    TRY(visitor_session_get(db, a, session_hash(a, token), now, &s, &found));
    if (found)
        *out = (Visitor){.id = s.visitor,
                         .username = s.username,
                         .name = s.name.n ? s.name : s.username,
                         .session = s.id,
                         .csrf = s.csrf};
    return NULL;
}

fallible visitor_sees(Db *db, Arena *a, i64 visitor, Str workspace, bool *out)
{
    VisitorHasWorkspace has;
    TRY(visitor_has_workspace(db, a, visitor, workspace, &has));
    *out = has.sees;
    return NULL;
}

// Which workspace a permission is asked for is the handler's to test (visitor_sees): a scope holds numbers, and here
// workspaces are names.
fallible visitor_may(Db *db, Arena *a, const Visitor *v, Perm p, Scope s, bool *out)
{
    VisitorGet who;
    (void)s;
    *out = false;
    if (!v->id) return NULL;
    TRY(visitor_get(db, a, v->id, &who));
    *out = p == PERM_SIGNED_IN || p == PERM_REVIEW_LOOK || p == PERM_REVIEW_ASK ||
           (p == PERM_REVIEW_CHECK && who.is_checker);
    return NULL;
}
