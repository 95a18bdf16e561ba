// Writing the trail's next line, and proving that none was touched.
#include "audit/audit.h"

#include "base/str.h"
#include "kit/crypto.h"

#define NO_HASH S("0000000000000000000000000000000000000000000000000000000000000000")

static void add_text(Sha256 *h, Arena *a, Str s)
{
    sha256_add(h, arena_fmt(a, "%td:", s.n));
    sha256_add(h, s);
}

static void add_number(Sha256 *h, Arena *a, i64 n)
{
    sha256_add(h, arena_fmt(a, "%lld,", (long long)n));
}

// Lengths stand before texts, so that no two lines can ever be written as the same bytes.
static Str fingerprint(Arena *a, const AuditRow *r)
{
    static const char digits[] = "0123456789abcdef";
    Sha256 h;
    u8 digest[SHA256_BYTES];
    sha256_start(&h);
    add_number(&h, a, r->seq);
    add_number(&h, a, r->at);
    add_number(&h, a, r->actor);
    const Str texts[] = {r->who, r->action, r->kind, r->object, r->details, r->prev};
    for (isize i = 0; i < COUNT(texts); i++)
        add_text(&h, a, texts[i]);
    sha256_end(&h, digest);
    char *hex = make(a, char, SHA256_BYTES * 2 + 1);
    for (isize i = 0; i < SHA256_BYTES; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    return (Str){hex, SHA256_BYTES * 2};
}

fallible audit_note(Db *db, Arena *a, AuditLine l)
{
    AuditHeadGet head;
    TRY(audit_head_get(db, a, &head));
    Str details = l.details.n ? l.details : S("{}");
    if (!l.actor && !l.who.n && db_role(db) == DB_AS_ADMIN) l.who = S("operator");
    AuditRow r = {head.seq + 1, l.at,     l.actor, l.who,     l.action,
                  l.kind,       l.object, details, head.hash, {0}};
    r.hash = fingerprint(a, &r);
    TRY(audit_line_add(db, a, r.seq, r.at, r.actor, r.who, r.action, r.kind, r.object, r.details,
                       r.prev, r.hash, NULL));
    TRY(audit_head_move(db, a, r.seq, r.hash, NULL));
    db_mark_noted(db);
    return NULL;
}

typedef struct Walk {
    i64 seq;
    char hash[SHA256_BYTES * 2];
    i64 anchor;
    Str anchor_hash;
} Walk;

static Str walk_hash(const Walk *w)
{
    return (Str){w->hash, sizeof w->hash};
}

// Takes one line; the sentence of what is wrong with it, or empty.
static Str take_line(Arena *a, Walk *w, const AuditRow *r)
{
    long long seq = (long long)r->seq, before = (long long)w->seq;
    if (r->seq != w->seq + 1)
        return r->seq == w->seq + 2
                   ? arena_fmt(a, "line %lld was removed", before + 1)
                   : arena_fmt(a, "lines %lld to %lld were removed", before + 1, seq - 1);
    if (!str_eq(fingerprint(a, r), r->hash)) return arena_fmt(a, "line %lld was edited", seq);
    if (!str_eq(r->prev, walk_hash(w)))
        return before ? arena_fmt(a, "line %lld was replaced", before)
                      : arena_fmt(a, "lines before line %lld were removed", seq);
    if (r->seq == w->anchor && !str_eq(r->hash, w->anchor_hash))
        return arena_fmt(
            a, "the trail up to line %lld was made anew: its hash is not the one that was kept",
            seq);
    w->seq = r->seq;
    memcpy(w->hash, r->hash.s, sizeof w->hash);
    return (Str){0};
}

static fallible take_page(Db *db, Arena *page, Walk *w, isize *n, Str *flaw)
{
    AuditRowList lines;
    TRY(audit_lines_after(db, page, w->seq, 500, &lines));
    *n = lines.n;
    for (isize i = 0; i < lines.n && !flaw->n; i++)
        *flaw = take_line(page, w, &lines.v[i]);
    return NULL;
}

static Str end_flaw(Arena *a, const Walk *w, const AuditHeadGet *head)
{
    long long last = (long long)w->seq, kept = (long long)head->seq;
    if (kept > last)
        return arena_fmt(a, "the trail was cut off: it had %lld lines, %lld are left", kept, last);
    if (kept < last)
        return arena_fmt(a, "lines after line %lld were not written by this program", kept);
    if (!str_eq(head->hash, walk_hash(w)))
        return arena_fmt(a, "line %lld, the newest, was replaced", last);
    if (w->anchor > w->seq)
        return arena_fmt(a, "the trail was cut off: line %lld, whose hash was kept, is gone",
                         (long long)w->anchor);
    return (Str){0};
}

static fallible walk_all(Db *db, Arena *a, Walk *w, Str *flaw)
{
    Arena page = {0};
    Err *e = NULL;
    for (isize n = 1; n && !flaw->n && !e;) {
        arena_reset(&page);
        e = take_page(db, &page, w, &n, flaw);
    }
    *flaw = str_copy(a, *flaw);
    if (e) e = fail(a, e->kind, "%.*s", STR(e->say));
    arena_free(&page);
    return e;
}

static fallible prove(Db *db, Arena *a, Walk *w, AuditProof *out)
{
    AuditHeadGet head;
    Str flaw = {0};
    TRY(walk_all(db, a, w, &flaw));
    TRY(audit_head_get(db, a, &head));
    if (!flaw.n) flaw = end_flaw(a, w, &head);
    *out = (AuditProof){!flaw.n, w->seq, str_copy(a, walk_hash(w)), flaw};
    return NULL;
}

fallible audit_verify(Db *db, Arena *a, i64 anchor, Str anchor_hash, AuditProof *out)
{
    Walk w = {.anchor = anchor, .anchor_hash = anchor_hash};
    memcpy(w.hash, NO_HASH.s, sizeof w.hash);
    // The head and the lines must be of one moment: others may be noting meanwhile.
    TRY(db_begin_reading(db, a));
    Err *e = prove(db, a, &w, out);
    db_rollback(db);
    return e;
}
