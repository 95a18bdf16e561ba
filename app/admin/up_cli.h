// up: server, runner and airlock of one site on one machine, as three processes with the same walls between them.
#pragma once
#include "cli/cli.h"

extern const CommandList up_commands;
