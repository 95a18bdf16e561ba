// Rules for commands that take patients out of the database: cohort extractions and datasets.
#include "study/own.h"

// True when the run text begins with "IMAGE:TAG VERB", with exactly one blank; the original looked no closer.
static bool runs(Str run, Str image, Str verb)
{
    if (!str_starts(run, image) || run.n == image.n || run.s[image.n] != ':') return false;
    Str rest = str_skip(run, image.n + 1);
    isize tag = 0;
    while (tag < rest.n && !strchr(" \t\r\n\v\f", rest.s[tag]))
        tag++;
    return tag && str_starts(str_skip(rest, tag), S(" ")) &&
           str_starts(str_skip(rest, tag + 1), verb);
}

static bool runs_dataset(Str run, Str image)
{
    return runs(run, image, S("generate-dataset")) || runs(run, image, S("generate_dataset"));
}

static const StudyAction *look_action(Look *look)
{
    look->what[0] = look->action->name;
    look->line = look->action->run_line;
    look->column = look->action->run_column;
    return look->action;
}

// The value of the first "NAME value" or "NAME=value"; false when the option is not there.
static bool option(const StrList *words, Str name, Str *value)
{
    for (isize i = 0; i < words->n; i++) {
        Str word = words->v[i];
        bool glued = str_starts(word, name) && word.n > name.n && word.s[name.n] == '=';
        if (!glued && !str_eq(word, name)) continue;
        if (glued)
            *value = str_skip(word, name.n + 1);
        else
            *value = i + 1 < words->n ? words->v[i + 1] : (Str){0};
        return true;
    }
    return false;
}

bool cohort_has_levels(Look *look)
{
    const StudyAction *a = look_action(look);
    look->what[1] = arena_fmt(look->a, "%td", a->levels_n);
    return a->levels_n > 1 && runs(a->run, S("cohortextractor"), S("generate_cohort"));
}

bool cohort_has_folders(Look *look)
{
    const StudyAction *a = look_action(look);
    Str given = {0};
    StrList folders = {0};
    if (!runs(a->run, S("cohortextractor"), S("generate_cohort"))) return false;
    if (option(&a->words, S("--output-dir"), &given)) return false;
    study_output_folders(look->a, a, &folders);
    look->what[1] = arena_fmt(look->a, "%td", folders.n);
    return folders.n > 1;
}

// By a slip every command of databuilder counted as one that makes a dataset.
static bool makes_dataset_2023(Str run)
{
    return runs_dataset(run, S("ehrql")) || str_starts(run, S("databuilder"));
}

static bool makes_dataset(Str run)
{
    return runs_dataset(run, S("ehrql")) || runs_dataset(run, S("databuilder"));
}

bool dataset_has_levels(Look *look)
{
    const StudyAction *a = look_action(look);
    look->what[1] = arena_fmt(look->a, "%td", a->levels_n);
    return a->levels_n > 1 && makes_dataset_2023(a->run);
}

bool dataset_is_not_named(Look *look)
{
    const StudyAction *a = look_action(look);
    if (!a->outputs_n || !makes_dataset_2023(a->run)) return false;
    look->what[1] = a->outputs[0].pattern;
    return !str_has(a->run, a->outputs[0].pattern);
}

bool dataset_is_not_private(Look *look)
{
    const StudyAction *a = look_action(look);
    if (!makes_dataset(a->run)) return false;
    for (isize i = 0; i < a->outputs_n; i++) {
        if (a->outputs[i].level == STUDY_HIGHLY) continue;
        look->what[1] = a->outputs[i].pattern;
        look->what[2] = study_level_name(a->outputs[i].level);
        look->line = a->outputs[i].line;
        look->column = a->outputs[i].column;
        return true;
    }
    return false;
}

bool dataset_has_no_output(Look *look)
{
    const StudyAction *a = look_action(look);
    Str given = {0};
    return makes_dataset(a->run) && !(option(&a->words, S("--output"), &given) && given.n);
}

// "dir:ext" stands for every file dir/*.ext; anything else for one path.
static bool spec_covers(Arena *a, Str spec, Str path)
{
    isize colon = str_rfind_byte(spec, ':');
    if (colon < 0) return false;
    Str folder = str_take(spec, colon);
    while (folder.n && folder.s[folder.n - 1] == '/')
        folder.n--;
    return str_starts(path, arena_fmt(a, "%.*s/", STR(folder))) &&
           str_ends(path, arena_fmt(a, ".%.*s", STR(str_skip(spec, colon + 1))));
}

bool dataset_does_not_match(Look *look)
{
    const StudyAction *a = look_action(look);
    Str spec = {0};
    if (!makes_dataset(a->run) || !option(&a->words, S("--output"), &spec) || !spec.n) return false;
    bool many = str_find_byte(spec, ':') >= 0, listed = false;
    look->what[1] = spec;
    for (isize i = 0; i < a->outputs_n; i++) {
        Str path = a->outputs[i].pattern;
        if (!listed && (!look->what[2].n || many)) look->what[2] = path;
        if (many && !spec_covers(look->a, spec, path)) return true;
        listed = listed || str_eq(path, spec);
    }
    return !many && !listed && a->outputs_n;
}

static const struct {
    const char *image, *verb; // NULL: every command of the image
} database_commands[] = {
    {"cohortextractor", "generate_cohort"         },
    {"cohortextractor", "generate_codelist_report"},
    {"databuilder",     "generate-dataset"        },
    {"ehrql",           "generate-dataset"        },
    {"ehrql",           "generate-measures"       },
    {"sqlrunner",       NULL                      },
};

bool study_needs_database(const StrList *words)
{
    Str image = {0}, tag = {0};
    if (!words->n) return false;
    str_cut(words->v[0], ':', &image, &tag);
    for (isize i = 0; i < COUNT(database_commands); i++) {
        const char *verb = database_commands[i].verb;
        if (!str_eq(image, str_from(database_commands[i].image))) continue;
        if (!verb || (words->n > 1 && str_eq(words->v[1], str_from(verb)))) return true;
    }
    return false;
}
