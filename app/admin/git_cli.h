// Repositories by hand: `tresor git head`, `tresor git tree`.
#pragma once
#include "cli/cli.h"

extern const CommandList git_commands;
