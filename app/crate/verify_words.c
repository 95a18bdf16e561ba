// What checkers and airlocks signed: NAME.txt, NAME.txt.minisig, NAME.pub; and whether it is what was released.
#include "crate/verify_own.h"

#include "base/str.h"

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

// --- what they say

bool file_next_line(Str *rest, Str beginning, Str *sha256, Str *name)
{
    for (Str line; str_next(rest, '\n', &line);) {
        if (!str_starts(line, beginning)) continue;
        if (!str_cut(str_skip(line, beginning.n), ' ', sha256, name)) continue;
        if (sha256->n != 2 * SHA256_BYTES) continue;
        if (!beginning.n) *name = str_skip(*name, 1); // two blanks there, as sha256sum has
        return true;
    }
    return false;
}

void files_named(Arena *a, Str text, Str beginning, Map *out)
{
    for (Str sha256, name; file_next_line(&text, beginning, &sha256, &name);) {
        Str *hash = make(a, Str, 1);
        *hash = sha256;
        *map_at(a, out, name) = hash;
    }
}

static const LogEntry *release_entry(const Check *c, Str release)
{
    for (isize i = 0; i < c->entries.n; i++) {
        const LogEntry *e = &c->entries.v[i];
        if (str_eq(e->kind, S("release")) && str_eq(e->release, release)) return e;
    }
    return NULL;
}

// A signed text about a release: signatures/RELEASE-site.txt, or RELEASE-2.txt for the second review of its record.
typedef struct Word {
    Str path, text, release, which;
    const LogEntry *entry;
} Word;

static bool word_read(Check *c, Str path, Word *out)
{
    Str base = str_skip(str_take(path, path.n - 4), S("signatures/").n);
    isize dash = str_rfind_byte(base, '-');
    if (dash < 0 || !seen_text(c, path, &out->text)) return false;
    out->path = path;
    out->release = str_take(base, dash);
    out->which = str_skip(base, dash + 1);
    out->entry = release_entry(c, out->release);
    if (!out->entry)
        flaw(c, "%.*s is about a release that the log in this archive does not have", STR(path));
    return out->entry != NULL;
}

static void site_agree(Check *c, const Word *w)
{
    Map said = {0};
    files_named(c->a, w->text, S("file: "), &said);
    Str rest = w->entry->text, sha256, name;
    while (file_next_line(&rest, S("file: "), &sha256, &name)) {
        const Str *own = map_get(&said, name);
        if (!own || !str_eq(*own, sha256))
            flaw(c, "%.*s is not what the site let out: %.*s says otherwise", STR(name),
                 STR(w->path));
    }
    for (rest = w->text; file_next_line(&rest, S("file: "), &sha256, &name);)
        if (!map_get(&w->entry->files, name))
            flaw(c, "%.*s left the site, as %.*s says, and the log does not have it", STR(name),
                 STR(w->path));
}

// The lines before the files, by their first words.
static Str head_value(Str text, Str key)
{
    for (Str line; str_next(&text, '\n', &line);)
        if (str_starts(line, key)) return str_skip(line, key.n);
    return (Str){0};
}

// Everybody who finished a review of the last round approved each file that left (review_verdict); what he approved
// beside them was held back by others.
static void approvals_agree(Check *c, const Word *w)
{
    Map said = {0};
    files_named(c->a, w->text, S(""), &said);
    Str rest = w->entry->text, sha256, name, who = head_value(w->text, S("checker "));
    while (file_next_line(&rest, S("file: "), &sha256, &name)) {
        const Str *own = map_get(&said, name);
        if (!own)
            flaw(c, "%.*s was released, and %.*s, which %.*s signed, does not approve it",
                 STR(name), STR(w->path), STR(who));
        else if (!str_eq(*own, sha256))
            flaw(c, "%.*s was released, and %.*s, which %.*s signed, approves other contents of it",
                 STR(name), STR(w->path), STR(who));
    }
}

static const Json *record_of(Check *c, Str release)
{
    Str text;
    const Json *j;
    if (!seen_text(c, arena_fmt(c->a, "data/records/%.*s.json", STR(release)), &text) ||
        json_parse(c->a, text, &j))
        return NULL;
    return json_get(j, S("record"));
}

static void checker_agree(Check *c, const Word *w)
{
    const Json *record = record_of(c, w->release), *request = json_get(record, S("request"));
    i64 number = 0, of_request = 0, round = 0, at = 0;
    if (!str_starts(w->text, S("tresor review statement v1\n")) ||
        !str_i64(head_value(w->text, S("request ")), &number) ||
        !str_i64(head_value(w->text, S("round ")), &round) || !str_i64(w->which, &at)) {
        flaw(c, "%.*s was signed, and is no statement of a review", STR(w->path));
        return;
    }
    of_request = json_get_int(request, S("id"), number);
    if (number != of_request)
        flaw(c, "%.*s is about request %lld, and the release was request %lld", STR(w->path),
             (long long)number, (long long)of_request);
    JsonWalk walk = json_walk(json_get(record, S("reviews")));
    for (i64 i = 1; json_next(&walk); i++) {
        Str who = json_get_str(json_get(walk.value, S("checker")), S("username"));
        if (i == at && !str_eq(who, head_value(w->text, S("checker "))))
            flaw(c, "%.*s is not by %.*s, whom the record names as the checker", STR(w->path),
                 STR(who));
    }
    if (round == json_get_int(request, S("rounds"), round)) approvals_agree(c, w);
}

void verify_approvals(Check *c)
{
    for (isize i = 0; i < c->out->words_n; i++) {
        Word w = {0};
        if (!c->out->words[i].key_name.n || !word_read(c, c->out->words[i].file, &w)) continue;
        if (str_eq(w.which, S("site")))
            site_agree(c, &w);
        else
            checker_agree(c, &w);
    }
    if (!c->site) return;
    for (isize i = 0; i < c->entries.n; i++) {
        const LogEntry *e = &c->entries.v[i];
        Str path = arena_fmt(c->a, "signatures/%.*s-site.txt", STR(e->release));
        if (str_eq(e->kind, S("release")) && !seen_at(c, path))
            flaw(c, "%.*s, in which the site says what it let out, is missing", STR(path));
    }
}
