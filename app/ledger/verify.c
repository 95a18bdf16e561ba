// Proving the log to its owner: every hash is made again from the entries.
#include "ledger/ledger.h"

enum { PAGE = 500 };

// The tree as it should be, level by level: the last complete subtree of each, which is all that adding needs.
typedef struct Again {
    MerkleHash last[MERKLE_LEVELS + 1];
    i64 index[MERKLE_LEVELS + 1];
    i64 size;
} Again;

static Err *again_read(void *who, Arena *a, int level, i64 index, MerkleHash *out)
{
    const Again *g = who;
    if (g->index[level] != index) return fail(a, ERR_BUG, "the log is proven out of order");
    *out = g->last[level];
    return NULL;
}

static Str flaw(Arena *a, i64 seq, const char *what)
{
    return arena_fmt(a, "entry %lld %s", (long long)seq, what);
}

// Adds one entry to what should be, and compares what is kept.
static fallible entry_prove(Db *db, Arena *a, Again *g, Str statement, LedgerFinding *out)
{
    MerkleNode made[MERKLE_LEVELS + 1];
    int n;
    MerkleTree tree = {.read = again_read, .who = g, .size = g->size};
    TRY(merkle_append(a, &tree, merkle_leaf(statement), made, &n));
    for (int i = 0; i < n && out->sound; i++) {
        LedgerNodeGet kept;
        Err *e = ledger_node_get(db, a, made[i].level, made[i].index, &kept);
        if (e && e->kind != ERR_NOT_FOUND) return e;
        out->sound = !e && str_eq(kept.hash, merkle_text(a, made[i].hash));
        if (!out->sound)
            out->flaw = flaw(a, g->size,
                             e ? "has lost one of its hashes"
                               : "is not what its hash was made of: it was altered");
        g->last[made[i].level] = made[i].hash;
        g->index[made[i].level] = made[i].index;
    }
    g->size++;
    return NULL;
}

// The root over what has been added so far: from the smallest subtree to the largest.
static MerkleHash again_root(const Again *g)
{
    MerkleHash root = {0};
    bool started = false;
    for (int level = 0; level <= MERKLE_LEVELS; level++) {
        if (!(g->size >> level & 1)) continue;
        root = started ? merkle_node(g->last[level], root) : g->last[level];
        started = true;
    }
    if (!started) {
        Sha256 h;
        sha256_start(&h);
        sha256_end(&h, root.bytes);
    }
    return root;
}

static void past_compare(Arena *a, const Again *g, i64 size, const MerkleHash *root,
                         LedgerFinding *out)
{
    if (!out->sound || g->size != size || merkle_same(again_root(g), *root)) return;
    out->sound = false;
    out->flaw = arena_fmt(a, "the first %lld entries are not those of the earlier checkpoint",
                          (long long)size);
}

fallible ledger_verify(Db *db, Arena *a, i64 size, const MerkleHash *root, LedgerFinding *out)
{
    Again *g = make(a, Again, 1);
    *out = (LedgerFinding){.sound = true};
    for (bool more = true; more && out->sound;) {
        LedgerAfter page;
        TRY(ledger_after(db, a, g->size - 1, PAGE, &page));
        more = page.n == PAGE;
        for (isize i = 0; i < page.n && out->sound; i++) {
            if (page.v[i].seq != g->size) {
                out->sound = false;
                out->flaw = flaw(a, g->size, "is missing");
                break;
            }
            TRY(entry_prove(db, a, g, page.v[i].statement, out));
            if (size) past_compare(a, g, size, root, out);
        }
    }
    if (out->sound && g->size < size) {
        out->sound = false;
        out->flaw = arena_fmt(a,
                              "there are %lld entries, and an earlier checkpoint has %lld: the "
                              "end was cut off",
                              (long long)g->size, (long long)size);
    }
    out->entries = g->size;
    out->root = merkle_text(a, again_root(g));
    return NULL;
}
