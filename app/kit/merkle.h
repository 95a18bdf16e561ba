// merkle: an append-only list that can prove what it holds: hashes and proofs of RFC 6962 (and RFC 9162, section 2.1).
//
// The tree of n entries is the one of the RFC. What is kept are its complete subtrees: the node (level, index) covers
// the entries from index * 2^level on, 2^level of them. They never change, so a database may keep them as rows.
#pragma once
#include "kit/crypto.h"

enum { MERKLE_BYTES = SHA256_BYTES, MERKLE_LEVELS = 62 };

typedef struct MerkleHash {
    u8 bytes[MERKLE_BYTES];
} MerkleHash;
MerkleHash merkle_leaf(Str entry);
MerkleHash merkle_node(MerkleHash left, MerkleHash right);
bool merkle_same(MerkleHash, MerkleHash);
Str merkle_text(Arena *, MerkleHash); // base64, as notes and proofs hold it
bool merkle_from_text(Arena *, Str, MerkleHash *out);

// Where the complete subtrees are kept. `read` is asked only for those that `size` entries complete.
typedef struct MerkleTree {
    Err *(*read)(void *who, Arena *, int level, i64 index, MerkleHash *out);
    void *who;
    i64 size;
} MerkleTree;
typedef struct MerkleNode {
    int level;
    i64 index;
    MerkleHash hash;
} MerkleNode;
// What adding one entry completes: itself at level 0, and every subtree that ends with it; at most MERKLE_LEVELS + 1.
fallible merkle_append(Arena *, const MerkleTree *, MerkleHash leaf, MerkleNode *out, int *n);

typedef struct MerklePath {
    MerkleHash v[2 * MERKLE_LEVELS];
    int n;
} MerklePath;
// Of the first `size` entries, which must not be more than the tree has.
fallible merkle_root(Arena *, const MerkleTree *, i64 size, MerkleHash *out);
// BAD_INPUT when there is no such entry or size.
fallible merkle_inclusion(Arena *, const MerkleTree *, i64 index, i64 size, MerklePath *out);
fallible merkle_consistency(Arena *, const MerkleTree *, i64 before, i64 size, MerklePath *out);

// Checking, with nothing but the proof.
bool merkle_includes(MerkleHash leaf, i64 index, i64 size, const MerklePath *, MerkleHash root);
bool merkle_continues(i64 before, MerkleHash root_before, i64 size, MerkleHash root,
                      const MerklePath *);
