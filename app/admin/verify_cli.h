// verify_cli: the command that checks an archive of released files.
#pragma once
#include "cli/cli.h"

extern const CommandList verify_commands;
