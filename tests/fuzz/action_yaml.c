// The action.yaml of another repository, under a first line that is the study's own run: a command is made, or refused.
#include "fuzz.h"
#include "study/command.h"

FUZZ
{
    StrList run = {0}, words = {0}, again = {0};
    Str line, yaml;
    str_cut(input, '\n', &line, &yaml);
    if (command_split(a, line, &run) || !run.n) return;
    Err *e = command_of_reusable(a, yaml, &run, &words);
    must(!e || (e->say.n && str_is_utf8(e->say)));
    if (e) return;
    Str image, tag;
    str_cut(words.v[0], ':', &image, &tag);
    must(command_is_builtin(image) && words.n >= run.n);
    for (isize i = 1; i < run.n; i++) // the study's own arguments come last, as they are
        must(str_eq(words.v[words.n - run.n + i], run.v[i]));
    must(!command_split(a, command_join(a, &words), &again) && again.n == words.n);
}
