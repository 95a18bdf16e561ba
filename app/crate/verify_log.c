// What checkers signed, and what the log of the site proves about the files.
#include "crate/verify_own.h"

#include "base/str.h"
#include "kit/note.h"

// --- the checkers' statements: NAME.txt, NAME.txt.minisig, NAME.pub

static void word_check(Check *c, Str statement, VerdictWord *out)
{
    Str base = str_take(statement, statement.n - 4), text, signature, key_text;
    MinisignKey key;
    *out = (VerdictWord){.file = statement};
    bool there = seen_text(c, statement, &text) &&
                 seen_text(c, arena_fmt(c->a, "%.*s.minisig", STR(statement)), &signature) &&
                 seen_text(c, arena_fmt(c->a, "%.*s.pub", STR(base)), &key_text);
    Err *e = there ? minisign_key_read(c->a, key_text, &key) : NULL;
    if (there && !e) e = minisign_verify(c->a, &key, text, signature, NULL);
    if (!there)
        flaw(c, "the signature or the key of the statement %.*s is missing", STR(statement));
    else if (e)
        flaw(c, "the checker's statement %.*s is not proven: %.*s", STR(statement), STR(e->say));
    else
        out->key_name = minisign_key_name(c->a, &key);
    if (there && !e && c->site && str_ends(base, S("-site")) && !minisign_key_same(&key, c->site))
        flaw(c, "%.*s was signed with the key %.*s, not with the site key you gave", STR(statement),
             STR(out->key_name));
}

void verify_words(Check *c)
{
    c->out->words = make(c->a, VerdictWord, c->n + 1);
    for (isize i = 0; i < c->n; i++) {
        Str path = c->v[i].path;
        if (!str_starts(path, S("signatures/")) || !str_ends(path, S(".txt"))) continue;
        word_check(c, path, &c->out->words[c->out->words_n++]);
    }
}

// --- the log

typedef struct Entry {
    Str kind, release, record;
    Str text; // with its "file:" lines
} Entry;

typedef struct Entries {
    Entry *v;
    isize n;
} Entries;

static void entry_read(Str text, Entry *out)
{
    const struct {
        Str key, *to;
    } keys[] = {
        {S("kind: "),    &out->kind   },
        {S("release: "), &out->release},
        {S("record: "),  &out->record },
    };
    *out = (Entry){.text = text};
    for (Str rest = text, line; str_next(&rest, '\n', &line);)
        for (isize i = 0; i < COUNT(keys); i++)
            if (!keys[i].to->n && str_starts(line, keys[i].key))
                *keys[i].to = str_skip(line, keys[i].key.n);
}

static void entry_check(Check *c, Str path, Str text, const Entry *entry)
{
    Str base = str_take(path, path.n - 4), proof, number = str_skip(base, S("log/entry-").n);
    Str proof_path = arena_fmt(c->a, "%.*s.tlog-proof", STR(base));
    VerdictEntry *out = &c->out->entries[c->out->entries_n];
    Checkpoint root;
    i64 seq;
    if (!seen_text(c, proof_path, &proof)) {
        flaw(c, "%.*s, the proof of a log entry, is missing or damaged", STR(proof_path));
        return;
    }
    if (!c->has_key) return;
    Err *e = log_proof_check(c->a, c->key.bytes, text, proof, &seq, &root);
    if (e) {
        flaw(c, "%.*s does not prove its entry: %.*s", STR(proof_path), STR(e->say));
        return;
    }
    if (!str_eq(number, arena_fmt(c->a, "%lld", (long long)seq)))
        flaw(c, "%.*s proves entry %lld, not the one it stands beside", STR(proof_path),
             (long long)seq);
    *out = (VerdictEntry){.seq = seq,
                          .size = root.size,
                          .log = root.log,
                          .kind = entry->kind,
                          .release = entry->release};
    c->out->entries_n++;
}

static void entries_check(Check *c, Entries *out)
{
    out->v = make(c->a, Entry, c->n + 1);
    c->out->entries = make(c->a, VerdictEntry, c->n + 1);
    for (isize i = 0; i < c->n; i++) {
        Str path = c->v[i].path, text;
        if (!str_starts(path, S("log/entry-")) || !str_ends(path, S(".txt"))) continue;
        if (!seen_text(c, path, &text)) continue; // said
        entry_read(text, &out->v[out->n]);
        entry_check(c, path, text, &out->v[out->n++]);
    }
}

// Every record belongs to a release that the log has, word for word; and no entry is of another release.
static void records_check(Check *c, const Entries *entries)
{
    for (isize i = 0; i < c->n; i++) {
        Str path = c->v[i].path;
        if (!str_starts(path, S("data/records/"))) continue;
        bool found = false, same = false;
        for (isize k = 0; k < entries->n; k++) {
            const Entry *e = &entries->v[k];
            Str own = arena_fmt(c->a, "data/records/%.*s.json", STR(e->release));
            if (!str_eq(e->kind, S("release")) || !str_eq(own, path)) continue;
            found = true;
            same = same || str_eq(e->record, c->v[i].sha256);
        }
        if (!found)
            flaw(c, "the log has no entry of the release that %.*s is about", STR(path));
        else if (!same)
            flaw(c, "%.*s is not the record that the log names", STR(path));
    }
    for (isize k = 0; k < entries->n; k++) {
        Str own = arena_fmt(c->a, "data/records/%.*s.json", STR(entries->v[k].release));
        if (!seen_at(c, own))
            flaw(c, "a log entry is of the release %.*s, which is not in this archive",
                 STR(entries->v[k].release));
    }
}

// A path below outputs/ is a released name, or one in a folder of its site.
static bool is_named(Str output, Str name)
{
    if (str_eq(output, name)) return true;
    return output.n > name.n + 1 && str_ends(output, name) &&
           output.s[output.n - name.n - 1] == '/';
}

static bool entry_names(const Entry *e, Str output, Str sha256)
{
    for (Str rest = e->text, line, hash, name; str_next(&rest, '\n', &line);) {
        if (!str_starts(line, S("file: "))) continue;
        if (!str_cut(str_skip(line, 6), ' ', &hash, &name) || !is_named(output, name)) continue;
        if (!sha256.n || str_eq(hash, sha256)) return true;
    }
    return false;
}

// The site where the data are has its own word on what it let out; a server cannot make that up.
static void site_check(Check *c, const Entry *e, Str output, const Seen *s)
{
    Str path = arena_fmt(c->a, "signatures/%.*s-site.txt", STR(e->release)), text;
    if (seen_text(c, path, &text)) {
        if (!entry_names(&(Entry){.text = text}, output, s->sha256))
            flaw(c, "%.*s is not what the site let out: %.*s says otherwise", STR(s->path),
                 STR(path));
    } else if (c->site) {
        flaw(c, "%.*s, in which the site says what it let out, is missing", STR(path));
    }
}

// What is there was released as it is; or it was taken back, and the text that says so stands in its place.
static void output_check(Check *c, const Entries *entries, const Seen *s)
{
    Str output = str_skip(s->path, S("data/outputs/").n);
    for (isize i = 0; i < entries->n; i++) {
        const Entry *e = &entries->v[i];
        bool release = str_eq(e->kind, S("release"));
        if (!entry_names(e, output, release ? s->sha256 : (Str){0})) continue;
        if (release) site_check(c, e, output, s);
        return;
    }
    flaw(c, "%.*s is not what the log says was released", STR(s->path));
}

void verify_log(Check *c)
{
    Entries entries = {0};
    entries_check(c, &entries);
    if (!entries.n) {
        flaw(c, "the proof that the release stands in the site's log (log/) is missing");
        return;
    }
    records_check(c, &entries);
    for (isize i = 0; i < c->n; i++)
        if (str_starts(c->v[i].path, S("data/outputs/")) && c->v[i].sha256.n)
            output_check(c, &entries, &c->v[i]);
}
