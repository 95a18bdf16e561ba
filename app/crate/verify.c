// The bag: what is there, what the manifests say, and whether the site signed them.
#include "crate/verify_own.h"

#include "base/encode.h"
#include "kit/deflate.h"

#include <errno.h>
#include <unistd.h>

enum { ENTRIES_MOST = 4000000, PIECE = 64 * 1024 };

void flaw(Check *c, const char *fmt, ...)
{
    va_list args;
    c->out->good = false;
    if (c->out->flaws.n >= VERDICT_FLAWS_MOST) return;
    va_start(args, fmt);
    str_list_add(c->a, &c->out->flaws, str_printable(c->a, arena_vfmt(c->a, fmt, args)));
    va_end(args);
}

Seen *seen_at(const Check *c, Str path)
{
    return map_get(&c->by_path, path);
}

bool seen_text(Check *c, Str path, Str *out)
{
    const Seen *s = seen_at(c, path);
    return s && s->sha512.n && !zip_entry_read(c->a, c->fd, s->entry, TAG_FILE_MAX, out);
}

// --- what is there

typedef struct Hashes {
    Sha256 sha256;
    Sha512 sha512;
    i64 bytes;
    u32 crc;
} Hashes;

static Err *hashes_take(void *who, Str piece)
{
    Hashes *h = who;
    sha256_add(&h->sha256, piece);
    sha512_add(&h->sha512, piece);
    h->crc = deflate_crc(h->crc, piece);
    h->bytes += piece.n;
    return NULL;
}

static fallible stored_read(Arena *a, int fd, const ZipEntry *e, Hashes *h)
{
    char piece[PIECE];
    for (i64 at = 0; at < e->bytes;) {
        i64 left = e->bytes - at;
        ssize_t got = pread(fd, piece, (size_t)(left < PIECE ? left : PIECE), e->data_at + at);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return fail(a, ERR_BAD_INPUT, "the archive ends too early");
        TRY(hashes_take(h, (Str){piece, got}));
        at += got;
    }
    return NULL;
}

// Large files are never held: what counts is their hash.
static void seen_hash(Check *c, Seen *s)
{
    Arena own = {0};
    Hashes h = {0};
    u8 sha[SHA512_BYTES];
    const ZipEntry *e = s->entry;
    sha256_start(&h.sha256);
    sha512_start(&h.sha512);
    Err *bad = e->deflated
                   ? inflate_fd_to(&own, c->fd, e->data_at, e->packed, e->bytes, hashes_take, &h)
                   : stored_read(&own, c->fd, e, &h);
    bool whole = !bad && h.bytes == e->bytes && h.crc == e->crc;
    arena_free(&own);
    if (!whole) return;
    sha256_end(&h.sha256, sha);
    s->sha256 = hex_encode(c->a, (Str){(char *)sha, SHA256_BYTES});
    sha512_end(&h.sha512, sha);
    s->sha512 = hex_encode(c->a, (Str){(char *)sha, SHA512_BYTES});
}

// Everything lies below one folder, the one of the first entry.
static void files_see(Check *c, const ZipEntry *entries, isize n)
{
    c->v = make(c->a, Seen, n + 1);
    for (isize i = 0; i < n; i++) {
        Str top, path;
        if (!str_cut(entries[i].name, '/', &top, &path)) path = (Str){0};
        if (!c->out->top.n && path.n) c->out->top = top;
        if (!path.n || !str_eq(top, c->out->top)) {
            flaw(c, "%.*s was added: it lies outside the archive's folder", STR(entries[i].name));
            continue;
        }
        Seen *s = &c->v[c->n++];
        *s = (Seen){.entry = &entries[i], .path = path};
        seen_hash(c, s);
        *map_at(c->a, &c->by_path, path) = s;
    }
}

// --- what the manifests say

typedef struct Missing {
    Str path, sha512;
} Missing;

// RFC 8493, 2.1.3: only these three are encoded.
static Str path_decode(Arena *a, Str path)
{
    path = str_replace(a, path, S("%0D"), S("\r"));
    path = str_replace(a, path, S("%0A"), S("\n"));
    return str_replace(a, path, S("%25"), S("%"));
}

static bool line_split(Arena *a, Str line, Str *hash, Str *path)
{
    Str rest, bytes;
    if (!str_cut(line, ' ', hash, &rest)) return false;
    *path = path_decode(a, str_starts(rest, S(" ")) ? str_skip(rest, 1) : rest);
    return hex_decode(a, *hash, &bytes) && bytes.n == SHA512_BYTES && path->n > 0;
}

static bool renamed(Check *c, Str sha512, Seen **to)
{
    for (isize i = 0; i < c->n; i++) {
        *to = &c->v[i];
        if (!c->v[i].expected.n && str_eq(c->v[i].sha512, sha512)) return true;
    }
    return false;
}

static Seen *swapped(Check *c, const Seen *s)
{
    for (isize i = 0; i < c->n; i++) {
        Seen *o = &c->v[i];
        if (o != s && str_eq(o->sha512, s->expected) && str_eq(o->expected, s->sha512)) return o;
    }
    return NULL;
}

static void missing_say(Check *c, const Missing *missing, isize n)
{
    Seen *to;
    for (isize i = 0; i < n; i++) {
        if (!renamed(c, missing[i].sha512, &to)) {
            flaw(c, "%.*s is missing", STR(missing[i].path));
            continue;
        }
        flaw(c, "%.*s was renamed to %.*s", STR(missing[i].path), STR(to->path));
        to->expected = to->sha512; // said
    }
}

static void altered_say(Check *c, Seen *s)
{
    if (str_eq(s->sha512, s->expected)) return;
    Seen *other = s->sha512.n ? swapped(c, s) : NULL;
    if (!other) {
        flaw(c, "%.*s was altered", STR(s->path));
        return;
    }
    flaw(c, "%.*s and %.*s were swapped", STR(s->path), STR(other->path));
    other->expected = other->sha512;
}

// Compares one manifest with the files it is about; false when it does not agree with them.
static bool manifest_compare(Check *c, Str name, bool payload)
{
    Str text, line, hash, path;
    isize before = c->out->flaws.n, missing_n = 0, lines = 0;
    if (!seen_text(c, name, &text)) {
        flaw(c, seen_at(c, name) ? "%.*s was altered" : "%.*s is missing", STR(name));
        return false;
    }
    for (isize i = 0; i < text.n; i++)
        lines += text.s[i] == '\n';
    Missing *missing = make(c->a, Missing, lines + 1);
    for (Str rest = text; str_next(&rest, '\n', &line) && line.n;) {
        if (!line_split(c->a, line, &hash, &path) || str_starts(path, S("data/")) != payload ||
            missing_n > lines) {
            flaw(c, "%.*s was altered: it has a line that is none of a manifest", STR(name));
            continue;
        }
        Seen *s = seen_at(c, path);
        if (s)
            s->expected = str_lower(c->a, hash);
        else
            missing[missing_n++] = (Missing){path, str_lower(c->a, hash)};
    }
    for (isize i = 0; i < c->n; i++)
        if (c->v[i].expected.n && str_starts(c->v[i].path, S("data/")) == payload)
            altered_say(c, &c->v[i]);
    missing_say(c, missing, missing_n);
    return c->out->flaws.n == before;
}

static void added_say(Check *c)
{
    for (isize i = 0; i < c->n; i++) {
        Str path = c->v[i].path;
        bool sealed = str_eq(path, S("tagmanifest-sha512.txt")) ||
                      str_eq(path, S("tagmanifest-sha512.txt.minisig"));
        if (c->v[i].expected.n || sealed) continue;
        flaw(c, "%.*s was added: no manifest names it", STR(path));
    }
}

// --- whether the site signed it

static void key_find(Check *c, const MinisignKey *given)
{
    Str text;
    MinisignKey inside;
    bool there =
        seen_text(c, S("signatures/site.pub"), &text) && !minisign_key_read(c->a, text, &inside);
    c->out->key_given = given != NULL;
    c->has_key = given || there;
    if (given) {
        c->key = *given;
        if (there && !minisign_key_same(given, &inside))
            flaw(c, "the archive is of another site: it came with the key %.*s, and you gave %.*s",
                 STR(minisign_key_name(c->a, &inside)), STR(minisign_key_name(c->a, given)));
    } else if (there) {
        c->key = inside;
    }
    if (!c->has_key) return;
    c->out->key_name = minisign_key_name(c->a, &c->key);
    c->out->key_line = minisign_key_line(c->a, &c->key);
}

// When the manifest agrees with the files it is the signature that was altered, and the other way round.
static void signature_check(Check *c, bool agrees)
{
    Str manifest, signature;
    if (!seen_text(c, S("tagmanifest-sha512.txt"), &manifest)) return; // said
    if (!seen_text(c, S("tagmanifest-sha512.txt.minisig"), &signature)) {
        flaw(c, "tagmanifest-sha512.txt.minisig, the site's signature, is %s",
             seen_at(c, S("tagmanifest-sha512.txt.minisig")) ? "damaged" : "missing");
        return;
    }
    if (!c->has_key) {
        flaw(c, "there is no key to check the signature with: signatures/site.pub is missing");
        return;
    }
    Err *e = minisign_verify(c->a, &c->key, manifest, signature, NULL);
    if (!e) return;
    if (agrees)
        flaw(c, "tagmanifest-sha512.txt.minisig was altered or is of another site: %.*s",
             STR(e->say));
    else
        flaw(c, "tagmanifest-sha512.txt was altered: %.*s", STR(e->say));
}

static Str info_value(Str info, Str key)
{
    for (Str line; str_next(&info, '\n', &line);) {
        Str name, value;
        if (str_cut(line, ':', &name, &value) && str_eq(name, key)) return str_trim(value);
    }
    return (Str){0};
}

static void bag_check(Check *c)
{
    Str declaration, info, oxum;
    for (isize i = 0; i < c->n; i++) {
        if (!str_starts(c->v[i].path, S("data/"))) continue;
        c->out->files++;
        c->out->bytes += c->v[i].entry->bytes;
    }
    if (!seen_text(c, S("bagit.txt"), &declaration) ||
        !str_starts(declaration, S("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")))
        flaw(c, "bagit.txt is missing or is not the one of a bag");
    if (!seen_text(c, S("bag-info.txt"), &info)) return;
    c->out->identifier = info_value(info, S("External-Identifier"));
    oxum = info_value(info, S("Payload-Oxum"));
    Str is = arena_fmt(c->a, "%lld.%lld", (long long)c->out->bytes, (long long)c->out->files);
    if (!str_eq(oxum, is))
        flaw(c, "bag-info.txt says %.*s (bytes.files) of the payload, and it has %.*s", STR(oxum),
             STR(is));
}

fallible crate_verify(Arena *a, int fd, VerifyKeys keys, CrateVerdict *out)
{
    ZipEntry *entries;
    isize n;
    Check c = {.a = a, .fd = fd, .site = keys.site, .out = out};
    *out = (CrateVerdict){.good = true, .site_given = keys.site != NULL};
    TRY(zip_entries(a, fd, ENTRIES_MOST, &entries, &n));
    files_see(&c, entries, n);
    if (!c.n || !seen_at(&c, S("bagit.txt")))
        return fail(a, ERR_BAD_INPUT,
                    "this zip is no archive of a release: it has no folder with bagit.txt in it");
    key_find(&c, keys.server);
    bool tags = manifest_compare(&c, S("tagmanifest-sha512.txt"), false);
    manifest_compare(&c, S("manifest-sha512.txt"), true);
    added_say(&c);
    signature_check(&c, tags);
    bag_check(&c);
    verify_words(&c);
    verify_log(&c);
    verify_approvals(&c);
    verify_graph(&c);
    return NULL;
}
