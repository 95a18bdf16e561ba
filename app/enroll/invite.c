// An invitation as one word: kind, pin and secret as bytes, the address, and a check of them all.
#include "base/encode.h"
#include "enroll/enroll.h"
#include "kit/crypto.h"

enum { PIN_BYTES = 32, SECRET_BYTES = 16, CHECK_BYTES = 4, WORD_MAX = 600 };
static const Str opening = S("tresor1-");

static Str check_of(Arena *a, Str bytes)
{
    return str_take(sha256(a, bytes), CHECK_BYTES);
}

Str enroll_invite_text(Arena *a, const EnrollInvite *i)
{
    Str pin = {0}, secret;
    must(hex_decode(a, i->pin, &pin) && (!pin.n || pin.n == PIN_BYTES));
    must(hex_decode(a, i->secret, &secret) && secret.n == SECRET_BYTES);
    Buf b = {.a = a};
    buf_byte(&b, pin.n ? 'p' : 'm');
    buf_put(&b, pin);
    buf_put(&b, secret);
    buf_put(&b, i->server);
    buf_put(&b, check_of(a, buf_str(&b)));
    return arena_fmt(a, "%.*s%.*s", STR(opening), STR(base64url_encode(a, buf_str(&b))));
}

static bool parts_read(Arena *a, Str bytes, EnrollInvite *out)
{
    if (bytes.n <= 1 + SECRET_BYTES + CHECK_BYTES) return false;
    Str body = str_take(bytes, bytes.n - CHECK_BYTES);
    if (!str_eq(check_of(a, body), str_skip(bytes, body.n))) return false;
    isize pin = body.s[0] == 'p' ? PIN_BYTES : 0;
    if ((!pin && body.s[0] != 'm') || body.n <= 1 + pin + SECRET_BYTES) return false;
    out->pin = hex_encode(a, str_span(body, 1, 1 + pin));
    out->secret = hex_encode(a, str_span(body, 1 + pin, 1 + pin + SECRET_BYTES));
    out->server = str_skip(body, 1 + pin + SECRET_BYTES);
    return str_starts(out->server, S("https://")) && out->server.n > S("https://").n &&
           str_eq(str_printable(a, out->server), out->server);
}

fallible enroll_invite_read(Arena *a, Str text, EnrollInvite *out)
{
    Str bytes;
    *out = (EnrollInvite){0};
    text = str_trim(text);
    if (!str_starts(text, opening) || text.n > WORD_MAX)
        return fail(a, ERR_BAD_INPUT,
                    "this is no invitation: it begins with %.*s and is one word; copy it once more",
                    STR(opening));
    if (base64_decode(a, str_skip(text, opening.n), &bytes) && parts_read(a, bytes, out))
        return NULL;
    return fail(a, ERR_BAD_INPUT,
                "a part of the invitation is missing or mistyped; copy it once more");
}
