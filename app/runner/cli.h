// cli: the commands of this room.
#pragma once
#include "cli/cli.h"

extern const CommandList runner_commands;
fallible runner_settings_check(Cli *); // of `tresor runner`, without starting it
