// commands: every command of the binary, room by room.
#pragma once
#include "cli/cli.h"

extern const CommandList *const all_commands[];
extern const isize all_commands_n;
