// cli: `tresor user`: people, from the command line of the server's machine.
#pragma once
#include "cli/cli.h"

extern const CommandList account_commands;
