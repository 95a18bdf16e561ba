// config: which settings a role would have, and where each comes from, without starting it.
#pragma once
#include "cli/cli.h"

extern const CommandList config_commands;
