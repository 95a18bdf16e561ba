// Signed notes, checkpoints and proofs of a log from a stranger: only what the key signed is believed.
#include "kit/note.h"
#include "fuzz.h"

static const u8 seed[32] = {7}; // the corpus holds a proof that its key signed, of the entry "two"

FUZZ
{
    SignKey secret;
    Checkpoint c;
    LogProof p;
    Str text = {0}, name = {0};
    i64 index = -1;
    sign_key_from_seed(&secret, seed);
    if (!note_open(a, secret.public_key, input, &text, &name)) must(note_name_fits(name));
    if (!log_proof_read(a, input, &p)) {
        Str again = log_proof_text(a, &p); // one way of writing it
        must(p.index >= 0 && !log_proof_read(a, again, &p));
        must(str_eq(log_proof_text(a, &p), again));
        if (!checkpoint_open(a, secret.public_key, p.checkpoint, &c)) must(c.size >= 0 && c.log.n);
    }
    if (!log_proof_check(a, secret.public_key, S("two"), input, &index, &c))
        must(index == 1 && c.size == 2);
    must(log_proof_check(a, secret.public_key, S("three"), input, &index, &c) != NULL);
    if (note_name_fits(input)) { // as a name it signs, and is believed
        Checkpoint own = {.log = input, .size = input.n, .root = merkle_leaf(input)};
        must(!checkpoint_open(a, secret.public_key, checkpoint_sign(a, &secret, &own), &c));
        must(c.size == own.size && merkle_same(c.root, own.root) && str_eq(c.log, input));
    }
}
