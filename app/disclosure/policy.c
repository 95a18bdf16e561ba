// Reading and printing a policy go over one table of its keys.
#include "disclosure/policy.h"

#include "cli/nearest.h"
#include "kit/yaml.h"

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

static fallible unknown(Arena *a, const Yaml *key, const char *section)
{
    StrList names = {0};
    for (isize i = 0; i < COUNT(keys); i++) {
        if (section && strcmp(section, keys[i].section) != 0) continue;
        Str name = str_from(section ? keys[i].name : keys[i].section);
        if (!str_list_has(&names, name)) str_list_add(a, &names, name);
    }
    if (!section) str_list_add(a, &names, S("name"));
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

static fallible section_read(Arena *a, const Yaml *key, const Yaml *v, Policy *p)
{
    const Key *first = key_named(key->text, NULL);
    if (!first) return unknown(a, key, NULL);
    if (v->kind != YAML_MAP)
        return refuse(
            a, v, arena_fmt(a, "%s must be a mapping like {%s: …}.", first->section, first->name));
    for (isize i = 0; i < v->n; i++) {
        const Key *k = key_named(key->text, &v->pairs[i].key->text);
        if (!k) return unknown(a, v->pairs[i].key, first->section);
        TRY(value_read(a, k, v->pairs[i].value, p));
    }
    return NULL;
}

fallible policy_parse(Arena *a, Str yaml, Policy *out)
{
    const Yaml *root;
    *out = policy_default(a);
    TRY(yaml_parse(a, yaml, &root));
    if (root->kind == YAML_NULL) return NULL;
    if (root->kind != YAML_MAP)
        return refuse(a, root, S("a policy is a mapping; its keys are in the manual."));
    for (isize i = 0; i < root->n; i++) {
        const YamlPair *pair = &root->pairs[i];
        if (!str_eq(pair->key->text, S("name"))) {
            TRY(section_read(a, pair->key, pair->value, out));
            continue;
        }
        if (!yaml_is_scalar(pair->value) || !pair->value->text.n || pair->value->text.n > 100)
            return refuse(a, pair->value, S("name must be a text of at most 100 bytes."));
        out->name = pair->value->text;
    }
    return NULL;
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

bool policy_matches(const StrList *patterns, Str column)
{
    for (isize i = 0; i < patterns->n; i++)
        if (pattern_fits(patterns->v[i], str_trim(column))) return true;
    return false;
}
