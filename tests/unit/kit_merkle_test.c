// The tree against the vectors of RFC 6962's reference implementation, and every proof of every small tree.
#include "scratch.h"

#include "base/encode.h"
#include "base/str.h"
#include "kit/merkle_known.h"

enum { MANY = 70, LEVELS = 8 };

typedef struct Kept { // complete subtrees, as the database keeps them
    MerkleHash node[LEVELS][MANY];
    bool there[LEVELS][MANY];
} Kept;

static Err *kept_read(void *who, Arena *a, int level, i64 index, MerkleHash *out)
{
    (void)a;
    const Kept *k = who;
    ck_assert(level < LEVELS && index < MANY && k->there[level][index]);
    *out = k->node[level][index];
    return NULL;
}

static void kept_add(Arena *a, Kept *k, MerkleTree *t, Str entry)
{
    MerkleNode nodes[MERKLE_LEVELS + 1];
    int n;
    ck_works(merkle_append(a, t, merkle_leaf(entry), nodes, &n));
    for (int i = 0; i < n; i++) {
        k->node[nodes[i].level][nodes[i].index] = nodes[i].hash;
        k->there[nodes[i].level][nodes[i].index] = true;
    }
    t->size++;
}

static Str root_hex(Arena *a, const MerkleTree *t, i64 size)
{
    MerkleHash h;
    ck_works(merkle_root(a, t, size, &h));
    return hex_encode(a, (Str){(const char *)h.bytes, MERKLE_BYTES});
}

// The eight entries and roots that the certificate-transparency implementations share.
START_TEST(roots_of_the_reference)
{
    scratch t = scratch_make();
    static const char *const entries[] = {"",
                                          "00",
                                          "10",
                                          "2021",
                                          "3031",
                                          "40414243",
                                          "5051525354555657",
                                          "606162636465666768696a6b6c6d6e6f"};
    static const char *const roots[] = {
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
    Kept *k = make(&t.a, Kept, 1);
    MerkleTree tree = {.read = kept_read, .who = k};
    ck_str(root_hex(&t.a, &tree, 0), str_from(roots[0]));
    for (int i = 0; i < 8; i++) {
        Str entry;
        ck_assert(hex_decode(&t.a, str_from(entries[i]), &entry));
        kept_add(&t.a, k, &tree, entry);
        ck_str(root_hex(&t.a, &tree, tree.size), str_from(roots[i + 1]));
        ck_str(root_hex(&t.a, &tree, i), str_from(roots[i])); // the past stays as it was
    }
}
END_TEST

static MerkleTree many(Arena *a, MerkleHash leaves[MANY])
{
    Kept *k = make(a, Kept, 1);
    MerkleTree tree = {.read = kept_read, .who = k};
    for (int i = 0; i < MANY; i++) {
        Str entry = arena_fmt(a, "entry %d", i);
        leaves[i] = merkle_leaf(entry);
        kept_add(a, k, &tree, entry);
    }
    return tree;
}

START_TEST(every_entry_is_proved_and_no_other)
{
    scratch t = scratch_make();
    MerkleHash leaves[MANY], root;
    MerklePath path;
    MerkleTree tree = many(&t.a, leaves);
    for (int size = 1; size <= MANY; size++) {
        ck_works(merkle_root(&t.a, &tree, size, &root));
        for (int i = 0; i < size; i++) {
            ck_works(merkle_inclusion(&t.a, &tree, i, size, &path));
            ck_assert(merkle_includes(leaves[i], i, size, &path, root));
            ck_assert(!merkle_includes(leaves[(i + 1) % MANY], i, size, &path, root));
            ck_assert(size == 1 || !merkle_includes(leaves[i], (i + 1) % size, size, &path, root));
            if (!path.n) continue;
            path.v[path.n - 1].bytes[0] ^= 1;
            ck_assert(!merkle_includes(leaves[i], i, size, &path, root));
            path.v[path.n - 1].bytes[0] ^= 1;
            path.n--;
            ck_assert(!merkle_includes(leaves[i], i, size, &path, root));
        }
    }
    ck_fails(ERR_BAD_INPUT, merkle_inclusion(&t.a, &tree, 5, 5, &path));
    ck_fails(ERR_BAD_INPUT, merkle_inclusion(&t.a, &tree, 0, MANY + 1, &path));
    ck_fails(ERR_BAD_INPUT, merkle_inclusion(&t.a, &tree, -1, 5, &path));
}
END_TEST

START_TEST(every_past_is_proved_to_continue)
{
    scratch t = scratch_make();
    MerkleHash leaves[MANY], before, now, forged;
    MerklePath path;
    MerkleTree tree = many(&t.a, leaves);
    for (int size = 1; size <= MANY; size++) {
        ck_works(merkle_root(&t.a, &tree, size, &now));
        forged = now;
        forged.bytes[31] ^= 1;
        for (int past = 1; past <= size; past++) {
            ck_works(merkle_root(&t.a, &tree, past, &before));
            ck_works(merkle_consistency(&t.a, &tree, past, size, &path));
            ck_assert(merkle_continues(past, before, size, now, &path));
            ck_assert(!merkle_continues(past, before, size, forged, &path));
            if (past == size) continue;
            ck_assert(!merkle_continues(past, now, size, now, &path)); // another past
            path.v[0].bytes[3] ^= 1;
            ck_assert(!merkle_continues(past, before, size, now, &path));
        }
    }
    ck_fails(ERR_BAD_INPUT, merkle_consistency(&t.a, &tree, 0, 5, &path));
    ck_fails(ERR_BAD_INPUT, merkle_consistency(&t.a, &tree, 6, 5, &path));
}
END_TEST

// What the proof of the newest entry of a log of that size tells.
static MerkleKnown known_of(Arena *a, const MerkleTree *t, const MerkleHash *leaves, i64 size)
{
    MerkleKnown k = {0};
    MerklePath path;
    ck_works(merkle_inclusion(a, t, size - 1, size, &path));
    ck_assert(merkle_learn(a, &k, leaves[size - 1], size - 1, size, &path));
    return k;
}

// Two logs that differ in one entry only, and what proofs from them tell of each other.
START_TEST(what_proofs_tell_of_a_log_is_true_and_never_of_another_one)
{
    scratch t = scratch_make();
    enum { SMALL = 20 };
    MerkleHash leaves[MANY], others[MANY], root, shown;
    MerkleTree tree = many(&t.a, leaves);
    int told = 0;
    for (int fork = 0; fork < SMALL; fork++) {
        Kept *kept = make(&t.a, Kept, 1);
        MerkleTree other = {.read = kept_read, .who = kept};
        for (int i = 0; i < SMALL; i++) {
            Str entry = arena_fmt(&t.a, i == fork ? "other %d" : "entry %d", i);
            others[i] = merkle_leaf(entry);
            kept_add(&t.a, kept, &other, entry);
        }
        for (int n = 1; n < SMALL; n++)
            for (int m = n; m < SMALL; m++) {
                MerkleKnown one = known_of(&t.a, &tree, leaves, n);
                MerkleKnown two = known_of(&t.a, &tree, leaves, m);
                MerkleKnown three = known_of(&t.a, &other, others, m);
                ck_works(merkle_root(&t.a, &tree, n, &root));
                ck_assert(merkle_known_agree(&t.a, &one, &two));
                if (merkle_known_root(&t.a, &two, n, &shown)) ck_assert(merkle_same(shown, root));
                bool agree = merkle_known_agree(&t.a, &one, &three);
                if (fork >= m) ck_assert(agree);
                if (fork < n && merkle_known_root(&t.a, &three, n, &shown)) {
                    ck_assert(!merkle_same(shown, root) && !agree);
                    told++;
                }
            }
    }
    ck_assert_int_gt(told, 100);
}
END_TEST

START_TEST(a_proof_that_says_otherwise_is_not_learnt)
{
    scratch t = scratch_make();
    MerkleHash leaves[MANY];
    MerklePath path;
    MerkleTree tree = many(&t.a, leaves);
    MerkleKnown k = known_of(&t.a, &tree, leaves, 9);
    ck_works(merkle_inclusion(&t.a, &tree, 3, 9, &path));
    ck_assert(merkle_learn(&t.a, &k, leaves[3], 3, 9, &path));
    ck_assert(!merkle_learn(&t.a, &k, leaves[4], 3, 9, &path));
    path.n--;
    ck_assert(!merkle_learn(&t.a, &k, leaves[3], 3, 9, &path)); // too short for that size
}
END_TEST

Suite *kit_merkle_suite(void)
{
    Suite *s = suite_create("kit merkle");
    TCase *c = tcase_create("merkle");
    tcase_add_test(c, roots_of_the_reference);
    tcase_add_test(c, every_entry_is_proved_and_no_other);
    tcase_add_test(c, every_past_is_proved_to_continue);
    tcase_add_test(c, what_proofs_tell_of_a_log_is_true_and_never_of_another_one);
    tcase_add_test(c, a_proof_that_says_otherwise_is_not_learnt);
    suite_add_tcase(s, c);
    return s;
}
