// One cookie: base64url of "seconds, then a line per record" and its signature.
#include "web/flash.h"

#include "base/encode.h"
#include "kit/crypto.h"
#include "web/exchange.h"
#include "web/flash_keep.h"
#include "web/gate.h"

enum { LINE_BYTES = 400, LINES_MAX = 4, LIFE_SECONDS = 300 };

static Str flash_cookie(const Req *q)
{
    return arena_fmt(q->a, "%.*s-flash", STR(q->server->cookie));
}

static Str flash_signature(const Req *q, Str payload)
{
    const SecretKey *secret = q->server->key;
    Str bytes = {(const char *)secret->bytes, (isize)sizeof secret->bytes};
    Str key = hmac_sha256(q->a, bytes, S("web/flash"));
    return base64url_encode(q->a, hmac_sha256(q->a, key, payload));
}

void answer_flash(Req *q, FlashKind kind, const char *fmt, ...)
{
    Exchange *x = exchange(q);
    if (x->flashes.n == LINES_MAX) return;
    va_list ap;
    va_start(ap, fmt);
    Str text = str_printable(q->a, str_take(arena_vfmt(q->a, fmt, ap), LINE_BYTES));
    va_end(ap);
    Str record = arena_fmt(q->a, "%c%.*s", '0' + (int)kind, STR(text));
    str_list_add(q->a, &x->flashes, record);
}

void flash_keep(Req *q)
{
    Exchange *x = exchange(q);
    if (!x->flashes.n) {
        if (x->flashes_shown) answer_cookie(q, flash_cookie(q), S(""), -1);
        return;
    }
    Str lines = str_join(q->a, x->flashes.v, x->flashes.n, S("\x1e"));
    Str payload = arena_fmt(q->a, "%lld\x1e%.*s", (long long)(q->now / SECONDS(1)), STR(lines));
    Str value = arena_fmt(q->a, "%.*s.%.*s", STR(base64url_encode(q->a, payload)),
                          STR(flash_signature(q, payload)));
    answer_cookie(q, flash_cookie(q), value, LIFE_SECONDS);
}

isize flash_take(Req *q, Flash *out, isize most)
{
    Str cookie = req_cookie(q, flash_cookie(q)), encoded, signature, payload, seconds, line;
    if (!cookie.n) return 0;
    exchange(q)->flashes_shown = true;
    if (!str_cut(cookie, '.', &encoded, &signature) || !base64_decode(q->a, encoded, &payload) ||
        !crypto_equal(signature, flash_signature(q, payload)))
        return 0;
    i64 made;
    str_next(&payload, '\x1e', &seconds);
    if (!str_i64(seconds, &made) || q->now / SECONDS(1) - made > LIFE_SECONDS) return 0;
    isize n = 0;
    while (n < most && str_next(&payload, '\x1e', &line)) {
        int kind = line.n ? line.s[0] - '0' : -1;
        if (kind < FLASH_DONE || kind > FLASH_ERROR) continue;
        out[n++] = (Flash){(FlashKind)kind, str_skip(line, 1)};
    }
    return n;
}
