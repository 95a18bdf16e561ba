// Notes against the example of the specification's own implementation; checkpoints and proofs there and back.
#include "scratch.h"

#include "base/encode.h"
#include "base/str.h"
#include "kit/note.h"

// The example of golang.org/x/mod/sumdb/note, which the specification was written from.
static const char peter_key[] =
    "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"; // algorithm, then the key
static const char peter_note[] =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\xE2\x80\x94 PeterNeumann "
    "x08go/ZJkuBS9UG/"
    "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

START_TEST(the_example_of_the_specification_opens)
{
    scratch t = scratch_make();
    Str bytes, text, name;
    NoteKey key = {.name = S("PeterNeumann")};
    ck_assert(base64_decode(&t.a, str_from(peter_key), &bytes));
    memcpy(key.bytes, bytes.s + 1, sizeof key.bytes);
    ck_str(note_key_text(&t.a, &key), arena_fmt(&t.a, "PeterNeumann+c74f20a3+%s", peter_key));
    ck_works(note_open(&t.a, key.bytes, str_from(peter_note), &text, &name));
    ck_str(name, S("PeterNeumann"));
    ck_assert(str_ends(text, S("problem is.\n")));
    Str other = str_replace(&t.a, str_from(peter_note), S("answer"), S("Answer"));
    ck_fails(ERR_CONFLICT, note_open(&t.a, key.bytes, other, &text, &name));
    ck_fails(ERR_BAD_INPUT, note_open(&t.a, key.bytes, S("nothing\n"), &text, &name));
    ck_fails(ERR_BAD_INPUT, note_open(&t.a, key.bytes, S("text\n\nsignature\n"), &text, &name));
}
END_TEST

static SignKey key_of(u8 seed)
{
    SignKey k;
    u8 bytes[32];
    memset(bytes, seed, sizeof bytes);
    sign_key_from_seed(&k, bytes);
    return k;
}

START_TEST(a_checkpoint_says_its_size_and_root)
{
    scratch t = scratch_make();
    SignKey ours = key_of(1), theirs = key_of(2);
    Checkpoint c = {.log = S("tresor.example/log"), .size = 7, .root = merkle_leaf(S("x"))}, got;
    Str note = checkpoint_sign(&t.a, &ours, &c);
    ck_assert(str_starts(note, S("tresor.example/log\n7\n")));
    ck_works(checkpoint_open(&t.a, ours.public_key, note, &got));
    ck_str(got.log, c.log);
    ck_assert(got.size == 7 && merkle_same(got.root, c.root));
    ck_fails(ERR_CONFLICT, checkpoint_open(&t.a, theirs.public_key, note, &got));
    Str more = str_replace(&t.a, note, S("\n7\n"), S("\n8\n"));
    ck_fails(ERR_CONFLICT, checkpoint_open(&t.a, ours.public_key, more, &got));
    Str text = str_take(note, str_find(note, S("\n\n")) + 1);
    ck_fails(ERR_CONFLICT, checkpoint_open(&t.a, ours.public_key,
                                           note_sign(&t.a, &ours, S("other"), text), &got));
    ck_fails(ERR_BAD_INPUT, checkpoint_open(&t.a, ours.public_key,
                                            note_sign(&t.a, &ours, S("x"), S("x\n07\n")), &got));
}
END_TEST

// Two entries: the second one's path is the first one's hash.
START_TEST(a_proof_leads_from_the_entry_to_the_root)
{
    scratch t = scratch_make();
    SignKey key = key_of(1), stranger = key_of(3);
    MerkleHash one = merkle_leaf(S("one")), two = merkle_leaf(S("two"));
    Checkpoint c = {.log = S("log"), .size = 2, .root = merkle_node(one, two)}, got;
    LogProof p = {
        .index = 1, .path = {.v = {one}, .n = 1},
             .checkpoint = checkpoint_sign(&t.a, &key, &c)
    };
    Str text = log_proof_text(&t.a, &p);
    i64 index = -1;
    ck_works(log_proof_check(&t.a, key.public_key, S("two"), text, &index, &got));
    ck_assert(index == 1);
    ck_assert(got.size == 2);
    ck_fails(ERR_CONFLICT, log_proof_check(&t.a, key.public_key, S("one"), text, &index, &got));
    ck_fails(ERR_CONFLICT,
             log_proof_check(&t.a, stranger.public_key, S("two"), text, &index, &got));
    Str moved = str_replace(&t.a, text, S("index 1"), S("index 0"));
    ck_fails(ERR_CONFLICT, log_proof_check(&t.a, key.public_key, S("two"), moved, &index, &got));
    ck_fails(ERR_BAD_INPUT, log_proof_check(&t.a, key.public_key, S("two"), S("x"), &index, &got));
    Str odd = str_replace(&t.a, text, S("index 1"), S("index 01"));
    ck_fails(ERR_BAD_INPUT, log_proof_check(&t.a, key.public_key, S("two"), odd, &index, &got));
}
END_TEST

START_TEST(how_a_log_grew_is_read_as_it_was_written)
{
    scratch t = scratch_make();
    SignKey key = key_of(1);
    MerkleHash one = merkle_leaf(S("one")), two = merkle_leaf(S("two"));
    Checkpoint c = {.log = S("log"), .size = 2, .root = merkle_node(one, two)};
    LogGrowth g =
                  {
                      .before = 1,
                      .path = {.v = {two}, .n = 1},
                      .checkpoint = checkpoint_sign(&t.a, &key, &c)
    },
              got;
    Str text = log_growth_text(&t.a, &g);
    ck_works(log_growth_read(&t.a, text, &got));
    ck_assert(got.before == 1 && got.path.n == 1 && merkle_same(got.path.v[0], two));
    ck_str(got.checkpoint, g.checkpoint);
    ck_assert(merkle_continues(1, one, 2, c.root, &got.path));
    ck_fails(ERR_BAD_INPUT, log_growth_read(&t.a, S("old 1\n"), &got));
    ck_fails(ERR_BAD_INPUT,
             log_growth_read(&t.a, str_replace(&t.a, text, S("old"), S("new")), &got));
}
END_TEST

Suite *kit_note_suite(void)
{
    Suite *s = suite_create("kit note");
    TCase *c = tcase_create("note");
    tcase_add_test(c, the_example_of_the_specification_opens);
    tcase_add_test(c, a_checkpoint_says_its_size_and_root);
    tcase_add_test(c, a_proof_leads_from_the_entry_to_the_root);
    tcase_add_test(c, how_a_log_grew_is_read_as_it_was_written);
    suite_add_tcase(s, c);
    return s;
}
