// ledger: the server's public log of what was released and what was taken back; entries are added and never altered.
//
// An entry is a statement: lines of text with a salt, so that its hash, which everybody may see, tells nothing about
// files; the statement itself is shown to those who may see the release and stands in its archive. The log's root is
// signed with the site's key whenever it is asked for; equal sizes give equal checkpoints, byte for byte.
#pragma once
#include "kit/note.h"
#include "ledger/ledger.gen.h"
#include "web/web.h"

extern const RouteList ledger_routes;

typedef enum LedgerKind { LEDGER_RELEASE = 1, LEDGER_DELETION, LEDGER_WITHDRAWAL } LedgerKind;
typedef struct LedgerFile {
    Str sha256, name; // a plain path
} LedgerFile;
typedef struct LedgerNews {
    LedgerKind kind;
    Time at;
    i64 workspace;
    Str workspace_name, release;
    Str record;     // SHA-256 of the release's record, for LEDGER_RELEASE
    Str by, reason; // who took it back and why, for the others
    const LedgerFile *files;
    isize n;
} LedgerNews;
// Inside the transaction that makes it true.
fallible ledger_append(Db *, Arena *, const LedgerNews *);

// The log's name, from the address of the server: "tresor.example.org/log".
Str ledger_name(Arena *, Str origin);
// The signed root of the first `size` entries; below 0: of all there are.
fallible ledger_checkpoint(Db *, Arena *, const SignKey *, Str name, i64 size, Str *note);
// That entry `seq` is among the first `size`, with the checkpoint: a tlog-proof.
fallible ledger_proof(Db *, Arena *, const SignKey *, Str name, i64 seq, i64 size, Str *text);
// That the log of `before` entries is the start of the one of `size`: "old N", hashes, an empty line, the checkpoint.
fallible ledger_continues(Db *, Arena *, const SignKey *, Str name, i64 before, i64 size,
                          Str *text);

typedef struct LedgerFinding {
    bool sound;
    i64 entries;
    Str root; // base64
    Str flaw; // when not sound
} LedgerFinding;
// Hashes every entry again and compares each subtree. With an earlier checkpoint's size and root (size > 0) the log
// must still begin so.
fallible ledger_verify(Db *, Arena *, i64 size, const MerkleHash *root, LedgerFinding *out);
