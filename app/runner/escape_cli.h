// Trying to get out of a box: `tresor box test`, and its inside `tresor box escape`.
#pragma once
#include "cli/cli.h"

extern const CommandList escape_commands;
