// Ranges are those of the tree of RFC 6962: a range of n entries is cut at the largest power of two below n.
#include "kit/merkle_known.h"

static Str place(Arena *a, i64 from, i64 n)
{
    return arena_fmt(a, "%lld+%lld", (long long)from, (long long)n);
}

static bool range_note(Arena *a, MerkleKnown *k, i64 from, i64 n, MerkleHash hash)
{
    void **at = map_at(a, &k->by_place, place(a, from, n));
    if (*at) return merkle_same(((const MerkleRange *)*at)->hash, hash);
    MerkleRange *r = make(a, MerkleRange, 1);
    *r = (MerkleRange){.from = from, .n = n, .hash = hash};
    *at = r;
    if (k->n == k->cap) {
        MerkleRange **more = make(a, MerkleRange *, k->cap ? 2 * k->cap : 64);
        if (k->n) memcpy(more, k->v, (size_t)k->n * sizeof *more);
        k->v = more;
        k->cap = k->cap ? 2 * k->cap : 64;
    }
    k->v[k->n++] = r;
    return true;
}

static i64 cut_of(i64 n)
{
    i64 left = 1;
    while (left < n - left)
        left *= 2;
    return left;
}

typedef struct Proof {
    MerkleHash leaf;
    i64 index;
    const MerklePath *path; // from the entry up
    int at;
} Proof;

static bool range_learn(Arena *a, MerkleKnown *k, Proof *p, i64 from, i64 n, MerkleHash *out)
{
    if (n == 1) {
        *out = p->leaf;
        return range_note(a, k, from, n, *out);
    }
    i64 left = cut_of(n);
    bool right = p->index - from >= left;
    MerkleHash inner = {0};
    bool fits = right ? range_learn(a, k, p, from + left, n - left, &inner)
                      : range_learn(a, k, p, from, left, &inner);
    if (p->at == p->path->n) return false; // it was not checked
    MerkleHash beside = p->path->v[p->at++];
    fits = (right ? range_note(a, k, from, left, beside)
                  : range_note(a, k, from + left, n - left, beside)) &&
           fits;
    *out = right ? merkle_node(beside, inner) : merkle_node(inner, beside);
    return range_note(a, k, from, n, *out) && fits;
}

bool merkle_learn(Arena *a, MerkleKnown *k, MerkleHash leaf, i64 index, i64 size,
                  const MerklePath *path)
{
    Proof p = {.leaf = leaf, .index = index, .path = path};
    MerkleHash root = {0};
    return range_learn(a, k, &p, 0, size, &root);
}

static bool range_root(Arena *a, const MerkleKnown *k, i64 from, i64 n, MerkleHash *out)
{
    const MerkleRange *r = map_get(&k->by_place, place(a, from, n));
    if (r) *out = r->hash;
    if (r || n == 1) return r != NULL;
    MerkleHash one, two;
    i64 left = cut_of(n);
    if (!range_root(a, k, from, left, &one) || !range_root(a, k, from + left, n - left, &two))
        return false;
    *out = merkle_node(one, two);
    return true;
}

bool merkle_known_root(Arena *a, const MerkleKnown *k, i64 size, MerkleHash *out)
{
    return size > 0 && range_root(a, k, 0, size, out);
}

bool merkle_known_agree(Arena *a, const MerkleKnown *one, const MerkleKnown *two)
{
    for (isize i = 0; i < one->n; i++) {
        const MerkleRange *r = one->v[i], *o = map_get(&two->by_place, place(a, r->from, r->n));
        if (o && !merkle_same(o->hash, r->hash)) return false;
    }
    return true;
}
