// Reusable actions: a repository tag that stands where an image would, and brings its own command.
#include "study/command.h"

static const char *const builtin_images[] = {
    "cohortextractor", "databuilder", "ehrql", "stata-mp", "r", "jupyter", "python", "sqlrunner"};

bool command_is_builtin(Str image)
{
    for (isize i = 0; i < COUNT(builtin_images); i++)
        if (str_eq(image, str_from(builtin_images[i]))) return true;
    return false;
}

static fallible refuse(Arena *a, const char *why, Str what)
{
    Err *e =
        fail(a, ERR_BAD_INPUT, "invalid action, please tell its authors: %s%.*s", why, STR(what));
    e->code = S("ReusableActionError");
    return e;
}

fallible command_of_reusable(Arena *a, Str action_yaml, const StrList *run, StrList *words)
{
    const Yaml *root = NULL;
    StrList list = {0};
    Err *e = yaml_parse(a, action_yaml, &root);
    if (e) return refuse(a, "action.yaml, ", e->say);
    const Yaml *text = yaml_get(root, S("run"));
    if (!text || text->kind != YAML_TEXT) return refuse(a, "action.yaml needs a run text", S(""));
    e = command_split(a, text->text, &list);
    if (e) return refuse(a, "the run of action.yaml has ", e->say);
    Str image = {0}, tag = {0};
    if (!list.n || !str_cut(list.v[0], ':', &image, &tag))
        return refuse(a, "the run of action.yaml must begin with image:version", S(""));
    if (!command_is_builtin(image)) return refuse(a, "Unrecognised runtime: ", image);
    if (study_needs_database(&list))
        return refuse(a, "Re-usable actions cannot run commands which access the database", S(""));
    for (isize i = 1; i < run->n; i++)
        str_list_add(a, &list, run->v[i]);
    *words = list;
    return NULL;
}
