// verify_own: what the parts of verify share; for crate/verify*.c only.
#pragma once
#include "base/map.h"
#include "crate/verify.h"
#include "kit/json.h"
#include "kit/zip.h"

enum { TAG_FILE_MAX = 256 * 1024 * 1024 };

// A file of the archive as it is.
typedef struct Seen {
    const ZipEntry *entry;
    Str path;           // below the top folder
    Str sha256, sha512; // hex; empty: damaged
    Str expected;       // what the manifest says its SHA-512 is; empty: it is in none
} Seen;

// What an entry of the log says.
typedef struct LogEntry {
    Str text, kind, release, record;
    Map files; // from names to Str, their SHA-256
} LogEntry;
typedef struct LogEntries {
    LogEntry *v;
    isize n;
} LogEntries;

typedef struct Check {
    Arena *a;
    int fd;
    Seen *v;
    isize n;
    Map by_path;
    MinisignKey key;
    bool has_key;
    LogEntries entries;
    const MinisignKey *site; // the airlock's, as the caller knows it; or NULL
    CrateVerdict *out;
} Check;

void flaw(Check *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
Seen *seen_at(const Check *, Str path); // NULL: not there
// The contents; false when it is not there or damaged (which was said elsewhere).
bool seen_text(Check *, Str path, Str *out);

// The next line "HASH NAME" after this beginning ("HASH  NAME" where there is none); false after the last.
bool file_next_line(Str *rest, Str beginning, Str *sha256, Str *name);
void files_named(Arena *, Str text, Str beginning, Map *out); // all of them, from names to Str

void verify_words(Check *);     // the signatures of checkers and airlocks
void verify_log(Check *);       // entries, proofs, records
void verify_approvals(Check *); // what was signed against what the log says was released
void verify_graph(Check *);     // ro-crate-metadata.json
