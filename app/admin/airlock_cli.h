// airlock: the checkers' site beside the runner; the only role that can send a file out.
#pragma once
#include "cli/cli.h"

extern const CommandList airlock_commands;
fallible airlock_settings_check(Cli *); // of `tresor airlock`, without starting it
