// A token is masked anew for each page, so that a compressed page says nothing about it (BREACH).
#include "web/origin.h"

#include "base/encode.h"
#include "os/random.h"
#include "web/gate.h"

enum { TOKEN_BYTES = 32 };

fallible origin_check(Req *q)
{
    Str ours = q->server->origin;
    Str from = req_header(q, "Origin"), referer = req_header(q, "Referer");
    bool same =
        from.n ? str_eq(from, ours)
               : str_starts(referer, ours) && (referer.n == ours.n || referer.s[ours.n] == '/');
    if (same) return NULL;
    return fail(
        q->a, ERR_FORBIDDEN,
        "CSRF Failed: this change was not sent from %.*s; open the page there and try again.",
        STR(ours));
}

static Str form_cookie(const Req *q)
{
    return arena_fmt(q->a, "%.*s-form", STR(q->server->cookie));
}

// Plain text of equal length, whatever the token looks like.
static Str token_mask(Arena *a, Str token)
{
    Str key = random_bytes(a, token.n);
    char *both = make(a, char, token.n * 2);
    for (isize i = 0; i < token.n; i++) {
        both[i] = key.s[i];
        both[token.n + i] = (char)(key.s[i] ^ token.s[i]);
    }
    return base64url_encode(a, (Str){both, token.n * 2});
}

static bool token_unmask(Arena *a, Str shown, Str *token)
{
    Str both;
    if (!base64_decode(a, shown, &both) || both.n % 2) return false;
    isize n = both.n / 2;
    char *plain = make(a, char, n);
    for (isize i = 0; i < n; i++)
        plain[i] = (char)(both.s[i] ^ both.s[n + i]);
    *token = (Str){plain, n};
    return true;
}

// Takes the same time wherever the first difference is.
static bool same_secret(Str a, Str b)
{
    if (a.n != b.n || !a.n) return false;
    unsigned differ = 0;
    for (isize i = 0; i < a.n; i++)
        differ |= (unsigned)(u8)(a.s[i] ^ b.s[i]);
    return !differ;
}

Str req_csrf(const Req *q)
{
    if (q->who.csrf.n) return token_mask(q->a, q->who.csrf);
    Exchange *x = exchange(q);
    if (!x->form_token.n) {
        Str brought = req_cookie(q, form_cookie(q));
        x->form_token = brought.n == TOKEN_BYTES * 2 ? brought : random_hex(q->a, TOKEN_BYTES);
    }
    return token_mask(q->a, x->form_token);
}

void origin_keep_token(Req *q)
{
    Exchange *x = exchange(q);
    Str name = form_cookie(q);
    if (x->form_token.n && !str_eq(req_cookie(q, name), x->form_token))
        answer_cookie(q, name, x->form_token, 0);
}

fallible origin_check_token(Req *q, Str from_form)
{
    Str header = req_header(q, "X-CSRFToken");
    Str shown = header.n ? header : from_form;
    Str expected = q->who.csrf.n ? q->who.csrf : req_cookie(q, form_cookie(q));
    Str token;
    // A program may also send the token as it is.
    if (same_secret(shown, expected)) return NULL;
    if (token_unmask(q->a, shown, &token) && same_secret(token, expected)) return NULL;
    return fail(q->a, ERR_FORBIDDEN,
                "CSRF Failed: CSRF token missing or incorrect. Reload the page and send it again.");
}
