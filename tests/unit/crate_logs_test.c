// Two archives and the log between them: one, forked, of strangers, or not shown without the site's own proof.
#include "scratch.h"

#include "crate/verify.h"

enum { MANY = 12 };

typedef struct Log { // entries, the same as another log's but for the one at `fork`
    Arena *a;
    SignKey key;
    MerkleHash leaves[MANY];
    MerkleTree tree;
} Log;

static Err *subtree(void *who, Arena *a, int level, i64 index, MerkleHash *out)
{
    const Log *l = who;
    MerkleHash left, right;
    if (!level) {
        *out = l->leaves[index];
        return NULL;
    }
    TRY(subtree(who, a, level - 1, 2 * index, &left));
    TRY(subtree(who, a, level - 1, 2 * index + 1, &right));
    *out = merkle_node(left, right);
    return NULL;
}

static Log *log_make(Arena *a, int fork)
{
    Log *l = make(a, Log, 1);
    u8 seed[32] = {4};
    l->a = a;
    sign_key_from_seed(&l->key, seed);
    for (int i = 0; i < MANY; i++)
        l->leaves[i] = merkle_leaf(arena_fmt(a, i == fork ? "other %d" : "entry %d", i));
    l->tree = (MerkleTree){.read = subtree, .who = l, .size = MANY};
    return l;
}

// What verify leaves of an archive whose one entry is the last of the first `size`.
static CrateVerdict archive_of(Log *l, i64 size, const char *name)
{
    CrateVerdict v = {.good = true, .entries = make(l->a, VerdictEntry, 1), .entries_n = 1};
    MinisignKey key = minisign_key_of(&l->key);
    MerklePath path;
    v.key_line = minisign_key_line(l->a, &key);
    v.entries[0] = (VerdictEntry){.seq = size - 1, .size = size, .log = str_from(name)};
    ck_works(merkle_root(l->a, &l->tree, size, &v.entries[0].root));
    ck_works(merkle_inclusion(l->a, &l->tree, size - 1, size, &path));
    ck_assert(merkle_learn(l->a, &v.log, l->leaves[size - 1], size - 1, size, &path));
    return v;
}

static LogGrowth growth_of(Log *l, i64 before, i64 size)
{
    LogGrowth g = {.before = before};
    Checkpoint c = {.log = S("a/log"), .size = size};
    ck_works(merkle_consistency(l->a, &l->tree, before, size, &g.path));
    ck_works(merkle_root(l->a, &l->tree, size, &c.root));
    g.checkpoint = checkpoint_sign(l->a, &l->key, &c);
    return g;
}

static LogsRelation relation(Arena *a, const CrateVerdict *x, const CrateVerdict *y,
                             const LogGrowth *g)
{
    LogsVerdict there, back;
    ck_works(crate_logs_compare(a, x, y, g, &there));
    ck_works(crate_logs_compare(a, y, x, g, &back));
    ck_assert_int_eq(there.relation, back.relation);
    ck_assert(there.before == back.before && there.size == back.size);
    return there.relation;
}

START_TEST(neighbours_show_it_alone)
{
    Arena a = {0};
    Log *l = log_make(&a, -1), *forked = log_make(&a, 2);
    CrateVerdict four = archive_of(l, 4, "a/log"), five = archive_of(l, 5, "a/log");
    CrateVerdict other = archive_of(forked, 5, "a/log"), far = archive_of(l, 5, "b/log"),
                 none = {0};
    ck_assert_int_eq(relation(&a, &four, &five, NULL), LOGS_ONE);
    ck_assert_int_eq(relation(&a, &four, &four, NULL), LOGS_ONE);
    ck_assert_int_eq(relation(&a, &four, &other, NULL), LOGS_FORKED);
    ck_assert_int_eq(relation(&a, &five, &other, NULL), LOGS_FORKED);
    ck_assert_int_eq(relation(&a, &four, &far, NULL), LOGS_STRANGERS);
    ck_assert_int_eq(relation(&a, &four, &none, NULL), LOGS_NOT_SHOWN);
    arena_free(&a);
}
END_TEST

START_TEST(the_sites_proof_closes_the_gap)
{
    Arena a = {0};
    Log *l = log_make(&a, -1), *forked = log_make(&a, 2);
    LogsVerdict v;
    CrateVerdict three = archive_of(l, 3, "a/log"), eleven = archive_of(l, 11, "a/log");
    CrateVerdict other = archive_of(forked, 11, "a/log");
    LogGrowth g = growth_of(l, 3, 11), lie = growth_of(forked, 3, 11), wide = growth_of(l, 2, 11);
    ck_assert_int_eq(relation(&a, &three, &eleven, NULL), LOGS_NOT_SHOWN);
    ck_assert_int_eq(relation(&a, &three, &eleven, &g), LOGS_ONE);
    ck_assert_int_eq(relation(&a, &three, &other, &g), LOGS_FORKED); // two signed roots of one size
    ck_fails(ERR_CONFLICT, crate_logs_compare(&a, &three, &other, &lie, &v));
    ck_fails(ERR_BAD_INPUT, crate_logs_compare(&a, &three, &eleven, &wide, &v));
    g.checkpoint = str_replace(&a, g.checkpoint, S("\n11\n"), S("\n10\n"));
    ck_fails(ERR_CONFLICT, crate_logs_compare(&a, &three, &eleven, &g, &v));
    arena_free(&a);
}
END_TEST

Suite *crate_logs_suite(void);
Suite *crate_logs_suite(void)
{
    Suite *s = suite_create("crate logs");
    TCase *t = tcase_create("logs");
    tcase_add_test(t, neighbours_show_it_alone);
    tcase_add_test(t, the_sites_proof_closes_the_gap);
    suite_add_tcase(s, t);
    return s;
}
