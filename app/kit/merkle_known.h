// merkle_known: what checked proofs tell of a log: the hashes of ranges of its entries. Two proofs that give one range
// different hashes are of two logs, whatever name both have.
#pragma once
#include "base/map.h"
#include "kit/merkle.h"

typedef struct MerkleRange {
    i64 from, n;
    MerkleHash hash;
} MerkleRange;
typedef struct MerkleKnown {
    Map by_place; // to MerkleRange
    MerkleRange **v;
    isize n, cap;
} MerkleKnown;

// All that an inclusion proof says, which must have been checked: the entry, each range beside its way to the root, and
// each on it. False when something else was known of one of them.
bool merkle_learn(Arena *, MerkleKnown *, MerkleHash leaf, i64 index, i64 size, const MerklePath *);
// The root of the first `size` entries, if it follows from what is known.
bool merkle_known_root(Arena *, const MerkleKnown *, i64 size, MerkleHash *out);
// False when they say different things of one range.
bool merkle_known_agree(Arena *, const MerkleKnown *, const MerkleKnown *);
