// usage: what `tresor help`, `--help` and a wrong word print; all of it comes from the command rows.
#pragma once
#include "cli/cli.h"

Str usage_of(Arena *, const Command *);
Str usage_all(Arena *, const CommandList *const *rooms, isize rooms_n);
Str usage_unknown(Arena *, const CommandList *const *rooms, isize rooms_n, int argc, char **argv);
