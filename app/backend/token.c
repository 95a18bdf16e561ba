// Tokens overlap for a while, so that changing one stops nothing; invitations are taken up once.
#include "backend/token.h"

#include "audit/audit.h"
#include "base/encode.h"
#include "enroll/enroll.h"
#include "kit/crypto.h"
#include "os/random.h"

enum { TOKEN_BYTES = 20, SECRET_BYTES = 16, GRACE_DAYS = 7 };

static fallible token_note(Db *db, Arena *a, Time now, i64 by, const char *action, Str slug,
                           Str hint)
{
    return audit_note(db, a,
                      (AuditLine){.at = now,
                                  .actor = by,
                                  .who = by ? S("") : slug,
                                  .action = str_from(action),
                                  .kind = S("backend"),
                                  .object = slug,
                                  .details = arena_fmt(a, "{\"token\":\"…%.*s\"}", STR(hint))});
}

fallible backend_by_token(Db *db, Arena *a, Time now, Str authorization, bool *found,
                          BackendByHash *out)
{
    *found = false;
    // Forty hex digits: anything else is no backend's token and need not be looked up.
    if (authorization.n != TOKEN_BYTES * 2) return NULL;
    return backend_by_hash(db, a, sha256_hex(a, authorization), now, out, found);
}

fallible backend_token_take(Db *db, Arena *a, Time now, i64 token)
{
    i64 changed;
    TRY(backend_token_used(db, a, token, now, &changed));
    return backend_token_took_over(db, a, token, now, &changed);
}

bool backend_token_proof_is_valid(Str hash, Str hint)
{
    Arena a = {0};
    Str bytes;
    bool good = hash.n == 64 && hex_decode(&a, hash, &bytes) && str_eq(str_lower(&a, hash), hash);
    good = good && hint.n == 4 && hex_decode(&a, hint, &bytes);
    arena_free(&a);
    return good;
}

fallible backend_token_make(Db *db, Arena *a, Time now, i64 by, i64 backend, Str *token, i64 *id)
{
    BackendTokenInsert made;
    *token = random_hex(a, TOKEN_BYTES);
    TRY(backend_token_insert(db, a, backend, sha256_hex(a, *token), str_skip(*token, token->n - 4),
                             by, now, &made));
    *id = made.id;
    return NULL;
}

fallible backend_token_rotate(Db *db, Arena *a, Time now, i64 by, const BackendGet *b,
                              BackendRotate how, Str *token)
{
    i64 id, changed;
    bool at_once = how == BACKEND_ROTATE_AT_ONCE;
    TRY(backend_token_make(db, a, now, by, b->id, token, &id));
    TRY(backend_tokens_replace(db, a, b->id, id, at_once ? now : now + DAYS(GRACE_DAYS), &changed));
    return token_note(db, a, now, by, at_once ? "backend.replace_token" : "backend.rotate_token",
                      b->slug, str_skip(*token, token->n - 4));
}

fallible backend_token_renew(Db *db, Arena *a, Time now, Str shown, Str hash, Str hint)
{
    BackendByHash old;
    BackendTokenByHash known;
    BackendTokenInsert made;
    bool found;
    i64 changed;
    TRY(backend_by_token(db, a, now, shown, &found, &old));
    if (!found) return fail(a, ERR_SIGNED_OUT, "Invalid token");
    TRY(backend_token_by_hash(db, a, hash, &known, &found));
    if (found && known.backend != old.id)
        return fail(a, ERR_CONFLICT, "this token belongs to somebody else; make another one");
    made.id = known.id; // the answer to an earlier try was lost
    if (!found) TRY(backend_token_insert(db, a, old.id, hash, hint, 0, now, &made));
    TRY(backend_token_replace(db, a, old.token, made.id, now + DAYS(GRACE_DAYS), &changed));
    return token_note(db, a, now, 0, "backend.renew_token", old.slug, hint);
}

fallible backend_token_end(Db *db, Arena *a, Time now, i64 by, const BackendGet *b, Str hint)
{
    i64 changed;
    TRY(backend_token_void(db, a, b->id, hint, now, &changed));
    if (!changed)
        return fail(a, ERR_NOT_FOUND, "\"%.*s\" has no token that counts and ends in %.*s",
                    STR(b->slug), STR(str_printable(a, hint)));
    return token_note(db, a, now, by, "backend.end_token", b->slug, hint);
}

// --- invitations

fallible backend_invite(Db *db, Arena *a, Time now, i64 by, const BackendGet *b, ServerReach reach,
                        i64 lasts, Str *text)
{
    i64 changed;
    if (!str_starts(reach.url, S("https://")))
        return fail(
            a, ERR_BAD_INPUT,
            "an invitation needs the address at which the site reaches this server, such as "
            "https://tresor.example.org");
    if (lasts <= 0 || lasts > DAYS(30))
        return fail(a, ERR_BAD_INPUT, "an invitation lasts at least an hour and at most 30 days");
    EnrollInvite i = {.server = reach.url, .pin = reach.pin, .secret = random_hex(a, SECRET_BYTES)};
    TRY(backend_invite_insert(db, a, b->id, sha256_hex(a, i.secret), by, now, now + lasts,
                              &changed));
    *text = enroll_invite_text(a, &i);
    return audit_note(db, a,
                      (AuditLine){.at = now,
                                  .actor = by,
                                  .action = S("backend.invite"),
                                  .kind = S("backend"),
                                  .object = b->slug,
                                  .details = arena_fmt(a, "{\"until\":\"%.*s\"}",
                                                       STR(time_iso_seconds(a, now + lasts)))});
}

static fallible refuse(Db *db, Arena *a, Time now, Str slug, const char *why, Str sentence,
                       Str *refused)
{
    *refused = sentence;
    return audit_note(db, a,
                      (AuditLine){.at = now,
                                  .who = S("site"),
                                  .action = S("backend.enroll_refused"),
                                  .kind = S("backend"),
                                  .object = slug,
                                  .details = arena_fmt(a, "{\"why\":\"%s\"}", why)});
}

fallible backend_enroll(Db *db, Arena *a, Time now, Str secret, Str hash, Str hint, Str *slug,
                        Str *refused)
{
    BackendInviteByHash i;
    BackendTokenInsert made;
    bool found;
    i64 changed;
    *refused = (Str){0};
    TRY(backend_invite_by_hash(db, a, sha256_hex(a, secret), &i, &found));
    if (!found)
        return refuse(db, a, now, S("?"), "unknown",
                      S("This server knows no such invitation: ask its staff for a new one."),
                      refused);
    *slug = i.slug;
    if (i.used_at && str_eq(i.token_hash, hash)) return NULL;
    if (i.used_at)
        return refuse(
            db, a, now, i.slug, "used",
            arena_fmt(
                a,
                "This invitation was used at %.*s: if that was not you, tell the staff of the "
                "server at once; else ask for a new one.",
                STR(time_iso_seconds(a, i.used_at))),
            refused);
    if (i.expires_at <= now)
        return refuse(db, a, now, i.slug, "expired",
                      arena_fmt(a, "This invitation was good until %.*s: ask for a new one.",
                                STR(time_iso_seconds(a, i.expires_at))),
                      refused);
    TRY(backend_token_insert(db, a, i.backend, hash, hint, i.created_by, now, &made));
    TRY(backend_invite_use(db, a, i.id, made.id, now, &changed));
    return token_note(db, a, now, 0, "backend.enroll", i.slug, hint);
}
