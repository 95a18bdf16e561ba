// A role's options from its configuration file.
#include "cli/settings.h"

#include "cli/nearest.h"
#include "cli/options.h"
#include "kit/yaml.h"
#include "os/file.h"

enum { SETTINGS_BYTES_MAX = 1024 * 1024 };

static fallible scalar_add(Cli *c, const Opt *o, const Yaml *v, Str text)
{
    i64 number;
    if (!yaml_is_scalar(v))
        return fail(c->a, ERR_BAD_INPUT, "line %u: %s is one value, not %s", v->line, o->name,
                    yaml_kind_name(v->kind));
    if (o->kind == OPT_INT && !str_i64(text, &number))
        return fail(c->a, ERR_BAD_INPUT, "line %u: %s needs a whole number, not \"%.*s\"", v->line,
                    o->name, STR(text));
    if (o->kind == OPT_FLAG && v->kind != YAML_BOOL)
        return fail(c->a, ERR_BAD_INPUT, "line %u: %s is true or false", v->line, o->name);
    if (o->kind == OPT_FLAG && !v->truth) return NULL;
    option_value_add(c, o, text, FROM_FILE, v->line);
    return NULL;
}

static fallible many_add(Cli *c, const Opt *o, const Yaml *v)
{
    for (isize i = 0; v->kind == YAML_LIST && i < v->n; i++)
        TRY(scalar_add(c, o, v->items[i], v->items[i]->text));
    for (isize i = 0; v->kind == YAML_MAP && i < v->n; i++) {
        const YamlPair *p = &v->pairs[i];
        TRY(scalar_add(c, o, p->value,
                       arena_fmt(c->a, "%.*s=%.*s", STR(p->key->text), STR(p->value->text))));
    }
    return yaml_is_scalar(v) ? scalar_add(c, o, v, v->text) : NULL;
}

static fallible pair_read(Cli *c, const YamlPair *p)
{
    Str name = str_replace(c->a, p->key->text, S("_"), S("-"));
    const Opt *o = option_named(c->command, name);
    if (!o || str_eq(name, S("config"))) {
        StrList names = {0};
        for (const Opt *n = c->command->opts; n->name; n++)
            str_list_add(c->a, &names, str_from(n->name));
        Str near = nearest(&names, name);
        return fail(c->a, ERR_BAD_INPUT, "line %u: there is no setting \"%.*s\"%s%.*s%s",
                    p->key->line, STR(p->key->text), near.n ? "; did you mean " : "", STR(near),
                    near.n ? "?" : "; `--help` lists them");
    }
    if (option_is_set(c, o)) return NULL; // a flag or the environment said it already
    return o->kind == OPT_MANY ? many_add(c, o, p->value)
                               : scalar_add(c, o, p->value, p->value->text);
}

static fallible pairs_read(Cli *c, Str text)
{
    const Yaml *root;
    TRY(yaml_parse(c->a, text, &root));
    if (root->kind == YAML_NULL) return NULL;
    if (root->kind != YAML_MAP)
        return fail(c->a, ERR_BAD_INPUT, "a configuration is a mapping: one `name: value` a line");
    for (isize i = 0; i < root->n; i++)
        TRY(pair_read(c, &root->pairs[i]));
    return NULL;
}

fallible settings_read(Cli *c)
{
    if (!option_named(c->command, S("config")) || !cli_has(c, "config")) return NULL;
    Str path = cli_text(c, "config", S("")), text;
    TRY(file_read(c->a, path, SETTINGS_BYTES_MAX, &text));
    return err_under(c->a, pairs_read(c, text), "%.*s", STR(path));
}

Str settings_origin(const Cli *c, const char *opt)
{
    const struct OptValue *v = option_value(c, opt);
    if (!v) return (Str){0};
    if (v->from == FROM_FLAG) return arena_fmt(c->a, "--%s", opt);
    if (v->from == FROM_FILE)
        return arena_fmt(c->a, "%.*s line %u", STR(cli_text(c, "config", S(""))), v->line);
    return arena_fmt(c->a, "TRESOR_%.*s",
                     STR(str_replace(c->a, str_upper(c->a, str_from(opt)), S("-"), S("_"))));
}
