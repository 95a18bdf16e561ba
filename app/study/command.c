// Shell words, and from an action to the command that the runner executes.
#include "study/command.h"
#include "kit/json.h"
#include "study/own.h"

#include <math.h>

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// One word from the front of *rest. Within double quotes a backslash escapes only itself and the quote.
static fallible split_word(Arena *a, Str *rest, Buf *word)
{
    char quote = 0;
    Str s = *rest;
    for (; s.n && (quote || !blank(s.s[0])); s = str_skip(s, 1)) {
        char c = s.s[0];
        bool escapes = c == '\\' && quote != '\'' &&
                       (!quote || (s.n > 1 && (s.s[1] == '"' || s.s[1] == '\\')));
        if (escapes) {
            s = str_skip(s, 1);
            if (!s.n) return fail(a, ERR_BAD_INPUT, "a backslash at its end; remove it");
            buf_byte(word, s.s[0]);
        } else if (c == quote)
            quote = 0;
        else if (!quote && (c == '"' || c == '\''))
            quote = c;
        else
            buf_byte(word, c);
    }
    *rest = s;
    return quote
               ? fail(a, ERR_BAD_INPUT, "a quotation that is not closed; add the missing %c", quote)
               : NULL;
}

fallible command_split(Arena *a, Str text, StrList *words)
{
    Buf all = {.a = a,
               .s = make(a, char, text.n + 1),
               .cap = text.n + 1}; // no word is longer than its source
    StrList list = {0};
    for (;;) {
        while (text.n && blank(text.s[0]))
            text = str_skip(text, 1);
        if (!text.n) break;
        isize from = all.n;
        TRY(split_word(a, &text, &all));
        str_list_add(a, &list, str_skip(buf_str(&all), from));
    }
    *words = list;
    return NULL;
}

static bool needs_quotes(Str word)
{
    for (isize i = 0; i < word.n; i++) {
        char c = word.s[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && !(c && strchr("_@%+=:,./-", c))) return true;
    }
    return !word.n;
}

Str command_join(Arena *a, const StrList *words)
{
    Buf b = {.a = a};
    for (isize i = 0; i < words->n; i++) {
        Str word = words->v[i];
        if (i) buf_byte(&b, ' ');
        if (!needs_quotes(word)) {
            buf_put(&b, word);
            continue;
        }
        buf_byte(&b, '\'');
        for (Str rest = word, piece; str_next(&rest, '\'', &piece);) {
            buf_put(&b, piece);
            if (piece.s + piece.n < word.s + word.n) buf_put(&b, S("'\"'\"'"));
        }
        buf_byte(&b, '\'');
    }
    return buf_str(&b);
}

// The reader bounds depth and size, aliases written out.
static fallible config_json(Arena *a, JsonOut *w, const Yaml *node);

static Str config_key(Arena *a, const Yaml *key)
{
    if (key->kind == YAML_NULL) return S("null");
    if (key->kind == YAML_BOOL) return key->truth ? S("true") : S("false");
    return yaml_printed(a, key);
}

static fallible config_members(Arena *a, JsonOut *w, const Yaml *node)
{
    if (node->kind == YAML_LIST)
        json_arr(w);
    else
        json_obj(w);
    for (isize i = 0; i < node->n; i++) {
        const Yaml *key = node->kind == YAML_MAP ? node->pairs[i].key : NULL;
        if (key && (key->kind == YAML_DATE || !yaml_is_scalar(key)))
            return fail(a, ERR_BAD_INPUT, "config has %s as a key in line %u; quote it",
                        yaml_kind_name(key->kind), key->line);
        if (key) json_key(w, config_key(a, key));
        TRY(config_json(a, w, key ? node->pairs[i].value : node->items[i]));
    }
    json_end(w);
    return NULL;
}

static fallible config_json(Arena *a, JsonOut *w, const Yaml *node)
{
    switch (node->kind) {
    case YAML_NULL:
        json_null(w);
        return NULL;
    case YAML_BOOL:
        json_bool(w, node->truth);
        return NULL;
    case YAML_INT:
        json_int(w, node->whole);
        return NULL;
    case YAML_REAL:
        if (isfinite(node->real)) {
            json_real(w, node->real);
            return NULL;
        }
        break;
    case YAML_TEXT:
        json_str(w, node->text);
        return NULL;
    case YAML_LIST:
    case YAML_MAP:
        return config_members(a, w, node);
    case YAML_DATE:
        break;
    }
    return fail(a, ERR_BAD_INPUT,
                "config holds %.*s in line %u, which cannot be passed on as JSON; quote it",
                STR(node->text), node->line);
}

// What only the cohort extractor is told: where its dummy data comes from and where to write.
static void add_cohort_options(Arena *a, const Study *study, const StudyAction *action, bool dummy,
                               StrList *words)
{
    StrList folders = {0};
    if (dummy && action->dummy_data_file.n)
        str_list_add(a, words,
                     arena_fmt(a, "--dummy-data-file=%.*s", STR(action->dummy_data_file)));
    else if (dummy)
        str_list_add(a, words,
                     arena_fmt(a, "--expectations-population=%lld", (long long)study->population));
    study_output_folders(a, action, &folders);
    if (folders.n == 1)
        str_list_add(a, words, arena_fmt(a, "--output-dir=%.*s", STR(folders.v[0])));
}

fallible command_of_action(Arena *a, const Study *study, const StudyAction *action, bool dummy,
                           StrList *words)
{
    StrList list = {0};
    for (isize i = 0; i < action->words.n; i++)
        str_list_add(a, &list, action->words.v[i]);
    if (action->config && action->config->n) {
        Buf b = {.a = a};
        JsonOut w = json_begin(&b, JSON_PYTHON);
        TRY(err_under(a, config_json(a, &w, action->config), "action %.*s", STR(action->name)));
        str_list_add(a, &list, S("--config"));
        str_list_add(a, &list, str_replace(a, buf_str(&b), S("'"), S("\\u0027")));
    }
    if (str_eq(action->image, S("cohortextractor")) && list.n > 1 &&
        str_eq(list.v[1], S("generate_cohort")))
        add_cohort_options(a, study, action, dummy, &list);
    *words = list;
    return NULL;
}
