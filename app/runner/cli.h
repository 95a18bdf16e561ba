// cli: the commands of this room.
#pragma once
#include "cli/cli.h"

extern const CommandList runner_commands;
