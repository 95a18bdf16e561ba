// The commands of the release room.
#pragma once
#include "cli/cli.h"

extern const CommandList release_commands;
