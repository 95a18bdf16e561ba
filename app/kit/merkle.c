// The tree of RFC 6962 over complete subtrees that somebody else keeps.
#include "kit/merkle.h"

#include "base/encode.h"
#include "base/str.h"

static Str view(const MerkleHash *h)
{
    return (Str){(const char *)h->bytes, MERKLE_BYTES};
}

// The first byte keeps an entry from being taken for a node (RFC 6962, 2.1).
MerkleHash merkle_leaf(Str entry)
{
    Sha256 h;
    MerkleHash out;
    sha256_start(&h);
    sha256_add(&h, (Str){"\x00", 1});
    sha256_add(&h, entry);
    sha256_end(&h, out.bytes);
    return out;
}

MerkleHash merkle_node(MerkleHash left, MerkleHash right)
{
    Sha256 h;
    MerkleHash out;
    sha256_start(&h);
    sha256_add(&h, (Str){"\x01", 1});
    sha256_add(&h, view(&left));
    sha256_add(&h, view(&right));
    sha256_end(&h, out.bytes);
    return out;
}

bool merkle_same(MerkleHash x, MerkleHash y)
{
    return memcmp(x.bytes, y.bytes, MERKLE_BYTES) == 0;
}

Str merkle_text(Arena *a, MerkleHash h)
{
    return base64_encode(a, view(&h));
}

bool merkle_from_text(Arena *a, Str text, MerkleHash *out)
{
    Str bytes;
    if (!base64_decode(a, text, &bytes) || bytes.n != MERKLE_BYTES) return false;
    memcpy(out->bytes, bytes.s, MERKLE_BYTES);
    return true;
}

fallible merkle_append(Arena *a, const MerkleTree *t, MerkleHash leaf, MerkleNode *out, int *n)
{
    *n = 0;
    out[(*n)++] = (MerkleNode){.level = 0, .index = t->size, .hash = leaf};
    // Each 1 at the end of the old size is a complete left neighbour of what is growing here.
    for (i64 index = t->size; index & 1; index /= 2) {
        const MerkleNode *last = &out[*n - 1];
        MerkleHash left;
        TRY(t->read(t->who, a, last->level, index - 1, &left));
        out[*n] = (MerkleNode){
            .level = last->level + 1, .index = index / 2, .hash = merkle_node(left, last->hash)};
        (*n)++;
    }
    return NULL;
}

// The largest power of two below n; n is at least 2.
static int split_level(i64 n)
{
    int level = 0;
    while (((i64)2 << level) < n)
        level++;
    return level;
}

// The root over entries [from, from + n), n > 0; `from` is a multiple of the smallest power of two that holds n.
static fallible range_root(Arena *a, const MerkleTree *t, i64 from, i64 n, MerkleHash *out)
{
    bool started = false;
    MerkleHash parts[MERKLE_LEVELS + 1];
    int count = 0;
    for (int level = MERKLE_LEVELS; level >= 0; level--) { // left to right: large to small
        i64 width = (i64)1 << level;
        if (!(n & width)) continue;
        TRY(t->read(t->who, a, level, from / width, &parts[count++]));
        from += width;
    }
    while (count--) {
        *out = started ? merkle_node(parts[count], *out) : parts[count];
        started = true;
    }
    must(started);
    return NULL;
}

fallible merkle_root(Arena *a, const MerkleTree *t, i64 size, MerkleHash *out)
{
    if (size < 0 || size > t->size)
        return fail(a, ERR_BAD_INPUT, "the log has %lld entries, not %lld", (long long)t->size,
                    (long long)size);
    if (size) return range_root(a, t, 0, size, out);
    Sha256 h; // of nothing
    sha256_start(&h);
    sha256_end(&h, out->bytes);
    return NULL;
}

// Siblings are met from the root down and told from the leaf up.
static void path_turn(MerklePath *p)
{
    for (int i = 0; i < p->n / 2; i++) {
        MerkleHash other = p->v[p->n - 1 - i];
        p->v[p->n - 1 - i] = p->v[i];
        p->v[i] = other;
    }
}

fallible merkle_inclusion(Arena *a, const MerkleTree *t, i64 index, i64 size, MerklePath *out)
{
    *out = (MerklePath){0};
    if (size > t->size || index < 0 || index >= size)
        return fail(a, ERR_BAD_INPUT,
                    "there is no entry %lld among the first %lld of the log's %lld",
                    (long long)index, (long long)size, (long long)t->size);
    i64 from = 0;
    while (size > 1) {
        i64 left = (i64)1 << split_level(size);
        bool right = index - from >= left;
        TRY(right ? range_root(a, t, from, left, &out->v[out->n])
                  : range_root(a, t, from + left, size - left, &out->v[out->n]));
        out->n++;
        from += right ? left : 0;
        size = right ? size - left : left;
    }
    path_turn(out);
    return NULL;
}

// SUBPROOF of RFC 6962, 2.1.2.
fallible merkle_consistency(Arena *a, const MerkleTree *t, i64 before, i64 size, MerklePath *out)
{
    *out = (MerklePath){0};
    if (before < 1 || before > size || size > t->size)
        return fail(a, ERR_BAD_INPUT,
                    "the log of %lld entries cannot be compared from %lld to %lld",
                    (long long)t->size, (long long)before, (long long)size);
    i64 from = 0;
    bool whole = true; // what is left of the old tree is all of it
    while (before != size) {
        i64 left = (i64)1 << split_level(size);
        bool right = before > left;
        TRY(right ? range_root(a, t, from, left, &out->v[out->n])
                  : range_root(a, t, from + left, size - left, &out->v[out->n]));
        out->n++;
        if (right) whole = false;
        from += right ? left : 0;
        before -= right ? left : 0;
        size = right ? size - left : left;
    }
    if (!whole) TRY(range_root(a, t, from, size, &out->v[out->n++]));
    path_turn(out);
    return NULL;
}

// RFC 9162, 2.1.3.2.
bool merkle_includes(MerkleHash leaf, i64 index, i64 size, const MerklePath *p, MerkleHash root)
{
    if (index < 0 || index >= size) return false;
    i64 node = index, last = size - 1;
    MerkleHash r = leaf;
    for (int i = 0; i < p->n; i++) {
        if (!last) return false;
        if ((node & 1) || node == last) {
            r = merkle_node(p->v[i], r);
            while (!(node & 1) && node) {
                node /= 2;
                last /= 2;
            }
        } else {
            r = merkle_node(r, p->v[i]);
        }
        node /= 2;
        last /= 2;
    }
    return !last && merkle_same(r, root);
}

// RFC 9162, 2.1.4.2.
bool merkle_continues(i64 before, MerkleHash root_before, i64 size, MerkleHash root,
                      const MerklePath *p)
{
    if (before < 1 || before > size) return false;
    if (before == size) return !p->n && merkle_same(root_before, root);
    bool power = (before & (before - 1)) == 0; // then the old root itself begins the path
    if (!power && !p->n) return false;
    i64 node = before - 1, last = size - 1;
    while (node & 1) {
        node /= 2;
        last /= 2;
    }
    MerkleHash older = power ? root_before : p->v[0], newer = older;
    for (int i = power ? 0 : 1; i < p->n; i++) {
        if (!last) return false;
        if ((node & 1) || node == last) {
            older = merkle_node(p->v[i], older);
            newer = merkle_node(p->v[i], newer);
            while (!(node & 1) && node) {
                node /= 2;
                last /= 2;
            }
        } else {
            newer = merkle_node(newer, p->v[i]);
        }
        node /= 2;
        last /= 2;
    }
    return !last && merkle_same(older, root_before) && merkle_same(newer, root);
}
