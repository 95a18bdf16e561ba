// audit_cli: `tresor audit`: reading and proving the trail of either database.
#pragma once
#include "cli/cli.h"

extern const CommandList audit_commands;
