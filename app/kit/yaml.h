// yaml: reading one YAML document into a tree that knows line and column. Front of libyaml; none of its types is seen.
//
// YAML 1.2 core schema: yes and no are texts, 007 is the number 7, a date is a date. A byte order mark and any line
// ends are accepted. Refused, each with line and column: bad syntax, tabs between tokens, more than one document,
// the same key twice, an alias inside its own anchor, more than YAML_DEPTH_MAX levels, and a tree that would count
// more than YAML_NODES_MAX nodes once its aliases are written out.
// Merge keys (<<) are resolved: own keys first, then what was merged, an earlier source before a later one.
// Nodes and texts live as long as the arena; an aliased node is shared, so the tree is really a graph without cycles.
#pragma once
#include "base/base.h"

enum { YAML_DEPTH_MAX = 100, YAML_NODES_MAX = 1000000 };

typedef enum YamlKind {
    YAML_NULL,
    YAML_BOOL,
    YAML_INT, // fits i64
    YAML_REAL,
    YAML_DATE, // a date or a time stamp; only its text is kept
    YAML_TEXT,
    YAML_LIST,
    YAML_MAP,
} YamlKind;

typedef struct Yaml Yaml;
typedef struct YamlPair {
    const Yaml *key, *value;
} YamlPair;
struct Yaml {
    YamlKind kind;
    u32 line, column; // of its first character, counted from 1
    Str text;         // scalars: without quotes, escapes resolved; numbers as written
    union {
        bool truth;
        i64 whole;
        double real;
        const YamlPair *pairs;    // n of them, in file order
        const Yaml *const *items; // n of them
    };
    isize n;
    int height; // levels of nodes, this one included
    i64 weight; // nodes, this one included, aliases written out
};

typedef struct YamlFault {
    Str code; // "YAML", or "YAML_DUPKEY" for a key that stands twice
    Str say;  // one sentence, without the place
    u32 line, column;
} YamlFault;
typedef struct YamlDocument {
    const Yaml *root; // a YAML_NULL node for an empty document; NULL only when the syntax is broken
    YamlFault *faults;
    isize n; // none: the document is good
} YamlDocument;

// Every fault that can be found: a broken syntax ends the search, a repeated key does not.
YamlDocument yaml_read(Arena *, Str text);
// The first fault as an ERR_BAD_INPUT whose code is the fault's and whose sentence begins "line L, column C: ".
fallible yaml_parse(Arena *, Str text, const Yaml **root);

const Yaml *yaml_get(const Yaml *map, Str key); // NULL when absent or no map; a linear search
bool yaml_is_scalar(const Yaml *);
const char *yaml_kind_name(YamlKind); // "a text", "a mapping", …: for sentences
// How Python prints the scalar: 7 for 007, 1000.0 for 1e3, None, True. A list or map has none: empty.
Str yaml_printed(Arena *, const Yaml *);
