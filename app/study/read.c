// A project file from its YAML to the model: version, expectations, actions. Goes on after every fault.
#include <math.h>

#include "cli/nearest.h"
#include "kit/json.h"
#include "study/shape.h"

enum { POPULATION_ASSUMED = 1000 };
static const char *const newest_version[STUDY_RULES_COUNT] = {"3", "5"};

bool study_has_version(const Study *s, double at_least)
{
    return s->version >= at_least; // false for a version that is no number
}

void study_note_shape(Look *look, Shape shape, const Yaml *at, Str what0, Str what1)
{
    look->line = at->line;
    look->column = at->column;
    look->what[0] = what0;
    look->what[1] = what1;
    look->what[2] = (Str){0};
    study_note(look, &shapes[shape]);
}

void study_note_unknown(Look *look, Shape shape, const Yaml *key, const StrList *known, Str where)
{
    Str meant = nearest(known, key->text);
    look->line = key->line;
    look->column = key->column;
    look->what[0] = key->text;
    look->what[1] = where;
    look->what[2] = meant.n ? arena_fmt(look->a, "; did you mean %.*s?", STR(meant)) : (Str){0};
    study_note(look, &shapes[shape]);
}

static Str kind(const Yaml *node)
{
    return str_from(yaml_kind_name(node->kind));
}

static bool number(Arena *a, const Yaml *node, double *out)
{
    if (node->kind == YAML_INT)
        *out = (double)node->whole;
    else if (node->kind == YAML_REAL)
        *out = node->real;
    else if (node->kind == YAML_BOOL)
        *out = node->truth;
    else
        return node->kind == YAML_TEXT && python_float(a, node->text, out);
    return true;
}

static void read_version(Look *look, const Yaml *top, const Yaml *node)
{
    Study *s = look->study;
    Str newest = str_from(newest_version[s->rules]);
    s->version = NAN;
    if (!node || (node->kind == YAML_NULL && s->rules == STUDY_RULES_2026_08))
        study_note_shape(look, SHAPE_VERSION_MISSING, node ? node : top, newest, (Str){0});
    else if (!number(look->a, node, &s->version)) {
        Str given = node->kind == YAML_TEXT ? node->text : kind(node);
        study_note_shape(look, SHAPE_VERSION_NUMBER, node, newest, given);
    } else if (s->version > 5)
        study_note_shape(look, SHAPE_VERSION_NEW, node, newest, yaml_printed(look->a, node));
}

static bool whole_number(const Yaml *node, i64 *out)
{
    if (node->kind == YAML_INT)
        *out = node->whole;
    else if (node->kind == YAML_BOOL)
        *out = node->truth;
    else if (node->kind == YAML_REAL && isfinite(node->real))
        *out = fabs(node->real) < 9e18 ? (i64)node->real : INT64_MAX;
    else
        return node->kind == YAML_TEXT && python_int(node->text, out);
    return true;
}

// In 2023 a list or a text was searched for the word before its type was looked at.
static bool names_size(const Yaml *node)
{
    if (node->kind == YAML_TEXT) return str_has(node->text, S("population_size"));
    if (node->kind != YAML_LIST) return true;
    for (isize i = 0; i < node->n; i++)
        if (node->items[i]->kind == YAML_TEXT && str_eq(node->items[i]->text, S("population_size")))
            return true;
    return false;
}

static void read_population(Look *look, const Yaml *node)
{
    const Yaml *size = yaml_get(node, S("population_size"));
    Str known[] = {S("population_size")};
    for (isize i = 0; i < node->n; i++)
        if (!str_eq(node->pairs[i].key->text, known[0]))
            study_note_unknown(look, SHAPE_EXPECTATIONS_UNKNOWN, node->pairs[i].key,
                               &(StrList){known, 1, 1}, S("expectations"));
    if (!size)
        study_note_shape(look, SHAPE_SIZE_MISSING, node, (Str){0}, (Str){0});
    else if (!whole_number(size, &look->study->population)) {
        Str given = size->kind == YAML_TEXT ? size->text : kind(size);
        study_note_shape(look, SHAPE_SIZE_NUMBER, size, given, (Str){0});
    } else
        look->study->has_population = true;
}

static void read_expectations(Look *look, const Yaml *top, const Yaml *node)
{
    Study *s = look->study;
    bool old = s->rules == STUDY_RULES_2023_12;
    Str version = arena_fmt(look->a, "%g", s->version);
    if (s->version < 3 || isnan(s->version)) {
        s->population = POPULATION_ASSUMED;
        s->has_population = true;
        return;
    }
    if (!old && study_has_version(s, 4)) {
        if (node) study_note_shape(look, SHAPE_EXPECTATIONS_FORBIDDEN, node, version, (Str){0});
    } else if (!node || (!old && node->kind == YAML_NULL))
        study_note_shape(look, SHAPE_EXPECTATIONS_MISSING, node ? node : top, version, (Str){0});
    else if (node->kind == YAML_MAP)
        read_population(look, node);
    else if (old && !names_size(node))
        study_note_shape(look, SHAPE_SIZE_MISSING, node, (Str){0}, (Str){0});
    else
        study_note_shape(look, SHAPE_EXPECTATIONS, node, kind(node), (Str){0});
}

static void read_actions(Look *look, const Yaml *top, const Yaml *node)
{
    Study *s = look->study;
    if (!node) {
        study_note_shape(look, SHAPE_ACTIONS_MISSING, top, (Str){0}, (Str){0});
        study_note_shape(look, SHAPE_ACTIONS_ABSENT, top, (Str){0}, (Str){0});
        return;
    }
    if (node->kind != YAML_MAP) {
        study_note_shape(look, SHAPE_ACTIONS, node, kind(node), (Str){0});
        return;
    }
    s->actions = make(look->a, StudyAction, node->n);
    s->n = node->n;
    for (isize i = 0; i < node->n; i++) {
        s->actions[i].index = i;
        look->action = &s->actions[i];
        study_read_action(look, &s->actions[i], &node->pairs[i]);
        void **place = map_at(look->a, &s->by_name, s->actions[i].name);
        if (!*place) *place = &s->actions[i];
    }
    look->action = NULL;
}

static void read_top(Look *look, const Yaml *top)
{
    Str known[] = {S("version"), S("expectations"), S("actions")};
    if (top->kind != YAML_MAP) {
        study_note_shape(look, SHAPE_TOP, top, kind(top), (Str){0});
        return;
    }
    for (isize i = 0; i < top->n; i++) {
        const Yaml *key = top->pairs[i].key;
        if (key->kind != YAML_TEXT)
            study_note_shape(look, SHAPE_TOP_KEY, key, kind(key), (Str){0});
        else if (!str_list_has(&(StrList){known, COUNT(known), 0}, key->text))
            study_note_unknown(look, SHAPE_TOP_UNKNOWN, key, &(StrList){known, COUNT(known), 0},
                               S("the file"));
    }
    read_version(look, top, yaml_get(top, S("version")));
    read_expectations(look, top, yaml_get(top, S("expectations")));
    read_actions(look, top, yaml_get(top, S("actions")));
}

const Study *study_check(Arena *a, Str project_yaml, StudyRules rules)
{
    Study *s = make(a, Study, 1);
    s->rules = rules;
    Look look = {.a = a, .study = s};
    YamlDocument d = yaml_read(a, project_yaml);
    for (isize i = 0; i < d.n; i++) {
        bool repeated = str_eq(d.faults[i].code, S("YAML_DUPKEY"));
        Yaml at = {.line = d.faults[i].line, .column = d.faults[i].column};
        study_note_shape(&look, repeated ? SHAPE_YAML_DUPKEY : SHAPE_YAML, &at, d.faults[i].say,
                         (Str){0});
    }
    if (d.root) {
        read_top(&look, d.root);
        study_find_cycles(&look);
        study_apply_rules(&look);
    }
    study_settle(&look);
    return s;
}

const StudyAction *study_action(const Study *s, Str name)
{
    return map_get(&s->by_name, name);
}

static const char *const rules_names[STUDY_RULES_COUNT] = {"2023-12", "2026-08"};

bool study_rules_named(Str name, StudyRules *out)
{
    for (int i = 0; i < STUDY_RULES_COUNT; i++)
        if (str_eq(name, str_from(rules_names[i]))) {
            *out = (StudyRules)i;
            return true;
        }
    return false;
}

Str study_rules_name(StudyRules rules)
{
    return str_from(rules_names[rules]);
}
