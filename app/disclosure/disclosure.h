// disclosure: may a table tell about single people? The checks that researchers run before they ask and checkers see.
//
// Pure: bytes and a policy in, findings out; no files, no database. A finding informs, people decide.
// What the rules mean, after the SDC handbook (Hundepool et al.) and ACRO:
//   threshold         a count of 1 to threshold - 1 people. Zero is no small count (unless the policy says so), a
//                     suppressed cell neither.
//   dominance         the n largest contributors are more than k of a sum, or the sum has at most n contributors.
//   p_percent         what is left of a sum without its two largest contributions is less than p % of the largest:
//                     the second largest can estimate the largest that closely.
//   class_disclosure  all or none of a group are in one class: 0 % or 100 %, or a zero in a cross table.
//   rounding          a count that is no multiple of the base (numbers rounded to the middle of six are accepted).
//   differencing      a suppressed or unlisted small number follows from a total minus the other parts, from a
//                     percentage and its base, from a sum and its mean, or from a table that was released earlier;
//                     suppressed parts are few together; or all totals leave a suppressed one few numbers that it can be.
//   free_text         a column of identifiers (NHS numbers, postcodes, e-mail addresses, dates of birth, record
//                     numbers) or of sentences.
//   rows              more rows than people can check; then only what the columns hold is looked at, not the cells.
// How columns are understood stands in disclosure/table.h.
#pragma once
#include "disclosure/policy.h"

enum {
    DISCLOSURE_BYTES_MAX = 16 << 20, // of a file are read; a longer one counts as too many rows
    DISCLOSURE_FINDINGS_MAX = 500,   // per file; the rest is counted
};

typedef enum DisclosureRule {
    RULE_THRESHOLD = 1,
    RULE_DOMINANCE,
    RULE_P_PERCENT,
    RULE_CLASS,
    RULE_ROUNDING,
    RULE_DIFFERENCING,
    RULE_FREE_TEXT,
    RULE_ROWS,
    RULES_END
} DisclosureRule;
Str disclosure_rule_word(DisclosureRule); // "p_percent"
bool disclosure_rule_from(Str, DisclosureRule *out);

typedef struct Finding {
    DisclosureRule rule;
    i64 row;     // of the data, the first below the heading is 1; 0: the whole column or file
    Str column;  // its name, or "column 3" when it has none; empty: the whole file
    Str message; // one sentence: what is wrong and what to do; never longer than a few lines
} Finding;
typedef struct Findings {
    Finding *v;
    isize n, cap;
    i64 left_out;      // more than DISCLOSURE_FINDINGS_MAX
    i64 rows, columns; // of the table, as far as it was read
} Findings;

// A table that was released before, under the name that people know it by. Another file may hold the same columns for
// other people: its counts are compared only where the two tables agree in most cells.
typedef struct EarlierTable {
    Str name, text;
    bool is_other;
} EarlierTable;

// Is this a file that the checks are for? By its suffix: .csv, .tsv, .tab.
bool disclosure_is_table(Str path);
// The beginning of an open file, at most DISCLOSURE_BYTES_MAX; *cut when there is more.
fallible disclosure_read(Arena *, int fd, Str *text, bool *cut);
// `cut`: the text is only the beginning of the file. BAD_INPUT when the bytes are no text.
fallible disclosure_check(Arena *, const Policy *, Str text, bool cut, const EarlierTable *earlier,
                          isize earlier_n, Findings *out);
