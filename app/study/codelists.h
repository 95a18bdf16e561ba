// codelists: are the lists of clinical codes in a study those that its own record names, and unchanged.
//
// codelists/codelists.txt names the versions that the author wants, codelists/codelists.json records what was
// downloaded and the SHA-1 of each file. Whether a newer version exists is not asked: that would need the network.
// Pure: no files, no repository.
#pragma once
#include "base/str.h"

typedef struct CodelistFile {
    Str name; // "user-ada-asthma.csv"
    Str hash; // codelist_hash of its bytes
} CodelistFile;
typedef struct Codelists {
    bool has_wanted, has_record;
    Str wanted, record; // the texts of codelists.txt and codelists.json
    CodelistFile *files;
    isize n; // the *.csv directly in the folder
} Codelists;

// Hex SHA-1 that does not depend on how lines end.
Str codelist_hash(Arena *, Str bytes);
// Empty when all is well, or when nothing is wanted; else one sentence that says what to do.
Str codelists_fault(Arena *, const Codelists *);
