// own: what the files of this room share while one file is checked; nobody else includes it.
#pragma once
#include "study/study.h"

// When the original validator comes to a rule: thousands are stages, the rest is the order within a stage. In the
// stages named in rules.c all rules of one action come before those of the next. 0: no rule in these years;
// RANK_WARNING: not a fault, but worth a warning.
enum { RANK_WARNING = -1, RANK_OWN = 9000, SUGGESTIONS_MAX = 20 };

typedef struct Look Look;
typedef struct Rule {
    const char *code;
    short rank[STUDY_RULES_COUNT];
    bool (*broken)(Look *); // what is looked at; NULL: found while the file is read
    const char *say;        // {0} {1} {2} stand for Look.what
} Rule;

typedef enum RuleScope { EACH_ACTION, EACH_OUTPUT, EACH_NEED, SCOPES } RuleScope;
// The predicates of the table in rules.c. Each may fill Look.what and move Look.line and .column to the exact place.
bool run_is_empty(Look *), run_has_open_quote(Look *), run_has_no_version(Look *),
    run_has_no_tag(Look *), run_is_repeated(Look *), run_is_latest(Look *),
    run_has_credentials(Look *), config_has_date(Look *), name_is_reserved(Look *),
    name_is_no_path_segment(Look *), name_is_repeated(Look *);
bool path_has_backslash(Look *), path_has_wildcard(Look *), path_has_no_extension(Look *),
    path_type_is_not_for_review(Look *), path_is_not_normal(Look *), path_is_metadata(Look *),
    path_is_absolute(Look *), path_leaves_folder(Look *), path_is_repeated(Look *);
bool cohort_is_removed(Look *), cohort_has_levels(Look *), cohort_has_folders(Look *),
    dataset_has_levels(Look *), dataset_is_not_named(Look *), dataset_is_not_private(Look *),
    dataset_has_no_output(Look *), dataset_does_not_match(Look *);
bool need_has_blank(Look *), need_is_unknown(Look *), need_makes_cycle(Look *);

struct Look {
    Arena *a;
    Study *study;
    const StudyAction *action;
    const StudyOutput *output;
    const StudyNeed *need;
    Str what[3];
    u32 line, column;
    int level;       // of the output that is looked at; in 2026 all levels came in a fixed order
    Map runs, paths; // where a text stood first
    const StudyNeed **cycle; // by action: its need that closes a circle, or NULL
    Str *circle;             // by action: that circle in words
    StrList names;           // of all actions, for suggestions
    isize names_n;
    int suggested; // how often a name was looked for: each time costs a walk over all
    Buf scratch;
    struct Finding *found;
    isize n, cap;
};

// Notes that a rule is broken at look->line and ->column, with look->what in its sentence.
void study_note(Look *, const Rule *);
// Sorts what was noted into study->problems and ->warnings.
void study_settle(Look *);
void study_apply_rules(Look *);

void study_read_action(Look *, StudyAction *, const YamlPair *);
void study_find_cycles(Look *);
// Python's float() and int() of a text.
bool python_float(Arena *, Str, double *out);
bool python_int(Str, i64 *out);
// The folders of the outputs, each once; "." for the top.
void study_output_folders(Arena *, const StudyAction *, StrList *out);
bool study_has_version(const Study *, double at_least);
