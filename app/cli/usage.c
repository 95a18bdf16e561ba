// Help on one screen, printed from the rows.
#include "cli/usage.h"

#include "cli/nearest.h"

Str usage_of(Arena *a, const Command *c)
{
    Buf b = {.a = a};
    buf_fmt(&b, "tresor %s: %s\n\nUsage: tresor %s%s%s%s\n", c->words, c->summary, c->words,
            c->opts && c->opts->name ? " [OPTIONS]" : "", c->args && *c->args ? " " : "",
            c->args ? c->args : "");
    if (c->opts && c->opts->name) buf_put(&b, S("\nOptions:\n"));
    for (const Opt *o = c->opts; o && o->name; o++) {
        Str left = arena_fmt(a, "--%s%s%s", o->name, o->kind == OPT_FLAG ? "" : " ",
                             o->kind == OPT_FLAG ? "" : o->value);
        buf_fmt(&b, "  %-26.*s %s%s\n", STR(left), o->help,
                o->kind == OPT_MANY ? " (may be given more than once)" : "");
    }
    if (c->examples) {
        buf_put(&b, S("\nExamples:\n"));
        Str rest = str_from(c->examples), line;
        while (str_next(&rest, '\n', &line))
            if (line.n) buf_fmt(&b, "  %.*s\n", STR(line));
    }
    return buf_str(&b);
}

Str usage_all(Arena *a, const CommandList *const *rooms, isize n)
{
    Buf b = {.a = a};
    buf_put(&b, S("tresor: a trusted research environment in one file\n\nUsage: tresor COMMAND "
                  "[OPTIONS] [ARGUMENTS]\n\n"));
    for (isize r = 0; r < n; r++)
        for (isize c = 0; c < rooms[r]->n; c++)
            if (!rooms[r]->v[c].internal)
                buf_fmt(&b, "  %-26s %s\n", rooms[r]->v[c].words, rooms[r]->v[c].summary);
    buf_put(&b, S("\n`tresor COMMAND --help` shows options and examples.\n"));
    return buf_str(&b);
}

Str usage_unknown(Arena *a, const CommandList *const *rooms, isize n, int argc, char **argv)
{
    StrList all = {0};
    Str said = str_from(argv[1]);
    for (isize r = 0; r < n; r++)
        for (isize c = 0; c < rooms[r]->n; c++) {
            Str words = str_from(rooms[r]->v[c].words), first, rest;
            str_cut(words, ' ', &first, &rest);
            if (rest.n && argc > 2) str_list_add(a, &all, words);
            if (!str_list_has(&all, first)) str_list_add(a, &all, first);
        }
    Str near = nearest(&all, argc > 2 ? arena_fmt(a, "%s %s", argv[1], argv[2]) : said);
    if (!near.n) near = nearest(&all, said);
    said = str_printable(a, said);
    if (near.n && !str_eq(near, said))
        return arena_fmt(a, "tresor: there is no command \"%.*s\"; did you mean `tresor %.*s`?\n",
                         STR(said), STR(near));
    return arena_fmt(
        a, "tresor: there is no command \"%.*s\" with these words; `tresor help` lists all\n",
        STR(said));
}
