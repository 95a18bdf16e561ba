// yaml_own: what the files of kit/yaml share; nobody else includes it, for libyaml's types show here.
#pragma once
#include "base/map.h"
#include "kit/yaml.h"

#include <yaml.h>

typedef struct YamlReader {
    Arena *a;
    Str text;
    yaml_parser_t parser;
    yaml_event_t event; // the one that is looked at
    Map anchors;        // name to Anchor
    YamlFault *faults;
    isize n, cap;
    bool broken;      // a fault that ends the search was reported
    isize seen;       // how far the text was searched for tabs: in bytes…
    size_t seen_mark; // …and as libyaml counts it, in characters
    bool tab_found;
} YamlReader;

void yaml_fault(YamlReader *, const char *code, yaml_mark_t at, Str say);
void yaml_fatal(YamlReader *, yaml_mark_t at, const char *say);
void yaml_fault_syntax(YamlReader *); // what libyaml has just refused
void yaml_tabs_check(YamlReader *);   // between the event before and this one
// Adds a child's size to its parent; false (and broken) when the document would grow without bound.
bool yaml_grow(YamlReader *, Yaml *parent, const Yaml *child);

// Gives a plain scalar that was read as YAML_TEXT the kind that its text means.
void yaml_scalar_resolve(Arena *, Yaml *);

// The pairs of one mapping while it is read.
typedef struct YamlPairs {
    YamlPair *v;
    Str *ids; // of the keys: equal keys have equal ids
    isize n, cap;
    Map index; // id to pair, once there are many
} YamlPairs;
bool yaml_pairs_add(Arena *, YamlPairs *, const Yaml *key,
                    const Yaml *value); // false: the key is there already
Str yaml_repeated(Arena *, YamlPairs *,
                  const Yaml *key); // the sentence about a key that is there already
bool yaml_merge(YamlReader *, Yaml *map, YamlPairs *, const Yaml *source); // false when it broke
