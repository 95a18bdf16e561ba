// The site's side of an enrolment. The token is made here and its hash is all that the server gets to see before it is
// used, so that a try may be repeated when its answer was lost.
#include <unistd.h>

#include "enroll/link.h"
#include "kit/crypto.h"
#include "kit/json.h"
#include "kit/x509.h"
#include "os/file.h"
#include "os/folder.h"
#include "os/random.h"

enum { TOKEN_BYTES = 20, ANSWER_SECONDS = 30 };

static fallible folder_ready(Arena *a, Str site, Str *folder)
{
    FileFacts facts;
    *folder = enroll_folder(a, site);
    TRY(folder_make(a, site, 0700));
    TRY(folder_make(a, *folder, 0700));
    if (geteuid()) return NULL;
    TRY(file_facts(a, site, &facts));
    return chown(cstr(a, *folder), facts.owner, (gid_t)-1)
               ? fail(a, ERR_IO, "cannot give %.*s to the owner of the site: %m", STR(*folder))
               : NULL;
}

// The token of a try that did not come to its end, or a new one.
static fallible token_next(Arena *a, Str folder, Str *token)
{
    if (!file_read(a, path_join(a, folder, S("token.next")), 4096, token) && str_trim(*token).n) {
        *token = str_trim(*token);
        return NULL;
    }
    *token = random_hex(a, TOKEN_BYTES);
    return enroll_keep(a, folder, S("token.next"), *token, 0600);
}

static fallible token_settle(Arena *a, Str folder)
{
    return file_rename(a, path_join(a, folder, S("token.next")), path_join(a, folder, S("token")));
}

static Str proof(Arena *a, Str secret, Str token)
{
    Buf b = {.a = a};
    JsonOut j = json_begin(&b, JSON_COMPACT);
    json_obj(&j);
    if (secret.n) json_str(json_key(&j, S("secret")), secret);
    json_str(json_key(&j, S("token_sha256")), sha256_hex(a, token));
    json_str(json_key(&j, S("hint")), str_skip(token, token.n - 4));
    json_end(&j);
    return buf_str(&b);
}

static fallible answer_read(Arena *a, const HttpRequest *q, const HttpAnswer *answer,
                            const Json **out)
{
    const Json *said = NULL;
    bool is_json = !json_parse(a, answer->body, &said);
    Str why = is_json ? json_get_str(said, S("detail")) : (Str){0};
    if (why.n && answer->status >= 400 && answer->status < 500)
        return fail(a, ERR_FORBIDDEN, "%.*s", STR(str_printable(a, why)));
    TRY(http_expect_ok(a, q, answer));
    if (!is_json)
        return fail(a, ERR_IO, "%.*s did not answer as a server of ours does",
                    STR(http_origin(a, q->url)));
    *out = said;
    return NULL;
}

static fallible ask(Arena *a, const HttpTrust *trust, HttpRequest *q, const Json **out)
{
    Http *opened;
    HttpAnswer answer;
    q->method = S("POST");
    if (!q->timeout) q->timeout = SECONDS(ANSWER_SECONDS);
    http_header_add(a, &q->headers, S("Content-Type"), S("application/json"));
    TRY(http_open(a, trust, &opened));
    owned_http http = opened;
    TRY(http_send(http, a, q, &answer));
    return answer_read(a, q, &answer, out);
}

// The secret is in the body, which is sent only after the certificate was found to be the one of the invitation.
static fallible invite_show(Arena *a, const EnrollInvite *i, Str ca_file, Str token,
                            const Json **said)
{
    HttpTrust trust = {.ca_file = ca_file, .fingerprint = ca_file.n ? S("") : i->pin};
    HttpRequest q = {.url = arena_fmt(a, "%.*s/api/enroll/", STR(i->server)),
                     .body = proof(a, i->secret, token)};
    Err *e = ask(a, &trust, &q, said);
    if (!e || !str_eq(e->code, S("HttpUntrusted"))) return e;
    if (!i->pin.n || ca_file.n)
        return fail(
            a, ERR_FORBIDDEN,
            "the certificate of %.*s is signed by nobody whom this machine trusts: give its "
            "authority with --ca FILE; nothing was sent",
            STR(i->server));
    return fail(
        a, ERR_FORBIDDEN,
        "%.*s shows another certificate than the invitation names: somebody stands between, or "
        "it was changed; nothing was sent, ask for a new invitation",
        STR(i->server));
}

// What the server names as its authority is the one of the invitation, or it is not taken.
static fallible authority_keep(Arena *a, Str folder, Str pem, Str pin, Str *file)
{
    X509Facts facts;
    TRY(x509_facts(a, pem, &facts));
    if (!str_eq(facts.fingerprint, pin) && pin.n)
        return fail(a, ERR_FORBIDDEN,
                    "the server named another authority than the invitation; ask for a new one");
    *file = path_join(a, folder, S("ca.pem"));
    return enroll_keep(a, folder, S("ca.pem"), pem, 0644);
}

// An operator's own certificate is pinned until it is renewed; for the time after that the machine must trust it, too.
static fallible machine_trusts(Arena *a, Str server)
{
    Http *opened;
    HttpAnswer answer;
    HttpRequest q = {.url = arena_fmt(a, "%.*s/health/", STR(server)),
                     .timeout = SECONDS(ANSWER_SECONDS)};
    TRY(http_open(a, NULL, &opened));
    owned_http http = opened;
    Err *e = http_send(http, a, &q, &answer);
    return e && str_eq(e->code, S("HttpUntrusted"))
               ? fail(a, ERR_FORBIDDEN,
                      "the certificate of %.*s is signed by nobody whom this machine trusts: say "
                      "this again "
                      "with its authority, --ca FILE",
                      STR(server))
               : e;
}

fallible enroll_site(Arena *a, const EnrollInvite *i, Str site, Str ca_file, EnrollLink *out)
{
    const Json *said;
    Str token, ca, known;
    *out = (EnrollLink){.server = i->server};
    TRY(folder_ready(a, site, &out->folder));
    TRY(token_next(a, out->folder, &token));
    TRY(invite_show(a, i, ca_file, token, &said));
    TRY(json_need_str(a, said, S("backend"), &out->backend));
    ca = json_get_str(said, S("ca"));
    if (ca_file.n) {
        TRY(file_read(a, ca_file, 1 << 20, &known));
        TRY(authority_keep(a, out->folder, known, S(""), &out->trust.ca_file));
    } else if (ca.n) {
        TRY(authority_keep(a, out->folder, ca, i->pin, &out->trust.ca_file));
    } else {
        TRY(machine_trusts(a, i->server));
    }
    TRY(token_settle(a, out->folder));
    out->token_file = path_join(a, out->folder, S("token"));
    return enroll_link_keep(a, out);
}

// A bundle may hold a next authority beside the one in use; it came over a connection that this one vouches for.
static fallible authorities_renew(Arena *a, const EnrollLink *l, Str pem)
{
    Str had;
    X509Facts facts;
    if (!pem.n || !str_eq(l->trust.ca_file, path_join(a, l->folder, S("ca.pem")))) return NULL;
    TRY(x509_facts(a, pem, &facts));
    TRY(file_read(a, l->trust.ca_file, 1 << 20, &had));
    return str_eq(had, pem) ? NULL : enroll_keep(a, l->folder, S("ca.pem"), pem, 0644);
}

fallible enroll_renew(Arena *a, const EnrollLink *l)
{
    const Json *said;
    Str old, next;
    if (!l->folder.n) return NULL;
    TRY(enroll_token(a, l, &old));
    TRY(token_next(a, l->folder, &next));
    HttpRequest q = {.url = arena_fmt(a, "%.*s/api/backend/token/", STR(l->server)),
                     .body = proof(a, S(""), next)};
    enroll_request(l, &q);
    http_header_add(a, &q.headers, S("Authorization"), old);
    TRY(ask(a, &l->trust, &q, &said));
    TRY(authorities_renew(a, l, json_get_str(said, S("ca"))));
    return token_settle(a, l->folder);
}
