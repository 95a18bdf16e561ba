// What the log of the site proves about the files.
#include "crate/verify_own.h"

#include "base/str.h"
#include "kit/note.h"

static void entry_read(Arena *a, Str text, LogEntry *out)
{
    const struct {
        Str key, *to;
    } keys[] = {
        {S("kind: "),    &out->kind   },
        {S("release: "), &out->release},
        {S("record: "),  &out->record },
    };
    *out = (LogEntry){.text = text};
    for (Str rest = text, line; str_next(&rest, '\n', &line);)
        for (isize i = 0; i < COUNT(keys); i++)
            if (!keys[i].to->n && str_starts(line, keys[i].key))
                *keys[i].to = str_skip(line, keys[i].key.n);
    files_named(a, text, S("file: "), &out->files);
}

static void entry_check(Check *c, Str path, Str text, const LogEntry *entry)
{
    Str base = str_take(path, path.n - 4), proof, number = str_skip(base, S("log/entry-").n);
    Str proof_path = arena_fmt(c->a, "%.*s.tlog-proof", STR(base));
    VerdictEntry *out = &c->out->entries[c->out->entries_n];
    Checkpoint root;
    LogProof read;
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
    if (log_proof_read(c->a, proof, &read) ||
        !merkle_learn(c->a, &c->out->log, merkle_leaf(text), seq, root.size, &read.path))
        flaw(c, "%.*s is of another log than the proofs beside it: the log was forked",
             STR(proof_path));
    *out = (VerdictEntry){.seq = seq,
                          .size = root.size,
                          .root = root.root,
                          .log = root.log,
                          .kind = entry->kind,
                          .release = entry->release};
    c->out->entries_n++;
}

static void entries_check(Check *c)
{
    LogEntries *out = &c->entries;
    out->v = make(c->a, LogEntry, c->n + 1);
    c->out->entries = make(c->a, VerdictEntry, c->n + 1);
    for (isize i = 0; i < c->n; i++) {
        Str path = c->v[i].path, text;
        if (!str_starts(path, S("log/entry-")) || !str_ends(path, S(".txt"))) continue;
        if (!seen_text(c, path, &text)) continue; // said
        entry_read(c->a, text, &out->v[out->n]);
        entry_check(c, path, text, &out->v[out->n++]);
    }
}

// Every record belongs to a release that the log has, word for word; and no entry is of another release.
static void records_check(Check *c)
{
    const LogEntries *entries = &c->entries;
    for (isize i = 0; i < c->n; i++) {
        Str path = c->v[i].path;
        if (!str_starts(path, S("data/records/"))) continue;
        bool found = false, same = false;
        for (isize k = 0; k < entries->n; k++) {
            const LogEntry *e = &entries->v[k];
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
static const Str *file_find(const Map *files, Str output)
{
    Str site, name;
    const Str *sha256 = map_get(files, output);
    return sha256 || !str_cut(output, '/', &site, &name) ? sha256 : map_get(files, name);
}

// What is there was released as it is; or it was taken back, and the text that says so stands in its place.
static void output_check(Check *c, const Seen *s)
{
    Str output = str_skip(s->path, S("data/outputs/").n);
    for (isize i = 0; i < c->entries.n; i++) {
        const LogEntry *e = &c->entries.v[i];
        const Str *sha256 = file_find(&e->files, output);
        if (!sha256) continue;
        if (!str_eq(e->kind, S("release")) || str_eq(*sha256, s->sha256)) return;
    }
    flaw(c, "%.*s is not what the log says was released", STR(s->path));
}

void verify_log(Check *c)
{
    entries_check(c);
    if (!c->entries.n) {
        flaw(c, "the proof that the release stands in the site's log (log/) is missing");
        return;
    }
    records_check(c);
    for (isize i = 0; i < c->n; i++)
        if (str_starts(c->v[i].path, S("data/outputs/")) && c->v[i].sha256.n)
            output_check(c, &c->v[i]);
}
