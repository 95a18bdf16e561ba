// cli: the command `tresor check`.
#pragma once
#include "cli/cli.h"

extern const CommandList study_commands;
