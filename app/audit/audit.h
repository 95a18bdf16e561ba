// audit: the trail of what was done: append-only, each line holding the fingerprint of the one before it.
//
// A room notes a change inside the transaction that makes it, so that neither is ever there without the other.
// Nobody can change or remove a line through the database; somebody who edits the file itself is found by
// audit_verify, unless the whole rest of the chain was made anew: for that, keep the head's hash somewhere else.
#pragma once
#include "audit/audit.gen.h"

typedef struct AuditLine {
    Time at;
    i64 actor; // the person, or 0
    Str who; // where the actor is no person of this database: "runner", a backend's name; commands are "operator"
    Str action;  // "release.vote": room and verb
    Str kind;    // "release"
    Str object;  // what people call it: a slug, a username, an id
    Str details; // a JSON object; empty means {}. Never holds secrets or contents of files
} AuditLine;

// Inside the caller's transaction; afterwards db_is_noted(db).
fallible audit_note(Db *, Arena *, AuditLine);

typedef struct AuditProof {
    bool sound;
    i64 lines;
    Str head; // hash of the newest line: what to keep elsewhere
    Str flaw; // when not sound: which line was edited, removed or cut off
} AuditProof;
// Reads the whole trail. With an anchor (a line's number and its hash, kept from earlier) that line must still be it.
fallible audit_verify(Db *, Arena *, i64 anchor, Str anchor_hash, AuditProof *out);
