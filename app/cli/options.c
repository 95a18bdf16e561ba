// Options: --name VALUE, --name=VALUE, --flag; "--" ends them; TRESOR_NAME in the environment stands in.
#include "cli/options.h"

#include "cli/nearest.h"

const Opt cli_opts_of_another[] = {{0}};

const Opt *option_named(const Command *c, Str name)
{
    for (const Opt *o = c->opts; o && o->name; o++)
        if (str_eq(str_from(o->name), name)) return o;
    return NULL;
}

void option_value_add(Cli *c, const Opt *o, Str text, enum SettingFrom from, u32 line)
{
    struct OptValue **end = &c->values;
    while (*end)
        end = &(*end)->next;
    *end = make(c->a, struct OptValue, 1);
    **end = (struct OptValue){.opt = o, .text = text, .from = from, .line = line};
}

bool option_is_set(const Cli *c, const Opt *o)
{
    for (const struct OptValue *v = c->values; v; v = v->next)
        if (v->opt == o && v->from != FROM_FILE) return true;
    return false;
}

static Err *opt_unknown(Cli *c, Str name)
{
    StrList names = {0};
    for (const Opt *o = c->command->opts; o && o->name; o++)
        str_list_add(c->a, &names, str_from(o->name));
    Str near = nearest(&names, name);
    if (near.n)
        return fail(c->a, ERR_BAD_INPUT, "there is no option --%.*s; did you mean --%.*s?",
                    STR(name), STR(near));
    return fail(c->a, ERR_BAD_INPUT, "there is no option --%.*s; see `tresor %s --help`", STR(name),
                c->command->words);
}

static fallible option_read(Cli *c, Str word, char ***at)
{
    Str name, value;
    bool joined = str_cut(str_skip(word, 2), '=', &name, &value);
    const Opt *o = option_named(c->command, name);
    if (!o) return opt_unknown(c, name);
    if (o->kind == OPT_FLAG && joined)
        return fail(c->a, ERR_BAD_INPUT, "--%s takes no value; write it alone", o->name);
    if (o->kind != OPT_FLAG && !joined) {
        if (!(*at)[1])
            return fail(c->a, ERR_BAD_INPUT, "--%s needs %s after it", o->name, o->value);
        value = str_from(*++*at);
    }
    i64 number;
    if (o->kind == OPT_INT && !str_i64(value, &number))
        return fail(c->a, ERR_BAD_INPUT, "--%s needs a whole number, not \"%.*s\"", o->name,
                    STR(value));
    option_value_add(c, o, value, FROM_FLAG, 0);
    return NULL;
}

static fallible environment_read(Cli *c)
{
    for (const Opt *o = c->command->opts; o && o->name; o++) {
        Str name = str_replace(c->a, str_upper(c->a, str_from(o->name)), S("-"), S("_"));
        const char *text = getenv(cstr(c->a, arena_fmt(c->a, "TRESOR_%.*s", STR(name))));
        bool off = !text || (o->kind == OPT_FLAG && (!*text || !strcmp(text, "0")));
        i64 number;
        if (off || option_is_set(c, o)) continue;
        if (o->kind == OPT_INT && !str_i64(str_from(text), &number))
            return fail(c->a, ERR_BAD_INPUT, "TRESOR_%.*s needs a whole number, not \"%s\"",
                        STR(name), text);
        option_value_add(c, o, str_from(text), FROM_ENVIRONMENT, 0);
    }
    return NULL;
}

fallible options_read(Cli *c, char **argv, bool *help)
{
    bool options_over = false;
    for (char **at = argv; *at; at++) {
        Str word = str_from(*at);
        if (!options_over && str_eq(word, S("--"))) {
            options_over = true;
        } else if (!options_over && (str_eq(word, S("--help")) || str_eq(word, S("-h")))) {
            *help = true;
            return NULL;
        } else if (!options_over && str_starts(word, S("--")) &&
                   c->command->opts != cli_opts_of_another) {
            TRY(option_read(c, word, &at));
        } else {
            str_list_add(c->a, &c->args, word);
        }
    }
    TRY(environment_read(c));
    return settings_read(c);
}

const struct OptValue *option_value(const Cli *c, const char *opt)
{
    const struct OptValue *found = NULL;
    for (const struct OptValue *v = c->values; v; v = v->next)
        if (!strcmp(v->opt->name, opt)) found = v;
    must(option_named(c->command, str_from(opt))); // a command asks only for options of its own row
    return found;
}

bool cli_has(const Cli *c, const char *opt)
{
    return option_value(c, opt) != NULL;
}

Str cli_text(const Cli *c, const char *opt, Str otherwise)
{
    const struct OptValue *v = option_value(c, opt);
    return v ? v->text : otherwise;
}

i64 cli_int(const Cli *c, const char *opt, i64 otherwise)
{
    const struct OptValue *v = option_value(c, opt);
    i64 n = otherwise;
    if (v) must(str_i64(v->text, &n)); // was checked when it was read
    return n;
}

void cli_many(const Cli *c, const char *opt, StrList *out)
{
    for (const struct OptValue *v = c->values; v; v = v->next)
        if (!strcmp(v->opt->name, opt)) str_list_add(c->a, out, v->text);
}
