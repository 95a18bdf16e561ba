// What is wrong with a document, in words for the person who wrote it.
#include "base/str.h"
#include "kit/yaml_own.h"

void yaml_fault(YamlReader *r, const char *code, yaml_mark_t at, Str say)
{
    if (r->n == r->cap) {
        r->cap = r->cap ? r->cap * 2 : 4;
        YamlFault *more = make(r->a, YamlFault, r->cap);
        if (r->n) memcpy(more, r->faults, (size_t)r->n * sizeof *more);
        r->faults = more;
    }
    r->faults[r->n++] = (YamlFault){str_from(code), say, (u32)at.line + 1, (u32)at.column + 1};
}

void yaml_fatal(YamlReader *r, yaml_mark_t at, const char *say)
{
    if (!r->broken) yaml_fault(r, "YAML", at, str_from(say));
    r->broken = true;
}

// libyaml's words on the left; what is not listed is shown as libyaml says it.
static const struct {
    const char *problem, *say;
} plainer[] = {
    {"mapping values are not allowed in this context",
     "a colon followed by a blank cannot stand here; put the whole text into quotes"                                         },
    {"found character that cannot start any token",
     "this character cannot begin a value; put the text into quotes, and never indent with tabs"                             },
    {"did not find expected key",                                    "the indentation does not fit to the lines above"       },
    {"did not find expected '-' indicator",                          "the indentation does not fit to the list above"        },
    {"did not find expected ',' or ']'",                             "a list in brackets is not closed; add a comma or ]"    },
    {"did not find expected ',' or '}'",                             "a mapping in braces is not closed; add a comma or }"   },
    {"found unexpected end of stream",                               "the text ends inside a quotation; close it"            },
    {"could not find expected ':'",                                  "a key without a colon; write \"key: value\""           },
    {"found unknown escape character",                               "an unknown escape after a backslash; use single quotes"},
    {"found a tab character where an indentation space is expected",
     "indent with blanks, not with tabs"                                                                                     },
    {"found a tab character that violates indentation",              "indent with blanks, not with tabs"                     },
    {"control characters are not allowed",                           "control characters are not allowed; remove this one"   },
};

// A fault of the encoding is known by its byte only.
static yaml_mark_t mark_of_byte(Str text, size_t byte)
{
    yaml_mark_t at = {0};
    for (size_t i = 0; i < byte && (isize)i < text.n; i++) {
        at.column++;
        if (text.s[i] == '\n') at.line++, at.column = 0;
    }
    return at;
}

void yaml_fault_syntax(YamlReader *r)
{
    const yaml_parser_t *p = &r->parser;
    Str problem = str_from(p->problem ? p->problem : "out of memory"), say = problem;
    for (isize i = 0; i < COUNT(plainer); i++)
        if (str_eq(problem, str_from(plainer[i].problem))) say = str_from(plainer[i].say);
    if (p->context && p->context_mark.line != p->problem_mark.line)
        say = arena_fmt(r->a, "%.*s (%s that began in line %zu)", STR(say), p->context,
                        p->context_mark.line + 1);
    yaml_mark_t at =
        p->error == YAML_READER_ERROR ? mark_of_byte(r->text, p->problem_offset) : p->problem_mark;
    yaml_fault(r, "YAML", at, str_copy(r->a, say));
    r->broken = true;
}

// One character forward, counted as libyaml counts: CR LF are two, a character of many bytes is one.
static void step(YamlReader *r)
{
    r->seen++;
    while (r->seen < r->text.n && ((u8)r->text.s[r->seen] & 0xc0) == 0x80)
        r->seen++;
    r->seen_mark++;
}

// Walks to `until`; a tab outside comments is a fault: project files were never allowed tabs between words.
static void search_tabs(YamlReader *r, size_t until)
{
    bool comment = false, blank = true;
    while (r->seen_mark < until && r->seen < r->text.n) {
        char c = r->text.s[r->seen];
        if (c == '\n' || c == '\r')
            comment = false;
        else if (c == '#' && blank)
            comment = true;
        if (c == '\t' && !comment && !r->tab_found) {
            yaml_mark_t at = mark_of_byte(r->text, (size_t)r->seen);
            yaml_fault(r, "YAML", at,
                       S("a tab stands between words; use blanks, or put the text into quotes"));
            r->tab_found = true;
        }
        blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        step(r);
    }
}

void yaml_tabs_check(YamlReader *r)
{
    const yaml_event_t *e = &r->event;
    if (r->tab_found || e->type == YAML_STREAM_START_EVENT) return;
    if (!r->seen && str_starts(r->text, S("\xef\xbb\xbf"))) r->seen = 3;
    bool scalar = e->type == YAML_SCALAR_EVENT;
    yaml_scalar_style_t style = scalar ? e->data.scalar.style : YAML_ANY_SCALAR_STYLE;
    bool block = style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE;
    search_tabs(r, style == YAML_PLAIN_SCALAR_STYLE ? e->end_mark.index : e->start_mark.index);
    while (scalar && r->seen_mark < e->end_mark.index && r->seen < r->text.n) {
        if (block && (r->text.s[r->seen] == '\n' || r->text.s[r->seen] == '\r')) block = false;
        if (block)
            search_tabs(r, r->seen_mark + 1);
        else
            step(r);
    }
}

fallible yaml_parse(Arena *a, Str text, const Yaml **root)
{
    YamlDocument d = yaml_read(a, text);
    if (d.n) {
        const YamlFault *f = &d.faults[0];
        Err *e =
            fail(a, ERR_BAD_INPUT, "line %u, column %u: %.*s", f->line, f->column, STR(f->say));
        e->code = f->code;
        return e;
    }
    *root = d.root;
    return NULL;
}

const Yaml *yaml_get(const Yaml *map, Str key)
{
    if (!map || map->kind != YAML_MAP) return NULL;
    for (isize i = 0; i < map->n; i++)
        if (map->pairs[i].key->kind == YAML_TEXT && str_eq(map->pairs[i].key->text, key))
            return map->pairs[i].value;
    return NULL;
}

bool yaml_is_scalar(const Yaml *node)
{
    return node->kind != YAML_LIST && node->kind != YAML_MAP;
}

const char *yaml_kind_name(YamlKind k)
{
    static const char *const names[] = {
        [YAML_NULL] = "empty",    [YAML_BOOL] = "true or false", [YAML_INT] = "a number",
        [YAML_REAL] = "a number", [YAML_DATE] = "a date",        [YAML_TEXT] = "a text",
        [YAML_LIST] = "a list",   [YAML_MAP] = "a mapping",
    };
    return names[k];
}
