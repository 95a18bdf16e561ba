// One action from its YAML to the model.
#include "study/command.h"
#include "study/shape.h"

static Str kind(const Yaml *node)
{
    return str_from(yaml_kind_name(node->kind));
}

// A name was turned into text however it was written; in 2023 an empty one and a date were refused.
static bool is_name(const Yaml *node, StudyRules rules)
{
    if (!yaml_is_scalar(node)) return false;
    return rules != STUDY_RULES_2023_12 || (node->kind != YAML_NULL && node->kind != YAML_DATE);
}

static void read_run(Look *look, StudyAction *action, const Yaml *node)
{
    if (node->kind != YAML_TEXT) {
        study_note_shape(look, SHAPE_RUN, node, action->name, kind(node));
        return;
    }
    action->has_run = true;
    action->run = node->text;
    action->run_line = node->line;
    action->run_column = node->column;
    Err *open = command_split(look->a, node->text, &action->words);
    if (open || !action->words.n) return;
    str_cut(action->words.v[0], ':', &action->image, &action->tag);
    action->database = study_needs_database(&action->words);
}

static void read_needs(Look *look, StudyAction *action, const Yaml *node)
{
    bool new = look->study->rules == STUDY_RULES_2026_08;
    if (node->kind == YAML_NULL && new) return;
    if (node->kind != YAML_LIST) {
        study_note_shape(look, SHAPE_NEEDS, node, action->name, kind(node));
        return;
    }
    action->needs = make(look->a, StudyNeed, node->n);
    for (isize i = 0; i < node->n; i++) {
        const Yaml *need = node->items[i];
        if (new ? need->kind != YAML_TEXT : !is_name(need, look->study->rules))
            study_note_shape(look, SHAPE_NEED, need, action->name, kind(need));
        else
            action->needs[action->needs_n++] =
                (StudyNeed){yaml_printed(look->a, need), need->line, need->column};
    }
}

static void read_level(Look *look, const StudyAction *action, StudyOutput *to, isize *n,
                       StudyLevel level, const Yaml *node)
{
    for (isize i = 0; i < node->n; i++) {
        const Yaml *name = node->pairs[i].key, *path = node->pairs[i].value;
        if (!is_name(name, look->study->rules))
            study_note_shape(look, SHAPE_OUTPUT_NAME, name, action->name, kind(name));
        if (path->kind != YAML_TEXT)
            study_note_shape(look, SHAPE_PATH, path, action->name, kind(path));
        else
            to[(*n)++] = (StudyOutput){level, yaml_printed(look->a, name), path->text, path->line,
                                       path->column};
    }
}

// One key below outputs. True when it counts as an output: in 2023 a path, in 2026 a level that is there.
static bool read_outputs_key(Look *look, StudyAction *action, const YamlPair *pair,
                             const StrList *levels)
{
    const Yaml *value = pair->value;
    bool old = look->study->rules == STUDY_RULES_2023_12;
    StudyLevel level = STUDY_HIGHLY;
    if (!study_level_named(pair->key->text, &level)) {
        study_note_unknown(look, SHAPE_LEVEL_UNKNOWN, pair->key, levels,
                           arena_fmt(look->a, "outputs of action %.*s", STR(action->name)));
        if (old && value->kind == YAML_MAP)
            read_level(look, action, action->strays, &action->strays_n, STUDY_LEVELS, value);
        else if (old)
            study_note_shape(look, SHAPE_LEVEL, value, action->name, pair->key->text);
        return false;
    }
    if (value->kind == YAML_NULL && !old) return false;
    action->levels_n++;
    look->level = (int)level;
    if (value->kind == YAML_MAP)
        read_level(look, action, action->outputs, &action->outputs_n, level, value);
    else
        study_note_shape(look, SHAPE_LEVEL, value, action->name, study_level_name(level));
    look->level = 0;
    return !old || value->kind != YAML_MAP || value->n;
}

static void read_outputs(Look *look, StudyAction *action, const Yaml *node)
{
    bool empty_list = node->kind == YAML_LIST && !node->n; // in 2023 as good as an empty mapping
    if (node->kind != YAML_MAP && !(empty_list && look->study->rules == STUDY_RULES_2023_12)) {
        study_note_shape(look, SHAPE_OUTPUTS, node, action->name, kind(node));
        return;
    }
    Str names[STUDY_LEVELS];
    for (int i = 0; i < STUDY_LEVELS; i++)
        names[i] = study_level_name((StudyLevel)i);
    isize room = 0, counted = 0;
    for (isize i = 0; i < node->n; i++)
        if (node->pairs[i].value->kind == YAML_MAP) room += node->pairs[i].value->n;
    action->has_outputs = true;
    action->outputs = make(look->a, StudyOutput, room);
    action->strays = make(look->a, StudyOutput, room);
    for (isize i = 0; i < node->n; i++)
        counted +=
            read_outputs_key(look, action, &node->pairs[i], &(StrList){names, STUDY_LEVELS, 0});
    if (!counted) study_note_shape(look, SHAPE_OUTPUTS_NONE, node, action->name, (Str){0});
}

static void read_config(Look *look, StudyAction *action, const Yaml *node)
{
    bool old = look->study->rules == STUDY_RULES_2023_12;
    bool nothing = node->kind == YAML_LIST ? !node->n : node->kind == YAML_TEXT && !node->text.n;
    if (node->kind == YAML_MAP)
        action->config = node;
    else if (node->kind != YAML_NULL && !(old && nothing))
        study_note_shape(look, SHAPE_CONFIG, node, action->name, kind(node));
}

static void read_dummy(Look *look, StudyAction *action, const Yaml *node)
{
    if (node->kind == YAML_TEXT)
        action->dummy_data_file = node->text;
    else if (node->kind != YAML_NULL)
        study_note_shape(look, SHAPE_DUMMY, node, action->name, kind(node));
}

static const struct {
    const char *key;
    void (*read)(Look *, StudyAction *, const Yaml *);
    Shape missing; // SHAPES: may be left out
} parts[] = {
    {"run",             read_run,     SHAPE_RUN_MISSING    },
    {"needs",           read_needs,   SHAPES               },
    {"outputs",         read_outputs, SHAPE_OUTPUTS_MISSING},
    {"config",          read_config,  SHAPES               },
    {"dummy_data_file", read_dummy,   SHAPES               },
};

static void check_keys(Look *look, const StudyAction *action, const Yaml *node)
{
    Str known[COUNT(parts)];
    for (isize i = 0; i < COUNT(parts); i++)
        known[i] = str_from(parts[i].key);
    StrList list = {known, COUNT(parts), 0};
    for (isize i = 0; i < node->n; i++) {
        const Yaml *key = node->pairs[i].key;
        if (key->kind != YAML_TEXT)
            study_note_shape(look, SHAPE_ACTION_KEY, key, action->name, kind(key));
        else if (!str_list_has(&list, key->text))
            study_note_unknown(look, SHAPE_ACTION_UNKNOWN, key, &list,
                               arena_fmt(look->a, "action %.*s", STR(action->name)));
    }
}

void study_read_action(Look *look, StudyAction *action, const YamlPair *pair)
{
    const Yaml *key = pair->key, *node = pair->value;
    action->line = action->run_line = key->line;
    action->column = action->run_column = key->column;
    action->name = yaml_printed(look->a, key);
    if (!is_name(key, look->study->rules))
        study_note_shape(look, SHAPE_ACTION_NAME, key, kind(key), (Str){0});
    if (node->kind != YAML_MAP) {
        study_note_shape(look, SHAPE_ACTION, node, action->name, kind(node));
        return;
    }
    check_keys(look, action, node);
    for (isize i = 0; i < COUNT(parts); i++) {
        const Yaml *value = yaml_get(node, str_from(parts[i].key));
        if (value)
            parts[i].read(look, action, value);
        else if (parts[i].missing != SHAPES)
            study_note_shape(look, parts[i].missing, key, action->name, (Str){0});
    }
}
