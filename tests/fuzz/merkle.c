// A log whose entries are the lines of the input: every entry and every past is proved, and no altered proof is believed.
#include "kit/merkle.h"
#include "fuzz.h"

enum { MANY = 40, LEVELS = 7 };
typedef struct Kept {
    MerkleHash node[LEVELS][MANY];
} Kept;

static Err *kept_read(void *who, Arena *a, int level, i64 index, MerkleHash *out)
{
    (void)a;
    must(level < LEVELS && index < MANY);
    *out = ((Kept *)who)->node[level][index];
    return NULL;
}

static void entry_add(Arena *a, Kept *kept, MerkleTree *t, Str entry)
{
    MerkleNode nodes[MERKLE_LEVELS + 1];
    int n = 0;
    must(!merkle_append(a, t, merkle_leaf(entry), nodes, &n));
    for (int i = 0; i < n; i++)
        kept->node[nodes[i].level][nodes[i].index] = nodes[i].hash;
    t->size++;
}

// One bit of the path, chosen by the input, turned over.
static MerklePath altered(const MerklePath *p, u64 which)
{
    MerklePath out = *p;
    if (p->n) out.v[which % (u64)p->n].bytes[which / 8 % MERKLE_BYTES] ^= (u8)(1 << which % 8);
    return out;
}

FUZZ
{
    MerkleTree t = {.read = kept_read, .who = make(a, Kept, 1)};
    MerkleHash root, before;
    MerklePath path, wrong;
    u64 which = str_hash(input);
    for (Str rest = input, line; t.size < MANY && str_next(&rest, '\n', &line);)
        entry_add(a, t.who, &t, line);
    must(!merkle_root(a, &t, t.size, &root));
    must(merkle_inclusion(a, &t, t.size, t.size, &path) != NULL);
    i64 i = 0;
    for (Str rest = input, line; i < t.size && str_next(&rest, '\n', &line); i++) {
        must(!merkle_inclusion(a, &t, i, t.size, &path));
        must(merkle_includes(merkle_leaf(line), i, t.size, &path, root));
        wrong = altered(&path, which + (u64)i);
        must(!path.n || !merkle_includes(merkle_leaf(line), i, t.size, &wrong, root));
        must(!merkle_root(a, &t, i + 1, &before));
        must(!merkle_consistency(a, &t, i + 1, t.size, &path));
        must(merkle_continues(i + 1, before, t.size, root, &path));
        wrong = altered(&path, which ^ (u64)i);
        must(!path.n || !merkle_continues(i + 1, before, t.size, root, &wrong));
    }
}
