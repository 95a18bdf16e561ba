// Reading and printing a policy go over one table of its keys.
#include "disclosure/policy.h"

#include "cli/nearest.h"
#include "kit/yaml.h"

enum { NAME_MOST = 400, PATTERN_MOST = 100 }; // bytes

typedef enum KeyKind { KEY_TRUTH = 1, KEY_WHOLE, KEY_REAL, KEY_PATTERNS } KeyKind;
typedef struct Key {
    const char *section, *name;
    KeyKind kind;
    size_t at;
    double least, most;
} Key;
#define AT(field) offsetof(Policy, field)
static const Key keys[] = {
    {"threshold",        "on",            KEY_TRUTH,    AT(threshold_on),          0,    0      },
    {"threshold",        "below",         KEY_WHOLE,    AT(threshold),             1,    1000000},
    {"threshold",        "zero_is_small", KEY_TRUTH,    AT(zero_is_small),         0,    0      },
    {"dominance",        "on",            KEY_TRUTH,    AT(dominance_on),          0,    0      },
    {"dominance",        "n",             KEY_WHOLE,    AT(dominance_n),           1,    3      },
    {"dominance",        "k",             KEY_REAL,     AT(dominance_k),           0.01, 1      },
    {"p_percent",        "on",            KEY_TRUTH,    AT(p_percent_on),          0,    0      },
    {"p_percent",        "p",             KEY_REAL,     AT(p_percent),             0.01, 100    },
    {"class_disclosure", "on",            KEY_TRUTH,    AT(class_on),              0,    0      },
    {"rounding",         "on",            KEY_TRUTH,    AT(rounding_on),           0,    0      },
    {"rounding",         "base",          KEY_WHOLE,    AT(rounding_base),         2,    1000   },
    {"rounding",         "only_claimed",  KEY_TRUTH,    AT(rounding_only_claimed), 0,    0      },
    {"differencing",     "on",            KEY_TRUTH,    AT(differencing_on),       0,    0      },
    {"free_text",        "on",            KEY_TRUTH,    AT(free_text_on),          0,    0      },
    {"free_text",        "words",         KEY_WHOLE,    AT(free_text_words),       2,    1000   },
    {"rows",             "on",            KEY_TRUTH,    AT(rows_on),               0,    0      },
    {"rows",             "most",          KEY_WHOLE,    AT(rows),                  1,    100000 },
    {"columns",          "count",         KEY_PATTERNS, AT(count),                 0,    0      },
    {"columns",          "dimension",     KEY_PATTERNS, AT(dimension),             0,    0      },
    {"columns",          "ignore",        KEY_PATTERNS, AT(ignore),                0,    0      },
};

// What has numbers of its own.
static const struct {
    const char *name, *one;
    size_t at;
} part_keys[] = {
    {"projects",   "project",   offsetof(PolicyBook, projects)  },
    {"workspaces", "workspace", offsetof(PolicyBook, workspaces)},
};

Policy policy_default(Arena *a)
{
    (void)a;
    return (Policy){.name = S("default"),
                    .threshold_on = true,
                    .threshold = 10,
                    .dominance_on = true,
                    .dominance_n = 2,
                    .dominance_k = 0.9,
                    .p_percent_on = true,
                    .p_percent = 10,
                    .class_on = true,
                    .rounding_on = true,
                    .rounding_base = 5,
                    .differencing_on = true,
                    .free_text_on = true,
                    .free_text_words = 8,
                    .rows_on = true,
                    .rows = 5000};
}

static void *field(Policy *p, const Key *k)
{
    return (char *)p + k->at;
}

static const void *field_of(const Policy *p, const Key *k)
{
    return (const char *)p + k->at;
}

static Err *refuse(Arena *a, const Yaml *at, Str say)
{
    return fail(a, ERR_BAD_INPUT, "line %u, column %u: %.*s", at->line, at->column, STR(say));
}

static fallible patterns_read(Arena *a, const Yaml *v, const char *name, StrList *out)
{
    bool good = v->kind == YAML_LIST;
    for (isize i = 0; good && i < v->n; i++)
        good = yaml_is_scalar(v->items[i]) && v->items[i]->text.n;
    if (!good)
        return refuse(
            a, v, arena_fmt(a, "columns.%s must be a list of column names like [\"n_*\"].", name));
    *out = (StrList){0};
    for (isize i = 0; i < v->n; i++)
        str_list_add(a, out, v->items[i]->text);
    return NULL;
}

static fallible value_read(Arena *a, const Key *k, const Yaml *v, Policy *p)
{
    if (k->kind == KEY_PATTERNS) return patterns_read(a, v, k->name, field(p, k));
    if (k->kind == KEY_TRUTH) {
        if (v->kind != YAML_BOOL)
            return refuse(a, v, arena_fmt(a, "%s.%s must be true or false.", k->section, k->name));
        *(bool *)field(p, k) = v->truth;
        return NULL;
    }
    bool whole = v->kind == YAML_INT, real = k->kind == KEY_REAL && v->kind == YAML_REAL;
    double number = whole ? (double)v->whole : real ? v->real : 0;
    if (!(whole || real) || !(number >= k->least && number <= k->most))
        return refuse(a, v,
                      arena_fmt(a, "%s.%s must be a %snumber from %g to %g.", k->section, k->name,
                                k->kind == KEY_WHOLE ? "whole " : "", k->least, k->most));
    if (k->kind == KEY_WHOLE)
        *(i64 *)field(p, k) = v->whole;
    else
        *(double *)field(p, k) = number;
    return NULL;
}

static fallible unknown(Arena *a, const Yaml *key, const char *section, bool book)
{
    StrList names = {0};
    for (isize i = 0; i < COUNT(keys); i++) {
        if (section && strcmp(section, keys[i].section) != 0) continue;
        Str name = str_from(section ? keys[i].name : keys[i].section);
        if (!str_list_has(&names, name)) str_list_add(a, &names, name);
    }
    if (!section) str_list_add(a, &names, S("name"));
    for (isize i = 0; book && i < COUNT(part_keys); i++)
        str_list_add(a, &names, str_from(part_keys[i].name));
    Str near = nearest(&names, key->text);
    if (near.n)
        return refuse(a, key,
                      arena_fmt(a, "the key \"%.*s\" is not known; did you mean \"%.*s\"?",
                                STR(key->text), STR(near)));
    return refuse(a, key,
                  arena_fmt(a, "the key \"%.*s\" is not known; here stand %.*s.", STR(key->text),
                            STR(str_join(a, names.v, names.n, S(", ")))));
}

static const Key *key_named(Str section, const Str *name)
{
    for (isize i = 0; i < COUNT(keys); i++)
        if (str_eq(section, str_from(keys[i].section)) &&
            (!name || str_eq(*name, str_from(keys[i].name))))
            return &keys[i];
    return NULL;
}

static fallible section_read(Arena *a, const YamlPair *pair, bool book, Policy *p)
{
    const Key *first = key_named(pair->key->text, NULL);
    const Yaml *v = pair->value;
    if (!first) return unknown(a, pair->key, NULL, book);
    if (v->kind != YAML_MAP)
        return refuse(
            a, v, arena_fmt(a, "%s must be a mapping like {%s: …}.", first->section, first->name));
    for (isize i = 0; i < v->n; i++) {
        const Key *k = key_named(pair->key->text, &v->pairs[i].key->text);
        if (!k) return unknown(a, v->pairs[i].key, first->section, false);
        TRY(value_read(a, k, v->pairs[i].value, p));
    }
    return NULL;
}

static fallible name_read(Arena *a, const Yaml *v, Str *out)
{
    if (!yaml_is_scalar(v) || !v->text.n || v->text.n > NAME_MOST)
        return refuse(a, v, arena_fmt(a, "name must be a text of at most %d bytes.", NAME_MOST));
    *out = v->text;
    return NULL;
}

// One key of a policy over what `p` has already.
static fallible key_read(Arena *a, const YamlPair *pair, bool book, Policy *p)
{
    if (str_eq(pair->key->text, S("name"))) return name_read(a, pair->value, &p->name);
    return section_read(a, pair, book, p);
}

static fallible keys_read(Arena *a, const Yaml *map, Policy *p)
{
    for (isize i = 0; i < map->n; i++)
        TRY(key_read(a, &map->pairs[i], false, p));
    return NULL;
}

static fallible parts_read(Arena *a, const Yaml *v, const char *name, PolicyParts *out)
{
    if (v->kind != YAML_MAP)
        return refuse(a, v, arena_fmt(a, "%s must be a mapping of names to policies.", name));
    *out = (PolicyParts){.v = make(a, PolicyPart, v->n + 1)};
    for (isize i = 0; i < v->n; i++) {
        Policy tried = policy_default(a);
        const YamlPair *pair = &v->pairs[i];
        if (!pair->key->text.n || pair->key->text.n > PATTERN_MOST)
            return refuse(a, pair->key,
                          arena_fmt(a, "a name in %s has 1 to %d bytes.", name, PATTERN_MOST));
        if (pair->value->kind != YAML_MAP)
            return refuse(
                a, pair->value,
                arena_fmt(a, "what stands under %s is a policy, like {threshold: …}.", name));
        TRY(keys_read(a, pair->value, &tried));
        out->v[out->n++] = (PolicyPart){pair->key->text, pair->value};
    }
    return NULL;
}

static fallible book_key_read(Arena *a, const YamlPair *pair, PolicyBook *book)
{
    for (isize i = 0; i < COUNT(part_keys); i++)
        if (str_eq(pair->key->text, str_from(part_keys[i].name)))
            return parts_read(a, pair->value, part_keys[i].name,
                              (PolicyParts *)((char *)book + part_keys[i].at));
    return key_read(a, pair, true, &book->site);
}

fallible policy_parse(Arena *a, Str yaml, PolicyBook *out)
{
    const Yaml *root;
    *out = (PolicyBook){.site = policy_default(a)};
    TRY(yaml_parse(a, yaml, &root));
    if (root->kind == YAML_NULL) return NULL;
    if (root->kind != YAML_MAP)
        return refuse(a, root, S("a policy is a mapping; its keys are in the manual."));
    for (isize i = 0; i < root->n; i++)
        TRY(book_key_read(a, &root->pairs[i], out));
    return NULL;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

// After each `*` the shortest match is enough, so going back to the last one finds every match.
static bool pattern_fits(Str pattern, Str s)
{
    isize p = 0, i = 0, star = -1, mark = 0;
    while (i < s.n) {
        if (p < pattern.n && pattern.s[p] == '*')
            star = p++, mark = i;
        else if (p < pattern.n && lower(pattern.s[p]) == lower(s.s[i]))
            p++, i++;
        else if (star >= 0)
            p = star + 1, i = ++mark;
        else
            return false;
    }
    while (p < pattern.n && pattern.s[p] == '*')
        p++;
    return p == pattern.n;
}

static const PolicyPart *part_for(const PolicyParts *parts, Str name)
{
    const PolicyPart *best = NULL;
    for (isize i = 0; i < parts->n; i++) {
        const PolicyPart *p = &parts->v[i];
        if (pattern_fits(p->pattern, name) && (!best || p->pattern.n > best->pattern.n)) best = p;
    }
    return best;
}

Policy policy_for(Arena *a, const PolicyBook *book, Str project, Str workspace)
{
    Policy p = book->site;
    const Str names[COUNT(part_keys)] = {project, workspace};
    if (book->projects.n && !project.n)
        p.name = arena_fmt(a, "%.*s, project not known", STR(p.name));
    for (isize i = 0; i < COUNT(part_keys); i++) {
        const PolicyParts *parts = (const PolicyParts *)((const char *)book + part_keys[i].at);
        const PolicyPart *part = names[i].n ? part_for(parts, names[i]) : NULL;
        if (!part) continue;
        p.name = arena_fmt(a, "%.*s, %s %.*s", STR(p.name), part_keys[i].one, STR(part->pattern));
        must(!keys_read(a, part->keys, &p)); // policy_parse has read them
    }
    return p;
}

static void value_json(JsonOut *w, const Key *k, const void *v)
{
    switch (k->kind) {
    case KEY_TRUTH:
        json_bool(w, *(const bool *)v);
        return;
    case KEY_WHOLE:
        json_int(w, *(const i64 *)v);
        return;
    case KEY_REAL:
        json_real(w, *(const double *)v);
        return;
    case KEY_PATTERNS:
        break;
    }
    const StrList *list = v;
    json_arr(w);
    for (isize i = 0; i < list->n; i++)
        json_str(w, list->v[i]);
    json_end(w);
}

void policy_json(JsonOut *w, const Policy *p)
{
    json_str(json_key(json_obj(w), S("name")), p->name);
    for (isize i = 0; i < COUNT(keys); i++) {
        bool first = !i || strcmp(keys[i].section, keys[i - 1].section) != 0;
        if (first) json_obj(json_key(w, str_from(keys[i].section)));
        value_json(json_key(w, str_from(keys[i].name)), &keys[i], field_of(p, &keys[i]));
        if (i + 1 == COUNT(keys) || strcmp(keys[i].section, keys[i + 1].section) != 0) json_end(w);
    }
    json_end(w);
}

bool policy_matches(const StrList *patterns, Str column)
{
    for (isize i = 0; i < patterns->n; i++)
        if (pattern_fits(patterns->v[i], str_trim(column))) return true;
    return false;
}
