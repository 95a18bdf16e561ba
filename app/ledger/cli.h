// cli: the commands of the log.
#pragma once
#include "cli/cli.h"

extern const CommandList ledger_commands;
