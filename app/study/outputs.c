// Rules about output paths, in the words of Python's path library, whose behaviour they were made of.
#include "study/own.h"

static const char *const level_names[STUDY_LEVELS] = {"highly_sensitive", "moderately_sensitive",
                                                      "minimally_sensitive"};
// What an output checker can look at. .tsv and .pdf were taken off the list later.
static const char *const review_types[STUDY_RULES_COUNT] = {
    ".csv .tsv .jpg .jpeg .png .svg .svgz .html .pdf .txt .log .json .md",
    ".csv .jpg .jpeg .png .svg .svgz .html .txt .log .json .md",
};

Str study_level_name(StudyLevel level)
{
    return str_from(level_names[level]);
}

bool study_level_named(Str name, StudyLevel *out)
{
    for (int i = 0; i < STUDY_LEVELS; i++)
        if (str_eq(name, str_from(level_names[i]))) {
            *out = (StudyLevel)i;
            return true;
        }
    return false;
}

// The last part that is not "" or ".".
static Str last_part(Str path)
{
    Str last = {0}, part = {0};
    while (str_next(&path, '/', &part))
        if (part.n && !str_eq(part, S("."))) last = part;
    return last;
}

// From the last point on, which must have something on both sides; else empty.
static Str extension(Str path)
{
    Str name = last_part(path);
    isize at = str_rfind_byte(name, '.');
    return at > 0 && at < name.n - 1 ? str_skip(name, at) : (Str){0};
}

static Str look_path(Look *look)
{
    Str path = look->output->pattern;
    look->what[0] = path.n ? path : S("\"\"");
    return path;
}

bool path_has_backslash(Look *look)
{
    return str_find_byte(look_path(look), '\\') >= 0;
}

bool path_has_wildcard(Look *look)
{
    static const char *const wild[] = {"**", "?", "["};
    Str path = look_path(look);
    for (isize i = 0; i < COUNT(wild); i++)
        if (str_has(path, look->what[1] = str_from(wild[i]))) return true;
    return false;
}

bool path_has_no_extension(Look *look)
{
    Str type = extension(look_path(look));
    return !type.n || type.s[type.n - 1] == '*';
}

bool path_type_is_not_for_review(Look *look)
{
    Str type = extension(look_path(look)), allowed = str_from(review_types[look->study->rules]),
        one = {0};
    look->what[1] = type;
    look->what[2] = allowed;
    if (look->output->level != STUDY_MODERATELY || path_has_no_extension(look)) return false;
    while (str_next(&allowed, ' ', &one))
        if (str_eq(one, type)) return false;
    return true;
}

// Two slashes in front are a root of their own in POSIX, so they count as normal (and absolute).
bool path_is_not_normal(Look *look)
{
    Str path = look_path(look), part = {0};
    if (!path.n || (path.n > 1 && path.s[path.n - 1] == '/') || str_starts(path, S("///")))
        return true;
    Str rest = str_skip(path, str_starts(path, S("//")) ? 2 : path.s[0] == '/' ? 1 : 0);
    bool climbing = path.s[0] != '/';
    if (str_eq(path, S("."))) return false;
    while (str_next(&rest, '/', &part)) {
        if (!part.n || str_eq(part, S("."))) return true;
        if (!str_eq(part, S("..")))
            climbing = false;
        else if (!climbing)
            return true;
    }
    return false;
}

bool path_is_metadata(Look *look)
{
    Str path = look_path(look);
    return str_eq(path, S("metadata")) || str_starts(path, S("metadata/"));
}

bool path_is_absolute(Look *look)
{
    Str path = look_path(look);
    if (path.n && path.s[0] == '/') return true;
    bool drive = path.n > 2 && ((path.s[0] | 32) >= 'a' && (path.s[0] | 32) <= 'z');
    return drive && path.s[1] == ':' && path.s[2] == '/';
}

bool path_leaves_folder(Look *look)
{
    Str path = look_path(look);
    if (look->output->level == STUDY_LEVELS) return false; // nobody collects it
    return str_eq(path, S("..")) || str_starts(path, S("../"));
}

bool path_is_repeated(Look *look)
{
    if (!study_has_version(look->study, 2) || look->output->level == STUDY_LEVELS) return false;
    void **place = map_at(look->a, &look->paths, look_path(look));
    const StudyAction *first = *place;
    if (first)
        look->what[1] = first->name;
    else
        *place = &look->study->actions[look->action->index];
    return first != NULL;
}

void study_output_folders(Arena *a, const StudyAction *action, StrList *out)
{
    Map known = {0};
    for (isize i = 0; i < action->outputs_n; i++) {
        Str path = action->outputs[i].pattern;
        isize slash = str_rfind_byte(path, '/');
        Str folder = slash < 0 ? S(".") : str_take(path, slash);
        void **seen = map_at(a, &known, folder);
        if (!*seen) str_list_add(a, out, folder);
        *seen = out;
    }
}
