// The folder around the crate: BagIt's tag files and manifests, the signature, the log's proofs, the checkers' words.
#include "crate/crate.h"

#include "base/str.h"
#include "crate/graph.h"
#include "kit/minisign.h"
#include "os/file.h"

typedef struct Line {
    Str path, sha512;
} Line;

typedef struct Bag {
    Arena *a;
    const Crate *crate;
    CrateTexts *out;
    isize cap;
    Line *payload, *tags;
    isize payload_n, tags_n;
    i64 payload_bytes;
} Bag;

static void text_add(Bag *b, Str path, Str bytes)
{
    must(b->out->n < b->cap);
    b->out->v[b->out->n++] =
        (CrateText){.name = path_join(b->a, b->out->top, path), .bytes = bytes};
}

// A tag file stands in the tag manifest, a file under data/ in the payload's.
static void tag_add(Bag *b, Str path, Str bytes)
{
    b->tags[b->tags_n++] = (Line){path, sha512_hex(b->a, bytes)};
    text_add(b, path, bytes);
}

static void payload_add(Bag *b, Str path, Str bytes)
{
    if (!bytes.n) return;
    b->payload[b->payload_n++] = (Line){path, sha512_hex(b->a, bytes)};
    b->payload_bytes += bytes.n;
    text_add(b, path, bytes);
}

static int line_order(const void *x, const void *y)
{
    return str_cmp(((const Line *)x)->path, ((const Line *)y)->path);
}

// RFC 8493, 2.1.3: %, CR and LF in a path are percent-encoded, nothing else.
static Str manifest_text(Arena *a, Line *lines, isize n)
{
    Buf b = {.a = a};
    qsort(lines, (size_t)n, sizeof *lines, line_order);
    for (isize i = 0; i < n; i++) {
        buf_fmt(&b, "%.*s  ", STR(lines[i].sha512));
        for (isize k = 0; k < lines[i].path.n; k++) {
            char c = lines[i].path.s[k];
            if (c == '%' || c == '\r' || c == '\n')
                buf_fmt(&b, "%%%02X", (unsigned)(u8)c);
            else
                buf_byte(&b, c);
        }
        buf_byte(&b, '\n');
    }
    return buf_str(&b);
}

static void info_line(Buf *b, Arena *a, const char *key, Str value)
{
    Str line = str_replace(a, str_printable(a, value), S("\n"), S(" "));
    if (line.n) buf_fmt(b, "%s: %.*s\n", key, STR(line));
}

static Str info_text(Bag *b)
{
    const Crate *c = b->crate;
    Arena *a = b->a;
    Buf t = {.a = a};
    info_line(&t, a, "Source-Organization", c->organisation);
    info_line(&t, a, "External-Description", c->title);
    info_line(&t, a, "External-Identifier", arena_fmt(a, "urn:uuid:%.*s", STR(crate_uuid(a, c))));
    info_line(&t, a, "Bagging-Date", str_take(time_iso(a, c->when), 10));
    info_line(&t, a, "Payload-Oxum",
              arena_fmt(a, "%lld.%td", (long long)b->payload_bytes, b->payload_n));
    info_line(&t, a, "Bag-Software-Agent", S("Tresor"));
    return buf_str(&t);
}

// What stock minisign needs to check a statement is beside it.
static void word_add(Bag *b, Str base, Str statement, Str signature, Str key)
{
    if (!statement.n || !signature.n || !key.n) return;
    tag_add(b, arena_fmt(b->a, "%.*s.txt", STR(base)), statement);
    tag_add(b, arena_fmt(b->a, "%.*s.txt.minisig", STR(base)), signature);
    tag_add(b, arena_fmt(b->a, "%.*s.pub", STR(base)), key);
}

// The signed words of the airlock and of the checkers.
static void words_add(Bag *b)
{
    Arena *a = b->a;
    for (isize i = 0; i < b->crate->releases_n; i++) {
        const CrateRelease *r = &b->crate->releases[i];
        word_add(b, arena_fmt(a, "signatures/%.*s-site", STR(r->id)), r->site_statement,
                 r->site_signature, r->site_key);
        for (isize k = 0; k < r->reviews_n; k++) {
            const CrateReview *v = &r->reviews[k];
            word_add(b, arena_fmt(a, "signatures/%.*s-%td", STR(r->id), k + 1), v->statement,
                     v->signature, v->public_key);
        }
    }
}

static void log_add(Bag *b)
{
    for (isize i = 0; i < b->crate->log_n; i++) {
        const CrateLogged *l = &b->crate->log[i];
        Str base = arena_fmt(b->a, "log/entry-%lld", (long long)l->seq);
        tag_add(b, arena_fmt(b->a, "%.*s.txt", STR(base)), l->statement);
        tag_add(b, arena_fmt(b->a, "%.*s.tlog-proof", STR(base)), l->proof);
    }
}

static void payload(Bag *b)
{
    const Crate *c = b->crate;
    for (isize i = 0; i < c->files_n; i++) {
        b->payload[b->payload_n++] =
            (Line){path_join(b->a, S("data"), c->files[i].path), c->files[i].sha512};
        b->payload_bytes += c->files[i].size;
    }
    payload_add(b, S("data/ro-crate-metadata.json"), graph_text(b->a, c));
    payload_add(b, S("data/ro-crate-preview.html"), preview_text(b->a, c));
    payload_add(b, S("data/workflow/project.yaml"), c->workflow);
    for (isize i = 0; i < c->releases_n; i++)
        payload_add(b, path_join(b->a, S("data"), record_path(b->a, c->releases[i].id)),
                    c->releases[i].record);
}

static void signature_add(Bag *b, const SignKey *key, Str manifest)
{
    const Crate *c = b->crate;
    Str comment = arena_fmt(b->a, "archive %.*s of %.*s", STR(crate_uuid(b->a, c)), STR(c->origin));
    text_add(b, S("tagmanifest-sha512.txt"), manifest);
    text_add(b, S("tagmanifest-sha512.txt.minisig"),
             minisign_sign(b->a, key, manifest, S("signature of a Tresor site"),
                           str_take(comment, 1000)));
}

void crate_build(Arena *a, const Crate *c, const SignKey *key, CrateTexts *out)
{
    isize texts = 16 + c->releases_n + 2 * c->log_n;
    for (isize i = 0; i < c->releases_n; i++)
        texts += 3 * (c->releases[i].reviews_n + 1);
    *out = (CrateTexts){.top = crate_top(a, c), .v = make(a, CrateText, texts)};
    Bag b = {.a = a,
             .crate = c,
             .out = out,
             .cap = texts,
             .payload = make(a, Line, c->files_n + texts),
             .tags = make(a, Line, texts)};
    MinisignKey site = minisign_key_of(key);
    payload(&b);
    tag_add(&b, S("bagit.txt"), S("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"));
    tag_add(&b, S("bag-info.txt"), info_text(&b));
    tag_add(&b, S("manifest-sha512.txt"), manifest_text(a, b.payload, b.payload_n));
    tag_add(&b, S("signatures/site.pub"), minisign_key_file(a, &site));
    words_add(&b);
    log_add(&b);
    signature_add(&b, key, manifest_text(a, b.tags, b.tags_n));
}

// A UUID of our own making (RFC 9562, version 8) out of what the archive is of.
Str crate_uuid(Arena *a, const Crate *c)
{
    u8 hash[SHA256_BYTES];
    Sha256 h;
    sha256_start(&h);
    sha256_add(&h, S("tresor archive\n"));
    sha256_add(&h, c->seed);
    sha256_end(&h, hash);
    hash[6] = (u8)((hash[6] & 0x0F) | 0x80);
    hash[8] = (u8)((hash[8] & 0x3F) | 0x80);
    Buf b = {.a = a};
    for (int i = 0; i < 16; i++)
        buf_fmt(&b, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", hash[i]);
    return buf_str(&b);
}

Str crate_top(Arena *a, const Crate *c)
{
    Str uuid = crate_uuid(a, c);
    return arena_fmt(a, "%.*s-%.*s", STR(c->slug), STR(str_take(uuid, 8)));
}
