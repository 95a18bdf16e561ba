// site_cli: organisations, projects, backends and workspaces from the command line; what the pages can do.
#pragma once
#include "cli/cli.h"

extern const CommandList site_commands;
