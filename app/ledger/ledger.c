// The log's entries and proofs.
#include "ledger/ledger.h"

#include "base/encode.h"
#include "os/random.h"

enum { SALT_BYTES = 16, PAGE = 200 };

static const char *const kind_words[] = {[LEDGER_RELEASE] = "release",
                                         [LEDGER_DELETION] = "deletion",
                                         [LEDGER_WITHDRAWAL] = "withdrawal"};

typedef struct Nodes {
    Db *db;
} Nodes;

static Err *node_read(void *who, Arena *a, int level, i64 index, MerkleHash *out)
{
    Nodes *n = who;
    LedgerNodeGet row;
    TRY(ledger_node_get(n->db, a, level, index, &row));
    if (merkle_from_text(a, row.hash, out)) return NULL;
    return fail(a, ERR_BUG, "the log holds a hash that is none: level %d, place %lld", level,
                (long long)index);
}

static fallible tree_open(Nodes *n, Arena *a, MerkleTree *out)
{
    LedgerCount count;
    TRY(ledger_count(n->db, a, &count));
    *out = (MerkleTree){.read = node_read, .who = n, .size = count.n};
    return NULL;
}

// A value stands on one line, whatever somebody typed.
static void line_put(Buf *b, Arena *a, const char *key, Str value)
{
    if (!value.n) return;
    Str line = str_replace(a, str_printable(a, value), S("\n"), S(" "));
    buf_fmt(b, "%s: %.*s\n", key, STR(line));
}

static Str statement_text(Arena *a, i64 seq, const LedgerNews *n)
{
    Buf b = {.a = a};
    buf_put(&b, S("tresor-log-entry-1\n"));
    buf_fmt(&b, "entry: %lld\n", (long long)seq);
    line_put(&b, a, "kind", str_from(kind_words[n->kind]));
    line_put(&b, a, "at", time_iso(a, n->at));
    line_put(&b, a, "release", n->release);
    line_put(&b, a, "workspace", n->workspace_name);
    line_put(&b, a, "record", n->record);
    line_put(&b, a, "by", n->by);
    line_put(&b, a, "reason", n->reason);
    line_put(&b, a, "salt", random_hex(a, SALT_BYTES));
    for (isize i = 0; i < n->n; i++)
        buf_fmt(&b, "file: %.*s %.*s\n", STR(n->files[i].sha256), STR(n->files[i].name));
    return buf_str(&b);
}

fallible ledger_append(Db *db, Arena *a, const LedgerNews *news)
{
    Nodes nodes = {db};
    MerkleTree tree;
    MerkleNode made[MERKLE_LEVELS + 1];
    int n;
    i64 changed;
    TRY(tree_open(&nodes, a, &tree));
    Str text = statement_text(a, tree.size, news);
    TRY(ledger_entry_add(db, a, tree.size, news->at, str_from(kind_words[news->kind]),
                         news->workspace, news->release, text, &changed));
    TRY(merkle_append(a, &tree, merkle_leaf(text), made, &n));
    for (int i = 0; i < n; i++)
        TRY(ledger_node_add(db, a, made[i].level, made[i].index, merkle_text(a, made[i].hash),
                            &changed));
    return NULL;
}

Str ledger_name(Arena *a, Str origin)
{
    isize at = str_find(origin, S("://"));
    Str host = at < 0 ? origin : str_skip(origin, at + 3);
    return arena_fmt(a, "%.*s/log", STR(host));
}

static fallible root_signed(const MerkleTree *tree, Arena *a, const SignKey *key, Str name,
                            i64 size, Str *note)
{
    Checkpoint c = {.log = name, .size = size};
    TRY(merkle_root(a, tree, size, &c.root));
    *note = checkpoint_sign(a, key, &c);
    return NULL;
}

fallible ledger_checkpoint(Db *db, Arena *a, const SignKey *key, Str name, i64 size, Str *note)
{
    Nodes nodes = {db};
    MerkleTree tree;
    TRY(tree_open(&nodes, a, &tree));
    return root_signed(&tree, a, key, name, size < 0 ? tree.size : size, note);
}

fallible ledger_proof(Db *db, Arena *a, const SignKey *key, Str name, i64 seq, i64 size, Str *text)
{
    Nodes nodes = {db};
    MerkleTree tree;
    LogProof p = {.index = seq};
    TRY(tree_open(&nodes, a, &tree));
    if (size < 0) size = tree.size;
    TRY(merkle_inclusion(a, &tree, seq, size, &p.path));
    TRY(root_signed(&tree, a, key, name, size, &p.checkpoint));
    *text = log_proof_text(a, &p);
    return NULL;
}

fallible ledger_continues(Db *db, Arena *a, const SignKey *key, Str name, i64 before, i64 size,
                          Str *text)
{
    Nodes nodes = {db};
    MerkleTree tree;
    LogGrowth g = {.before = before};
    TRY(tree_open(&nodes, a, &tree));
    if (size < 0) size = tree.size;
    TRY(merkle_consistency(a, &tree, before, size, &g.path));
    TRY(root_signed(&tree, a, key, name, size, &g.checkpoint));
    *text = log_growth_text(a, &g);
    return NULL;
}
