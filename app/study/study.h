// study: a project.yaml read into actions, and everything that is wrong with it. Pure: no files, no database.
//
// Two sets of rules are known: those of December 2023 and those of August 2026. The source of every rule is the
// behaviour of the original validators; where they crashed, or let through what must not pass, we refuse.
// Everything lives as long as the arena given.
#pragma once
#include "base/map.h"
#include "base/str.h"
#include "kit/yaml.h"

typedef enum StudyRules { STUDY_RULES_2023_12, STUDY_RULES_2026_08, STUDY_RULES_COUNT } StudyRules;
bool study_rules_named(Str name, StudyRules *out); // "2023-12" or "2026-08"
Str study_rules_name(StudyRules);

typedef enum StudyLevel {
    STUDY_HIGHLY,
    STUDY_MODERATELY,
    STUDY_MINIMALLY,
    STUDY_LEVELS
} StudyLevel;
Str study_level_name(StudyLevel); // "highly_sensitive", …
bool study_level_named(Str name, StudyLevel *out);

typedef struct StudyOutput {
    StudyLevel level;
    Str name, pattern; // pattern: relative, / between parts, * for anything but /
    u32 line, column;
} StudyOutput;

typedef struct StudyNeed {
    Str action;
    u32 line, column;
} StudyNeed;

typedef struct StudyAction {
    Str name;
    isize index; // in file order
    Str run;     // as written
    StrList words;
    Str image, tag;       // of the first word; both empty when `run` cannot be read
    StudyNeed *needs;     // in file order
    StudyOutput *outputs; // in file order
    StudyOutput *strays;  // under a level that is not known: read by nobody, but checked in 2023
    isize needs_n, outputs_n, strays_n,
        levels_n;       // levels: how many privacy levels are listed, with outputs or without
    const Yaml *config; // a mapping, or NULL
    Str dummy_data_file;
    bool database; // may touch the patients' database
    bool has_run, has_outputs;
    u32 line, column, run_line, run_column;
} StudyAction;

typedef struct StudyProblem {
    Str code;    // a class name that does not change, for programs
    Str message; // one sentence for the author of the file
    u32 line, column;
} StudyProblem;
typedef struct StudyProblems {
    StudyProblem *v;
    isize n;
} StudyProblems;

typedef struct Study {
    StudyRules rules;
    double version;
    i64 population; // of dummy data
    bool has_population;
    StudyAction *actions; // in file order
    isize n;
    Map by_name;
    // No problem: the file is valid. First comes the one that the original would have reported first.
    StudyProblems problems;
    StudyProblems warnings; // never change the verdict
} Study;

// Never fails: what is wrong is in ->problems, and the rest of the model is as complete as the file allows.
const Study *study_check(Arena *, Str project_yaml, StudyRules);
const StudyAction *study_action(const Study *, Str name); // NULL when there is none
// True when the command may touch the patients' database, by the rules of the runner of December 2023.
bool study_needs_database(const StrList *words);
