// The sandbox by hand: `tresor box run`; and the role `tresor box` that a starting box takes.
#pragma once
#include "cli/cli.h"

extern const CommandList box_commands;
