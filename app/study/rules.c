// The rules as a table, and the order in which what they find is told.
#include "study/own.h"

// The stages in which the original goes through the actions one by one.
static const char *const stages_by_action[STUDY_RULES_COUNT] = {"246", "2"};

// clang-format off
#define ROW(code, in_2023, in_2026, broken, say) {code, {in_2023, in_2026}, broken, say}
#define OWN(code, broken, say) {code, {RANK_OWN, RANK_OWN}, broken, say}
#define WARN(code, broken, say) {code, {RANK_WARNING, RANK_WARNING}, broken, say}

static const Rule action_rules[] = {
    ROW("RUN_EMPTY", 2020, 2130, run_is_empty, "run of action {0} is empty; write image:version and the arguments"),
    ROW("RUN_QUOTES", 4021, 2140, run_has_open_quote, "run of action {0} has {1}"),
    ROW("RUN_IMAGE_VERSION", 4021, 0, run_has_no_version,
        "run of action {0} must begin with an image and its version, such as {1}:v2"),
    ROW("RUN_IMAGE_VERSION", 0, 2140, run_has_no_tag,
        "run of action {0} must begin with an image and its version in the form vN, such as {1}:v2"),
    ROW("COHORT_LEVELS", 6000, 2160, cohort_has_levels,
        "action {0} runs generate_cohort and may have outputs at one privacy level only, not {1}"),
    ROW("COHORT_DIRS", 6001, 2161, cohort_has_folders,
        "action {0} runs generate_cohort and must have all outputs in one folder, not {1}, or give --output-dir"),
    ROW("DATASET_LEVELS", 6002, 0, dataset_has_levels,
        "action {0} makes a dataset and may have outputs at one privacy level only, not {1}"),
    ROW("DATASET_OUTPUT", 6003, 0, dataset_is_not_named,
        "action {0} lists the output {1}, but its run does not name it after --output"),
    ROW("DATASET_PRIVACY", 0, 2170, dataset_is_not_private,
        "action {0} makes a dataset of patients: all its outputs must be highly_sensitive, {1} is {2}"),
    ROW("DATASET_NO_OUTPUT", 0, 2171, dataset_has_no_output,
        "action {0} makes a dataset: add --output with the path to its run"),
    ROW("DATASET_OUTPUT", 0, 2172, dataset_does_not_match,
        "action {0} writes to {1} by its --output, but lists the output {2}"),
    ROW("ACTION_RESERVED", 0, 2000, name_is_reserved, "the name run_all is reserved; rename the action"),
    ROW("COHORT_REMOVED", 0, 3010, cohort_is_removed, "action {0} uses {1}, which is gone since version 4"),
    ROW("RUN_LATEST", 0, 3020, run_is_latest, "action {0} uses {1}:latest; since version 5 give a version such as {1}:v2"),
    ROW("RUN_DUPLICATE", 5000, 3030, run_is_repeated, "action {0} has the same run as action {1}"),
    OWN("ACTION_NAME", name_is_no_path_segment,
        "the action name {0} {1}; use at most 200 of A-Z a-z 0-9 _ . - and no dot in front"),
    OWN("ACTION_NAME", name_is_repeated, "two actions have the name {0} once it is read as a text"),
    OWN("NEEDS_CYCLE", need_makes_cycle, "the needs go round in a circle: {0}"),
    WARN("CREDENTIALS", run_has_credentials,
         "run of action {0} holds a URL with a password, which everybody can read; use ${DATABASE_URL}"),
    WARN("CONFIG_DATE", config_has_date, "config of action {0} holds the date {1}, which cannot be passed on; quote it"),
};

static const Rule output_rules[] = {
    ROW("PATH_BACKSLASH", 4041, 2120, path_has_backslash, "output path {0} has a backslash; use / between folders"),
    ROW("PATH_WILDCARD", 4041, 2120, path_has_wildcard, "output path {0} uses {1}; * is the only wildcard"),
    ROW("PATH_EXTENSION", 4041, 2120, path_has_no_extension, "output path {0} must end in a file type such as .csv"),
    ROW("PATH_L4_TYPE", 4041, 2120, path_type_is_not_for_review,
        "output path {0}: files of type {1} cannot be moderately_sensitive; allowed are {2}"),
    ROW("PATH_NORMAL", 4041, 2120, path_is_not_normal, "output path {0} is not in its shortest form; remove //, . and .."),
    ROW("PATH_METADATA", 4041, 2120, path_is_metadata, "output path {0} is in the folder metadata, which is not yours"),
    ROW("PATH_ABSOLUTE", 4041, 2120, path_is_absolute, "output path {0} is absolute; name it from the project's folder"),
    ROW("OUT_DUPLICATE", 7000, 3040, path_is_repeated, "output path {0} stands twice; first in action {1}"),
    OWN("PATH_PARENT", path_leaves_folder, "output path {0} leaves the project's folder; remove the .. in front"),
};

static const Rule need_rules[] = {
    ROW("NEEDS_BLANK", 5010, 2150, need_has_blank, "action {0} needs \"{1}\"; put a comma between two names"),
    ROW("NEEDS_UNKNOWN", 5020, 3050, need_is_unknown, "action {0} needs {1}, which is no action of this file{2}"),
};
// clang-format on

#define LIST(rows)                                                                                 \
    {                                                                                              \
        rows, COUNT(rows)                                                                          \
    }
static const struct {
    const Rule *v;
    isize n;
} rules_of[SCOPES] = {[EACH_ACTION] = LIST(action_rules),
                      [EACH_OUTPUT] = LIST(output_rules),
                      [EACH_NEED] = LIST(need_rules)};

typedef struct Finding {
    StudyProblem problem;
    int stage, step; // RANK_WARNING, 0: a warning
    int level;
    isize action, order;
} Finding;

// Names may be as long as the file; a sentence is not.
static Str shown(Look *look, Str s)
{
    enum { SHOWN_MAX = 200 };
    if (s.n <= SHOWN_MAX) return str_printable(look->a, s);
    isize n = SHOWN_MAX;
    while (n && ((u8)s.s[n] & 0xc0) == 0x80)
        n--;
    return arena_fmt(look->a, "%.*s…", STR(str_printable(look->a, str_take(s, n))));
}

static Str sentence(Look *look, const char *say)
{
    Buf *b = &look->scratch;
    b->a = look->a;
    b->n = 0;
    for (const char *at = say; *at; at++) {
        bool slot = at[0] == '{' && at[1] >= '0' && at[1] <= '2' && at[2] == '}';
        if (!slot) {
            buf_byte(b, *at);
            continue;
        }
        buf_put(b, shown(look, look->what[at[1] - '0']));
        at += 2;
    }
    return str_copy(look->a, buf_str(b));
}

void study_note(Look *look, const Rule *rule)
{
    short rank = rule->rank[look->study->rules];
    if (!rank) return;
    if (look->n == look->cap) {
        look->cap = look->cap ? look->cap * 2 : 16;
        Finding *more = make(look->a, Finding, look->cap);
        if (look->n) memcpy(more, look->found, (size_t)look->n * sizeof *more);
        look->found = more;
    }
    look->found[look->n] = (Finding){
        .problem = {str_from(rule->code), sentence(look, rule->say), look->line, look->column},
        .stage = rank < 0 ? rank : rank / 1000,
        .step = rank < 0 ? 0 : rank % 1000,
        .action = look->action ? look->action->index : -1,
        .level = look->study->rules == STUDY_RULES_2026_08 ? look->level : 0,
        .order = look->n,
    };
    if (strchr(stages_by_action[look->study->rules], '0' + look->found[look->n].stage) == NULL)
        look->found[look->n].action = -1;
    look->n++;
}

static int finding_order(const void *left, const void *right)
{
    const Finding *a = left, *b = right;
    if (a->stage != b->stage) return a->stage < b->stage ? -1 : 1;
    if (a->action != b->action) return a->action < b->action ? -1 : 1;
    if (a->step != b->step) return a->step < b->step ? -1 : 1;
    if (a->level != b->level) return a->level < b->level ? -1 : 1;
    const StudyProblem *p = &a->problem, *q = &b->problem;
    if (p->line != q->line) return p->line < q->line ? -1 : 1;
    if (p->column != q->column) return p->column < q->column ? -1 : 1;
    return a->order < b->order ? -1 : 1;
}

void study_settle(Look *look)
{
    Study *s = look->study;
    if (look->n) qsort(look->found, (size_t)look->n, sizeof *look->found, finding_order);
    StudyProblem *all = make(look->a, StudyProblem, look->n);
    isize warnings = 0;
    for (isize i = 0; i < look->n; i++) {
        all[i] = look->found[i].problem;
        if (look->found[i].stage == RANK_WARNING) warnings++;
    }
    s->warnings = (StudyProblems){.v = all, .n = warnings};
    s->problems = (StudyProblems){.v = all + warnings, .n = look->n - warnings};
}

static void apply(Look *look, RuleScope scope, u32 line, u32 column)
{
    for (isize i = 0; i < rules_of[scope].n; i++) {
        const Rule *rule = &rules_of[scope].v[i];
        if (!rule->rank[look->study->rules]) continue;
        look->what[0] = look->what[1] = look->what[2] = (Str){0};
        look->line = line;
        look->column = column;
        if (rule->broken(look)) study_note(look, rule);
    }
}

void study_apply_rules(Look *look)
{
    for (isize i = 0; i < look->study->n; i++) {
        const StudyAction *action = look->action = &look->study->actions[i];
        apply(look, EACH_ACTION, action->line, action->column);
        for (isize k = 0; k < action->outputs_n + action->strays_n; k++) {
            isize stray = k - action->outputs_n;
            look->output = stray < 0 ? &action->outputs[k] : &action->strays[stray];
            look->level = (int)look->output->level;
            apply(look, EACH_OUTPUT, look->output->line, look->output->column);
        }
        look->level = 0;
        for (isize k = 0; k < action->needs_n; k++) {
            look->need = &action->needs[k];
            apply(look, EACH_NEED, look->need->line, look->need->column);
        }
    }
    look->action = NULL;
}
