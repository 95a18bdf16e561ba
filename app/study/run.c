// Rules about the name, the run text and the configuration of an action.
#include "study/command.h"
#include "study/own.h"

enum { NAME_MAX_BYTES = 200 };

bool run_is_empty(Look *look)
{
    const StudyAction *a = look->action;
    look->what[0] = a->name;
    look->line = a->run_line;
    look->column = a->run_column;
    return a->has_run && !a->words.n && !str_trim(a->run).n;
}

bool run_has_open_quote(Look *look)
{
    const StudyAction *a = look->action;
    StrList words = {0};
    look->what[0] = a->name;
    look->line = a->run_line;
    look->column = a->run_column;
    if (!a->has_run || a->words.n || !str_trim(a->run).n) return false;
    Err *open = command_split(look->a, a->run, &words);
    if (open) look->what[1] = open->say;
    return open != NULL;
}

static bool has_words(Look *look)
{
    const StudyAction *a = look->action;
    look->what[0] = a->name;
    look->what[1] = a->image.n ? a->image : S("image");
    look->line = a->run_line;
    look->column = a->run_column;
    return a->words.n > 0;
}

bool run_has_no_version(Look *look)
{
    return has_words(look) && !look->action->tag.n;
}

// v and digits or points, perhaps with -pre behind; or latest, or dev.
static bool is_version_tag(Str tag)
{
    if (str_eq(tag, S("latest")) || str_eq(tag, S("dev"))) return true;
    if (str_ends(tag, S("-pre"))) tag.n -= 4;
    if (tag.n < 2 || tag.s[0] != 'v') return false;
    for (isize i = 1; i < tag.n; i++)
        if (tag.s[i] != '.' && (tag.s[i] < '0' || tag.s[i] > '9')) return false;
    return true;
}

bool run_has_no_tag(Look *look)
{
    return has_words(look) && !is_version_tag(look->action->tag);
}

bool run_is_latest(Look *look)
{
    return has_words(look) && study_has_version(look->study, 5) &&
           str_eq(look->action->tag, S("latest"));
}

bool cohort_is_removed(Look *look)
{
    return has_words(look) && study_has_version(look->study, 4) &&
           str_starts(look->action->image, S("cohortextractor"));
}

bool run_is_repeated(Look *look)
{
    const StudyAction *a = look->action;
    if (!a->run.n) return false;
    void **place = map_at(look->a, &look->runs, a->run);
    const StudyAction *first = *place;
    look->what[0] = a->name;
    look->line = a->run_line;
    look->column = a->run_column;
    if (first)
        look->what[1] = first->name;
    else
        *place = &look->study->actions[a->index];
    return first != NULL;
}

bool name_is_reserved(Look *look)
{
    return study_has_version(look->study, 5) && str_eq(look->action->name, S("run_all"));
}

// The name becomes a part of file names and URLs.
bool name_is_no_path_segment(Look *look)
{
    Str name = look->action->name;
    look->what[0] = name.n ? name : S("\"\"");
    look->what[1] = S("cannot be used as a file name");
    if (str_eq(name, S("__error__"))) {
        look->what[1] = S("is taken by the runner");
        return true;
    }
    if (!name.n || name.n > NAME_MAX_BYTES || name.s[0] == '.') return true;
    for (isize i = 0; i < name.n; i++) {
        char c = name.s[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && !(c && strchr("_.-", c))) return true;
    }
    return false;
}

bool name_is_repeated(Look *look)
{
    look->what[0] = look->action->name;
    return study_action(look->study, look->action->name) != look->action;
}

// scheme://user:password@host, unless the password is a variable of the site.
bool run_has_credentials(Look *look)
{
    Str rest = look->action->run;
    look->what[0] = look->action->name;
    look->line = look->action->run_line;
    look->column = look->action->run_column;
    for (isize at; (at = str_find(rest, S("://"))) >= 0;) {
        rest = str_skip(rest, at + 3);
        isize end = 0;
        while (end < rest.n && !strchr("/ \t\r\n'\"?#", rest.s[end]) && rest.s[end])
            end++;
        Str host = str_take(rest, end), user = {0}, password = {0};
        isize sign = str_rfind_byte(host, '@');
        if (sign < 0 || !str_cut(str_take(host, sign), ':', &user, &password)) continue;
        if (password.n && password.s[0] != '$') return true;
    }
    return false;
}

// Depth and size of the tree are bounded by the reader.
static const Yaml *date_in(const Yaml *node)
{
    if (node->kind == YAML_DATE) return node;
    const Yaml *found = NULL;
    for (isize i = 0; i < node->n && !found; i++) {
        if (node->kind == YAML_LIST)
            found = date_in(node->items[i]);
        else if (node->pairs[i].key->kind == YAML_DATE)
            found = node->pairs[i].key;
        else
            found = date_in(node->pairs[i].value);
    }
    return found;
}

bool config_has_date(Look *look)
{
    const Yaml *date = look->action->config ? date_in(look->action->config) : NULL;
    if (!date) return false;
    look->what[0] = look->action->name;
    look->what[1] = date->text;
    look->line = date->line;
    look->column = date->column;
    return true;
}
