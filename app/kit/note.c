// Signed notes, checkpoints and proofs as text.
#include "kit/note.h"

#include "base/encode.h"
#include "base/str.h"

enum { NOTE_MAX = 64 * 1024, KEY_ID = 4, ALGORITHM_ED25519 = 1 };

static const Str dash = {"\xE2\x80\x94 ", 4}; // an em dash and a blank
static const Str proof_head = {"c2sp.org/tlog-proof@v1\n", 23};

bool note_name_fits(Str s)
{
    for (isize i = 0; i < s.n; i++)
        if ((u8)s.s[i] <= ' ' || s.s[i] == '+' || s.s[i] == 127) return false;
    return s.n > 0 && str_is_utf8(s);
}

static void key_id(const u8 key[SIGN_PUBLIC_BYTES], Str name, u8 out[KEY_ID])
{
    u8 hash[SHA256_BYTES];
    char algorithm = ALGORITHM_ED25519;
    Sha256 h;
    sha256_start(&h);
    sha256_add(&h, name);
    sha256_add(&h, S("\n"));
    sha256_add(&h, (Str){&algorithm, 1});
    sha256_add(&h, (Str){(const char *)key, SIGN_PUBLIC_BYTES});
    sha256_end(&h, hash);
    memcpy(out, hash, KEY_ID);
}

Str note_key_text(Arena *a, const NoteKey *k)
{
    u8 id[KEY_ID];
    Buf bytes = {.a = a};
    key_id(k->bytes, k->name, id);
    buf_byte(&bytes, ALGORITHM_ED25519);
    buf_put(&bytes, (Str){(const char *)k->bytes, SIGN_PUBLIC_BYTES});
    Str hex = hex_encode(a, (Str){(const char *)id, KEY_ID});
    Str key = base64_encode(a, buf_str(&bytes));
    return arena_fmt(a, "%.*s+%.*s+%.*s", STR(k->name), STR(hex), STR(key));
}

Str note_sign(Arena *a, const SignKey *k, Str name, Str text)
{
    u8 id[KEY_ID];
    Buf bytes = {.a = a}, note = {.a = a};
    must(note_name_fits(name) && str_ends(text, S("\n")) && !str_has(text, S("\n\n")));
    key_id(k->public_key, name, id);
    buf_put(&bytes, (Str){(const char *)id, KEY_ID});
    buf_put(&bytes, sign_bytes(a, k, text));
    buf_put(&note, text);
    buf_byte(&note, '\n');
    buf_put(&note, dash);
    Str signature = base64_encode(a, buf_str(&bytes));
    buf_fmt(&note, "%.*s %.*s\n", STR(name), STR(signature));
    return buf_str(&note);
}

// One line of the signatures: whose it is, and the raw bytes behind the id.
static bool signature_split(Arena *a, Str line, Str *name, Str *bytes)
{
    Str rest, text;
    if (!str_starts(line, dash)) return false;
    rest = str_skip(line, dash.n);
    return str_cut(rest, ' ', name, &text) && note_name_fits(*name) &&
           base64_decode(a, text, bytes) && bytes->n > KEY_ID;
}

fallible note_open(Arena *a, const u8 key[SIGN_PUBLIC_BYTES], Str note, Str *text, Str *name)
{
    Str pub = {(const char *)key, SIGN_PUBLIC_BYTES};
    isize gap = str_find(note, S("\n\n"));
    Str rest = str_skip(note, gap + 2), line, bytes;
    u8 id[KEY_ID];
    if (note.n > NOTE_MAX || gap < 0 || !str_ends(note, S("\n")) || !str_is_utf8(note))
        return fail(a, ERR_BAD_INPUT,
                    "this is no signed note: text, an empty line, and lines of signatures");
    *text = str_take(note, gap + 1);
    while (str_next(&rest, '\n', &line) && (line.n || rest.n)) { // the last end is no line
        if (!signature_split(a, line, name, &bytes))
            return fail(a, ERR_BAD_INPUT, "a signature line of the note cannot be read");
        key_id(key, *name, id);
        if (!memcmp(id, bytes.s, KEY_ID) && sign_matches(pub, *text, str_skip(bytes, KEY_ID)))
            return NULL;
    }
    return fail(a, ERR_CONFLICT,
                "the note is not signed by this key: it was altered, or made by somebody else");
}

Str checkpoint_sign(Arena *a, const SignKey *k, const Checkpoint *c)
{
    Str root = merkle_text(a, c->root);
    Str text = arena_fmt(a, "%.*s\n%lld\n%.*s\n", STR(c->log), (long long)c->size, STR(root));
    return note_sign(a, k, c->log, text);
}

// No sign, no leading zero: one number has one text.
static bool number_read(Str s, i64 *out)
{
    bool digits = s.n > 0 && (s.n == 1 || s.s[0] != '0');
    for (isize i = 0; i < s.n; i++)
        digits = digits && s.s[i] >= '0' && s.s[i] <= '9';
    return digits && str_i64(s, out);
}

fallible checkpoint_open(Arena *a, const u8 key[SIGN_PUBLIC_BYTES], Str note, Checkpoint *out)
{
    Str text, name, size = {0}, root = {0};
    TRY(note_open(a, key, note, &text, &name));
    if (!str_next(&text, '\n', &out->log) || !str_next(&text, '\n', &size) ||
        !str_next(&text, '\n', &root) || !number_read(size, &out->size) ||
        !merkle_from_text(a, root, &out->root))
        return fail(a, ERR_BAD_INPUT,
                    "this is no checkpoint: the name of a log, its size and its root, a line each");
    if (!str_eq(out->log, name))
        return fail(a, ERR_CONFLICT, "the checkpoint of %.*s was signed in the name of %.*s",
                    STR(out->log), STR(name));
    return NULL;
}

static void path_put(Buf *b, const MerklePath *path, Str checkpoint)
{
    for (int i = 0; i < path->n; i++)
        buf_fmt(b, "%.*s\n", STR(merkle_text(b->a, path->v[i])));
    buf_byte(b, '\n');
    buf_put(b, checkpoint);
}

Str log_proof_text(Arena *a, const LogProof *p)
{
    Buf b = {.a = a};
    buf_put(&b, proof_head);
    buf_fmt(&b, "index %lld\n", (long long)p->index);
    path_put(&b, &p->path, p->checkpoint);
    return buf_str(&b);
}

Str log_growth_text(Arena *a, const LogGrowth *g)
{
    Buf b = {.a = a};
    buf_fmt(&b, "old %lld\n", (long long)g->before);
    path_put(&b, &g->path, g->checkpoint);
    return buf_str(&b);
}

// Hashes, a line each, up to the empty line; the checkpoint is what is left.
static bool path_read(Arena *a, Str rest, MerklePath *path, Str *checkpoint)
{
    for (Str line; str_next(&rest, '\n', &line) && line.n;) {
        if (path->n == COUNT(path->v)) return false;
        if (!merkle_from_text(a, line, &path->v[path->n++])) return false;
    }
    *checkpoint = rest;
    return rest.n > 0;
}

static bool proof_split(Arena *a, Str text, LogProof *out)
{
    Str rest = str_skip(text, proof_head.n), line;
    *out = (LogProof){0};
    if (text.n > NOTE_MAX || !str_starts(text, proof_head) || !str_next(&rest, '\n', &line))
        return false;
    return str_starts(line, S("index ")) && number_read(str_skip(line, 6), &out->index) &&
           path_read(a, rest, &out->path, &out->checkpoint);
}

fallible log_proof_read(Arena *a, Str text, LogProof *out)
{
    if (proof_split(a, text, out)) return NULL;
    return fail(a, ERR_BAD_INPUT,
                "this is no proof of a log entry: it must begin with c2sp.org/tlog-proof@v1");
}

fallible log_growth_read(Arena *a, Str text, LogGrowth *out)
{
    Str rest = text, line;
    *out = (LogGrowth){0};
    if (text.n <= NOTE_MAX && str_next(&rest, '\n', &line) && str_starts(line, S("old ")) &&
        number_read(str_skip(line, 4), &out->before) &&
        path_read(a, rest, &out->path, &out->checkpoint))
        return NULL;
    return fail(a, ERR_BAD_INPUT,
                "this is no proof of how a log grew: save what the server shows at "
                "/log/proof?from=N&size=M");
}

fallible log_proof_check(Arena *a, const u8 key[SIGN_PUBLIC_BYTES], Str entry, Str text, i64 *index,
                         Checkpoint *out)
{
    LogProof p;
    TRY(log_proof_read(a, text, &p));
    TRY(checkpoint_open(a, key, p.checkpoint, out));
    if (!merkle_includes(merkle_leaf(entry), p.index, out->size, &p.path, out->root))
        return fail(a, ERR_CONFLICT,
                    "the proof does not lead from this entry to the signed root: one of them was "
                    "altered, or belongs to another entry");
    *index = p.index;
    return NULL;
}
