// Archives by hand: `tresor archive make`, `tresor archive check`.
#pragma once
#include "cli/cli.h"

extern const CommandList archive_commands;
