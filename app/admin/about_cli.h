// about: the commands that say what the binary is made of.
#pragma once
#include "cli/cli.h"

extern const CommandList about_commands;
