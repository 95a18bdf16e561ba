// cli: the disclosure checks as a command.
#pragma once
#include "cli/cli.h"

extern const CommandList disclosure_commands;
