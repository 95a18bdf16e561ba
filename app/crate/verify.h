// verify: is an archive what its site released? Answered from its bytes alone, without any network.
//
// Everything in the archive is compared: files with the manifests, these with the site's signature, the crate's words
// with the files, the checkers' signatures with their statements and these with the files, the log's proofs with the entries, the entries with
// files and records. What is wrong is a sentence that names the file.
#pragma once
#include "base/str.h"
#include "kit/merkle_known.h"
#include "kit/minisign.h"
#include "kit/note.h"

enum { VERDICT_FLAWS_MOST = 200 };

typedef struct VerdictWord { // a signed statement of a checker or of the airlock
    Str file, key_name;
} VerdictWord;
typedef struct VerdictEntry { // proven to stand in the log
    i64 seq, size;
    MerkleHash root; // of the first `size` entries, signed
    Str log, kind, release;
} VerdictEntry;

typedef struct CrateVerdict {
    bool good;
    StrList flaws; // the first VERDICT_FLAWS_MOST
    Str top, title, identifier;
    Str key_name, key_line; // of the key that signed; empty when there is none
    bool key_given;         // it was compared with the caller's; else it came with the archive
    bool site_given;        // the airlock's statements were compared with the caller's key
    i64 files, bytes;       // payload
    VerdictWord *words;
    isize words_n;
    VerdictEntry *entries;
    isize entries_n;
    MerkleKnown log; // what the proofs of all entries tell
} CrateVerdict;

typedef struct VerifyKeys {
    const MinisignKey *server, *site; // what the caller trusts, or NULL; site: of the airlock
} VerifyKeys;
// BAD_INPUT when the file is no archive that can be read at all.
fallible crate_verify(Arena *, int fd, VerifyKeys, CrateVerdict *out);

// Do two good archives stand in one log? A site that keeps a log for some and another one for others is found out here.
typedef enum LogsRelation {
    LOGS_ONE,       // the later one continues the earlier one
    LOGS_FORKED,    // they cannot both be true
    LOGS_STRANGERS, // of two sites
    LOGS_NOT_SHOWN, // the archives alone do not tell
} LogsRelation;
typedef struct LogsVerdict {
    LogsRelation relation;
    Str log;
    i64 before, size; // of the earlier and of the later one
} LogsVerdict;
// growth: NULL, or what the site answers at /log/proof?from=BEFORE&size=SIZE.
fallible crate_logs_compare(Arena *, const CrateVerdict *, const CrateVerdict *,
                            const LogGrowth *growth, LogsVerdict *out);
