// Reading and writing the key and signature files of minisign.
#include "kit/minisign.h"

#include <sodium.h>

#include "base/encode.h"
#include "base/str.h"

enum { KEY_BYTES = 2 + 8 + SIGN_PUBLIC_BYTES, SIGNATURE_BYTES = 2 + 8 + SIGN_BYTES };

static const Str comment_mark = {"untrusted comment: ", 19};
static const Str trusted_mark = {"trusted comment: ", 17};

typedef struct Signature {
    bool prehashed;
    u8 key[8];
    Str bytes;   // of the message
    Str trusted; // comment
    Str overall; // signature of bytes and trusted comment
} Signature;

static Str bytes_view(const u8 *p, isize n)
{
    return (Str){(const char *)p, n};
}

MinisignKey minisign_key_of(const SignKey *k)
{
    MinisignKey out;
    u8 hash[SHA256_BYTES];
    Sha256 h;
    sha256_start(&h);
    sha256_add(&h, bytes_view(k->public_key, SIGN_PUBLIC_BYTES));
    sha256_end(&h, hash);
    memcpy(out.id, hash, sizeof out.id);
    memcpy(out.bytes, k->public_key, sizeof out.bytes);
    return out;
}

// The next line without its end; both kinds of line end are known.
static bool line_next(Str *rest, Str *line)
{
    if (!str_next(rest, '\n', line)) return false;
    if (str_ends(*line, S("\r"))) *line = str_take(*line, line->n - 1);
    return true;
}

fallible minisign_key_read(Arena *a, Str text, MinisignKey *out)
{
    Str rest = str_trim(text), line = {0}, bytes;
    bool there = text.n <= MINISIGN_TEXT_MAX && line_next(&rest, &line);
    if (there && str_starts(line, comment_mark)) there = line_next(&rest, &line);
    if (!there || rest.n || !base64_decode(a, line, &bytes) || bytes.n != KEY_BYTES ||
        !str_starts(bytes, S("Ed")))
        return fail(
            a, ERR_BAD_INPUT,
            "this is no minisign public key: give the file or its line that begins with RW");
    memcpy(out->id, bytes.s + 2, sizeof out->id);
    memcpy(out->bytes, bytes.s + 10, sizeof out->bytes);
    return NULL;
}

Str minisign_key_line(Arena *a, const MinisignKey *k)
{
    Buf b = {.a = a};
    buf_put(&b, S("Ed"));
    buf_put(&b, bytes_view(k->id, sizeof k->id));
    buf_put(&b, bytes_view(k->bytes, sizeof k->bytes));
    return base64_encode(a, buf_str(&b));
}

// minisign prints the id as a little-endian number, without zeros at its start.
static Str id_name(Arena *a, const u8 id[8])
{
    u64 number = 0;
    for (int i = 7; i >= 0; i--)
        number = number << 8 | id[i];
    return arena_fmt(a, "%llX", (unsigned long long)number);
}

Str minisign_key_name(Arena *a, const MinisignKey *k)
{
    return id_name(a, k->id);
}

Str minisign_key_file(Arena *a, const MinisignKey *k)
{
    Str name = minisign_key_name(a, k), line = minisign_key_line(a, k);
    return arena_fmt(a, "untrusted comment: minisign public key %.*s\n%.*s\n", STR(name),
                     STR(line));
}

bool minisign_key_same(const MinisignKey *x, const MinisignKey *y)
{
    return memcmp(x->bytes, y->bytes, sizeof x->bytes) == 0;
}

static Str prehash(Arena *a, Str message)
{
    u8 out[crypto_generichash_BYTES_MAX]; // BLAKE2b-512
    must(sodium_init() >= 0);
    crypto_generichash(out, sizeof out, (const u8 *)(message.n ? message.s : ""), (u64)message.n,
                       NULL, 0);
    return arena_str(a, out, sizeof out);
}

static Str joined(Arena *a, Str x, Str y)
{
    Buf b = {.a = a};
    buf_put(&b, x);
    buf_put(&b, y);
    return buf_str(&b);
}

static bool comment_fits(Str s)
{
    for (isize i = 0; i < s.n; i++)
        if ((u8)s.s[i] < ' ') return false;
    return s.n <= 1000;
}

Str minisign_sign(Arena *a, const SignKey *k, Str message, Str comment, Str trusted)
{
    must(comment_fits(comment) && comment_fits(trusted));
    MinisignKey key = minisign_key_of(k);
    Str signature = sign_bytes(a, k, prehash(a, message));
    Str overall = base64_encode(a, sign_bytes(a, k, joined(a, signature, trusted)));
    Str head = joined(a, S("ED"), bytes_view(key.id, sizeof key.id));
    Str line = base64_encode(a, joined(a, head, signature));
    return arena_fmt(a, "untrusted comment: %.*s\n%.*s\ntrusted comment: %.*s\n%.*s\n",
                     STR(comment), STR(line), STR(trusted), STR(overall));
}

static bool signature_split(Arena *a, Str file, Signature *out)
{
    Str rest = file, comment, line, trusted, overall, bytes;
    if (file.n > MINISIGN_TEXT_MAX || !line_next(&rest, &comment) || !line_next(&rest, &line) ||
        !line_next(&rest, &trusted) || !line_next(&rest, &overall) || str_trim(rest).n)
        return false;
    if (!str_starts(comment, comment_mark) || !str_starts(trusted, trusted_mark)) return false;
    if (!base64_decode(a, line, &bytes) || bytes.n != SIGNATURE_BYTES) return false;
    if (!base64_decode(a, overall, &out->overall) || out->overall.n != SIGN_BYTES) return false;
    out->prehashed = str_starts(bytes, S("ED"));
    memcpy(out->key, bytes.s + 2, sizeof out->key);
    out->bytes = str_skip(bytes, 10);
    out->trusted = str_skip(trusted, trusted_mark.n);
    return out->prehashed || str_starts(bytes, S("Ed"));
}

static fallible signature_read(Arena *a, Str file, Signature *out)
{
    if (signature_split(a, file, out)) return NULL;
    return fail(a, ERR_BAD_INPUT,
                "this is no minisign signature: it must be the four lines that minisign writes");
}

fallible minisign_signer(Arena *a, Str file, Str *key_name)
{
    Signature s = {0};
    TRY(signature_read(a, file, &s));
    *key_name = id_name(a, s.key);
    return NULL;
}

fallible minisign_verify(Arena *a, const MinisignKey *key, Str message, Str file, Str *trusted)
{
    Signature s = {0};
    Str public_key = bytes_view(key->bytes, sizeof key->bytes);
    TRY(signature_read(a, file, &s));
    if (memcmp(s.key, key->id, sizeof s.key) != 0)
        return fail(a, ERR_CONFLICT, "the signature was made with the key %.*s, not with %.*s",
                    STR(id_name(a, s.key)), STR(id_name(a, key->id)));
    if (!sign_matches(public_key, s.prehashed ? prehash(a, message) : message, s.bytes))
        return fail(a, ERR_CONFLICT,
                    "the signature does not fit: the text was altered, or signed by "
                    "somebody else");
    if (!sign_matches(public_key, joined(a, s.bytes, s.trusted), s.overall))
        return fail(a, ERR_CONFLICT, "the trusted comment of the signature was altered");
    if (trusted) *trusted = s.trusted;
    return NULL;
}
