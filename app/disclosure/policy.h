// policy: what a site and its projects let out: every number that a disclosure check compares with, read from a YAML file.
//
// Defaults: threshold and p after ACRO (AI-SDC/ACRO acro/default.yaml: threshold 10, (n,k) = (2, 0.9), p ratio 0.1,
// zeros disclosive, rounding base 5), rows after what OpenSAFELY lets into level 4 (5000).
//   name: small practices
//   threshold: {on: true, below: 10, zero_is_small: false}
//   dominance: {on: true, n: 2, k: 0.9}
//   p_percent: {on: true, p: 10}
//   class_disclosure: {on: true}
//   rounding: {on: true, base: 5, only_claimed: false}
//   differencing: {on: true}
//   free_text: {on: true, words: 8}
//   rows: {on: true, most: 5000}
//   columns: {count: ["n_*"], dimension: [score], ignore: ["*_weight"]}
// Every key may be absent. What projects and workspaces have of their own stands in the same file:
//   projects: {"dementia-*": {threshold: {below: 8}}}
//   workspaces: {"*-pilot": {name: pilots, rounding: {on: false}}}
// A workspace's keys count before its project's, those before the site's. Of several patterns that fit, only the longest
// counts; of equally long ones the first. Patterns know `*`; upper and lower case are the same.
#pragma once
#include "base/str.h"
#include "kit/json_out.h"

struct Yaml;

typedef struct Policy {
    Str name;
    bool threshold_on;
    i64 threshold; // counts from 1 to threshold - 1 are small
    bool zero_is_small;
    bool dominance_on;
    i64 dominance_n;    // 1 to 3
    double dominance_k; // of the n largest in the whole, 0 to 1
    bool p_percent_on;
    double p_percent; // of the largest contribution
    bool class_on;
    bool rounding_on;
    i64 rounding_base;
    bool
        rounding_only_claimed; // only where the names or the other values of a column say it was rounded
    bool differencing_on;
    bool free_text_on;
    i64 free_text_words; // on average, from where texts are no labels any more
    bool rows_on;
    i64 rows;
    StrList count, dimension, ignore; // patterns of column names
} Policy;

Policy policy_default(Arena *);

typedef struct PolicyPart {
    Str pattern; // of the names it is for
    const struct Yaml *keys;
} PolicyPart;
typedef struct PolicyParts {
    PolicyPart *v;
    isize n;
} PolicyParts;
typedef struct PolicyBook {
    Policy site;
    PolicyParts projects, workspaces;
} PolicyBook;
// Refuses with line and column: a key that is not known (naming the nearest), a value of another kind or out of range.
// The book lives as long as the arena.
fallible policy_parse(Arena *, Str yaml, PolicyBook *out);
// `project` is empty when it is not known; then the policy's name says so if the book has projects.
Policy policy_for(Arena *, const PolicyBook *, Str project, Str workspace);
// One object with every key, as it stands in a file.
void policy_json(JsonOut *, const Policy *);
bool policy_matches(const StrList *patterns, Str column);
