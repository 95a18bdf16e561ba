// note: texts signed by named keys, the checkpoints of a log and proofs of its entries, in the formats of C2SP.
//
// signed-note: the text, an empty line, and per signature a line "— NAME BASE64". tlog-checkpoint: such a text of three
// lines: the log's name, its size, its root. tlog-proof: an entry's number, its path, and the checkpoint it leads to.
#pragma once
#include "kit/merkle.h"

typedef struct NoteKey {
    Str name; // no blank, no '+', not empty; a log signs under its own name
    u8 bytes[SIGN_PUBLIC_BYTES];
} NoteKey;
bool note_name_fits(Str);
// NAME+ID+KEY, as programs of the transparency world take keys.
Str note_key_text(Arena *, const NoteKey *);
// `text` ends with a line end and has no empty line.
Str note_sign(Arena *, const SignKey *, Str name, Str text);
// The text and the name of its first signature that this key made; its name counts, not key->name. BAD_INPUT when it
// is no note, CONFLICT when no signature of the key is right.
fallible note_open(Arena *, const u8 key[SIGN_PUBLIC_BYTES], Str note, Str *text, Str *name);

typedef struct Checkpoint {
    Str log; // its name
    i64 size;
    MerkleHash root;
} Checkpoint;
Str checkpoint_sign(Arena *, const SignKey *, const Checkpoint *);
// Opens the note and reads it; CONFLICT also when somebody else's name signed it.
fallible checkpoint_open(Arena *, const u8 key[SIGN_PUBLIC_BYTES], Str note, Checkpoint *out);

typedef struct LogProof {
    i64 index; // of the entry, from 0
    MerklePath path;
    Str checkpoint; // a note
} LogProof;
Str log_proof_text(Arena *, const LogProof *);
fallible log_proof_read(Arena *, Str text, LogProof *out);
// What a log says when it is asked how it grew: "old N", the hashes of merkle_consistency, an empty line, a checkpoint.
typedef struct LogGrowth {
    i64 before;
    MerklePath path;
    Str checkpoint;
} LogGrowth;
Str log_growth_text(Arena *, const LogGrowth *);
fallible log_growth_read(Arena *, Str text, LogGrowth *out);
// All of it: this entry stands at that place in the log that the key signed.
fallible log_proof_check(Arena *, const u8 key[SIGN_PUBLIC_BYTES], Str entry, Str text, i64 *index,
                         Checkpoint *out);
