// The folder around the crate: BagIt's tag files and manifests, the signature, the log's proofs, the checkers' words.
#include "crate/crate.h"

#include "base/encode.h"
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
    const CrateTo *to;
    Str top;
    CrateSurvey survey;
    Line *payload, *tags; // of the texts made here
    isize payload_n, tags_n;
    i64 payload_bytes;
    Sha512 hash; // of the text that is going out
    i64 size;
} Bag;

// --- texts on their way out

static Err *piece_begin(void *who, Str path)
{
    Bag *b = who;
    sha512_start(&b->hash);
    b->size = 0;
    return b->to->begin(b->to->who, path_join(b->a, b->top, path));
}

static Err *piece_put(void *who, Str bytes)
{
    Bag *b = who;
    sha512_add(&b->hash, bytes);
    b->size += bytes.n;
    return b->to->put(b->to->who, bytes);
}

static fallible text_end(Bag *b, Str *sha512)
{
    u8 hash[SHA512_BYTES];
    sha512_end(&b->hash, hash);
    *sha512 = hex_encode(b->a, (Str){(char *)hash, sizeof hash});
    return b->to->end(b->to->who);
}

static fallible text_add(Bag *b, Str path, Str bytes, Str *sha512)
{
    TRY(piece_begin(b, path));
    TRY(piece_put(b, bytes));
    return text_end(b, sha512);
}

// A text that is made by walking the files.
static fallible long_add(Bag *b, Str path, void (*write)(Graph *), Str *sha512)
{
    Buf out = {.a = b->a};
    CrateTo to = {.who = b, .put = piece_put};
    Graph g = {.a = b->a, .crate = b->crate, .survey = &b->survey, .to = &to, .out = &out};
    TRY(piece_begin(b, path));
    write(&g);
    TRY(g.e);
    TRY(piece_put(b, buf_str(&out)));
    return text_end(b, sha512);
}

// A tag file stands in the tag manifest, a file under data/ in the payload's.
static fallible tag_add(Bag *b, Str path, Str bytes)
{
    Line *l = &b->tags[b->tags_n++];
    l->path = path;
    return text_add(b, path, bytes, &l->sha512);
}

static fallible payload_add(Bag *b, Str path, Str bytes)
{
    if (!bytes.n) return NULL;
    Line *l = &b->payload[b->payload_n++];
    l->path = path;
    TRY(text_add(b, path, bytes, &l->sha512));
    b->payload_bytes += b->size;
    return NULL;
}

static fallible payload_long(Bag *b, Str path, void (*write)(Graph *))
{
    Line *l = &b->payload[b->payload_n++];
    l->path = path;
    TRY(long_add(b, path, write, &l->sha512));
    b->payload_bytes += b->size;
    return NULL;
}

// --- manifests

static int line_order(const void *x, const void *y)
{
    return str_cmp(((const Line *)x)->path, ((const Line *)y)->path);
}

// RFC 8493, 2.1.3: %, CR and LF in a path are percent-encoded, nothing else.
static void line_put(Buf *b, Str folder, Str path, Str sha512)
{
    buf_put(b, sha512); // no buf_fmt: it would keep a copy of every line
    buf_put(b, S("  "));
    buf_put(b, folder);
    for (isize k = 0; k < path.n; k++) {
        char c = path.s[k];
        if (c == '%' || c == '\r' || c == '\n')
            buf_put(b, c == '%' ? S("%25") : c == '\r' ? S("%0D") : S("%0A"));
        else
            buf_byte(b, c);
    }
    buf_byte(b, '\n');
}

static void lines_put(Buf *b, const Line *lines, isize n)
{
    for (isize i = 0; i < n; i++)
        line_put(b, S(""), lines[i].path, lines[i].sha512);
}

// By name, as they are walked; every other file stands before or after all of them.
static void outputs_put(Graph *g)
{
    for (FileWalk w = file_walk(g); file_next(&w);)
        line_put(g->out, S("data/"), w.file->path, w.file->sha512);
}

static fallible manifest_add(Bag *b)
{
    Buf out = {.a = b->a};
    CrateTo to = {.who = b, .put = piece_put};
    Graph g = {.a = b->a, .crate = b->crate, .survey = &b->survey, .to = &to, .out = &out};
    Line *l = &b->tags[b->tags_n++];
    l->path = S("manifest-sha512.txt");
    TRY(piece_begin(b, l->path));
    isize before = 0;
    qsort(b->payload, (size_t)b->payload_n, sizeof *b->payload, line_order);
    while (before < b->payload_n && str_cmp(b->payload[before].path, S("data/outputs/")) < 0)
        before++;
    lines_put(&out, b->payload, before);
    outputs_put(&g);
    TRY(g.e);
    lines_put(&out, b->payload + before, b->payload_n - before);
    TRY(piece_put(b, buf_str(&out)));
    return text_end(b, &l->sha512);
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
              arena_fmt(a, "%lld.%lld", (long long)(b->payload_bytes + b->survey.bytes),
                        (long long)(b->payload_n + b->survey.files)));
    info_line(&t, a, "Bag-Software-Agent", S("Tresor"));
    return buf_str(&t);
}

// What stock minisign needs to check a statement is beside it.
static fallible word_add(Bag *b, Str base, Str statement, Str signature, Str key)
{
    if (!statement.n || !signature.n || !key.n) return NULL;
    TRY(tag_add(b, arena_fmt(b->a, "%.*s.txt", STR(base)), statement));
    TRY(tag_add(b, arena_fmt(b->a, "%.*s.txt.minisig", STR(base)), signature));
    return tag_add(b, arena_fmt(b->a, "%.*s.pub", STR(base)), key);
}

// The signed words of the airlock and of the checkers.
static fallible words_add(Bag *b)
{
    Arena *a = b->a;
    for (isize i = 0; i < b->crate->releases_n; i++) {
        const CrateRelease *r = &b->crate->releases[i];
        TRY(word_add(b, arena_fmt(a, "signatures/%.*s-site", STR(r->id)), r->site_statement,
                     r->site_signature, r->site_key));
        for (isize k = 0; k < r->reviews_n; k++) {
            const CrateReview *v = &r->reviews[k];
            TRY(word_add(b, arena_fmt(a, "signatures/%.*s-%td", STR(r->id), k + 1), v->statement,
                         v->signature, v->public_key));
        }
    }
    return NULL;
}

static fallible log_add(Bag *b)
{
    for (isize i = 0; i < b->crate->log_n; i++) {
        const CrateLogged *l = &b->crate->log[i];
        Str base = arena_fmt(b->a, "log/entry-%lld", (long long)l->seq);
        TRY(tag_add(b, arena_fmt(b->a, "%.*s.txt", STR(base)), l->statement));
        TRY(tag_add(b, arena_fmt(b->a, "%.*s.tlog-proof", STR(base)), l->proof));
    }
    return NULL;
}

static fallible payload(Bag *b)
{
    const Crate *c = b->crate;
    TRY(payload_long(b, S("data/ro-crate-metadata.json"), graph_text));
    TRY(payload_long(b, S("data/ro-crate-preview.html"), preview_text));
    TRY(payload_add(b, S("data/README.md"), readme_text(b->a, c)));
    TRY(payload_add(b, S("data/workflow/project.yaml"), c->workflow));
    for (isize i = 0; i < c->releases_n; i++)
        TRY(payload_add(b, path_join(b->a, S("data"), record_path(b->a, c->releases[i].id)),
                        c->releases[i].record));
    return NULL;
}

static fallible seal(Bag *b, const SignKey *key)
{
    const Crate *c = b->crate;
    Buf manifest = {.a = b->a};
    Str hash,
        comment = arena_fmt(b->a, "archive %.*s of %.*s", STR(crate_uuid(b->a, c)), STR(c->origin));
    qsort(b->tags, (size_t)b->tags_n, sizeof *b->tags, line_order);
    lines_put(&manifest, b->tags, b->tags_n);
    Str text = buf_str(&manifest);
    Str signature =
        minisign_sign(b->a, key, text, S("signature of a Tresor site"), str_take(comment, 1000));
    TRY(text_add(b, S("tagmanifest-sha512.txt"), text, &hash));
    return text_add(b, S("tagmanifest-sha512.txt.minisig"), signature, &hash);
}

static isize texts_most(const Crate *c)
{
    isize n = 16 + c->releases_n + 2 * c->log_n;
    for (isize i = 0; i < c->releases_n; i++)
        n += 3 * (c->releases[i].reviews_n + 1);
    return n;
}

fallible crate_build(Arena *a, const Crate *c, const SignKey *key, const CrateTo *to)
{
    Bag b = {.a = a,
             .crate = c,
             .to = to,
             .top = crate_top(a, c),
             .payload = make(a, Line, texts_most(c)),
             .tags = make(a, Line, texts_most(c))};
    MinisignKey site = minisign_key_of(key);
    TRY(crate_survey(a, c, &b.survey));
    TRY(payload(&b));
    TRY(tag_add(&b, S("bagit.txt"), S("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")));
    TRY(tag_add(&b, S("bag-info.txt"), info_text(&b)));
    TRY(manifest_add(&b));
    TRY(tag_add(&b, S("signatures/site.pub"), minisign_key_file(a, &site)));
    TRY(words_add(&b));
    TRY(log_add(&b));
    return seal(&b, key);
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
