// What can be wrong with the shape of a project file: a value of the wrong type, a missing or an unknown key.
#include "study/shape.h"

// Where the original broke down instead of answering, it says so; we refuse in words.
// clang-format off
#define ROW(id, code, in_2023, in_2026, say) [SHAPE_##id] = {code, {in_2023, in_2026}, NULL, say}
const Rule shapes[SHAPES] = {
    ROW(YAML, "YAML", 100, 100, "{0}"),
    ROW(YAML_DUPKEY, "YAML_DUPKEY", 110, 110, "{0}"),
    // both broke down
    ROW(TOP, "TYPE", 1000, 1000, "the file must be a mapping with version and actions, not {0}"),
    // both broke down
    ROW(TOP_KEY, "TYPE", 1001, 1001, "a key of the file must be a text, not {0}"),
    ROW(TOP_UNKNOWN, "UNKNOWN_KEY", RANK_WARNING, 1010, "the key {0} is not known in {1}{2}"),
    ROW(VERSION_MISSING, "V_MISSING", 3000, 1020,
        "the file needs a version; write \"version: {0}\" (the newest) in its first line"),
    ROW(VERSION_NUMBER, "V_NUMBER", 3010, 1020, "version must be a number between 1 and {0}, not {1}"),
    // 2026 broke down
    ROW(VERSION_NEW, "V_TOO_NEW", 0, 1021, "version {1} is not known; the newest is {0}"),
    ROW(EXPECTATIONS_MISSING, "X_MISSING", 1010, 4000,
        "version {0} needs expectations; add \"expectations:\" with a population_size"),
    ROW(EXPECTATIONS_FORBIDDEN, "X_FORBIDDEN", 0, 4000, "version {0} has no expectations any more; remove them"),
    ROW(EXPECTATIONS, "TYPE", 1030, 4010, "expectations must be a mapping, not {0}"),
    ROW(SIZE_MISSING, "X_SIZE_MISSING", 1020, 4020, "expectations need a population_size"),
    ROW(EXPECTATIONS_UNKNOWN, "UNKNOWN_KEY", RANK_WARNING, 4030, "the key {0} is not known in {1}{2}"),
    ROW(SIZE_NUMBER, "X_SIZE_NUMBER", 3020, 4040, "population_size must be a whole number such as 1000, not {0}"),
    ROW(ACTIONS_MISSING, "MISSING_KEY", 3030, 0, "the file has no actions; add \"actions:\""),
    ROW(ACTIONS_ABSENT, "TYPE", 0, 1030, "the file has no actions; add \"actions:\""),
    // 2023 broke down
    ROW(ACTIONS, "TYPE", 1900, 1030, "actions must be a mapping of names to actions, not {0}"),
    ROW(ACTION_NAME, "TYPE", 4000, 0, "the name of an action must be a text, not {0}"),
    ROW(ACTION, "TYPE", 2000, 2005, "action {0} must be a mapping with run and outputs, not {1}"),
    // 2026 broke down
    ROW(ACTION_KEY, "TYPE", 2001, 2006, "a key of action {0} must be a text, not {1}"),
    // 2023 broke down
    ROW(RUN_MISSING, "MISSING_KEY", 2010, 2010, "action {0} has no run; add \"run: image:version arguments\""),
    ROW(OUTPUTS_MISSING, "MISSING_KEY", 4040, 2020, "action {0} has no outputs; say which files it makes"),
    ROW(ACTION_UNKNOWN, "UNKNOWN_KEY", RANK_WARNING, 2030, "the key {0} is not known in {1}{2}"),
    // 2023 broke down
    ROW(RUN, "TYPE", 4020, 2040, "run of action {0} must be a text, not {1}"),
    ROW(OUTPUTS, "TYPE", 4040, 2050, "outputs of action {0} must be a mapping of privacy levels, not {1}"),
    ROW(NEEDS, "TYPE", 4030, 2060, "needs of action {0} must be a list of action names, not {1}"),
    ROW(CONFIG, "TYPE", 4010, 2070, "config of action {0} must be a mapping, not {1}"),
    ROW(DUMMY, "TYPE", 4050, 2080, "dummy_data_file of action {0} must be a path, not {1}"),
    ROW(OUTPUTS_NONE, "OUT_NONE", 4042, 2090,
        "action {0} has no outputs; list a file under highly_sensitive, moderately_sensitive or minimally_sensitive"),
    ROW(LEVEL_UNKNOWN, "UNKNOWN_KEY", RANK_WARNING, 2100, "the key {0} is not known in {1}{2}"),
    // 2023 broke down
    ROW(LEVEL, "TYPE", 4041, 2120, "{1} of action {0} must be a mapping of names to paths"),
    ROW(OUTPUT_NAME, "TYPE", 4041, 0, "the name of an output of action {0} must be a text, not {1}"),
    ROW(PATH, "TYPE", 4041, 2120, "the path of an output of action {0} must be a text, not {1}"),
    // 2026 broke down
    ROW(NEED, "TYPE", 4030, 2150, "an entry in needs of action {0} must be the name of an action, not {1}"),
};
// clang-format on
