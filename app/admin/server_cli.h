// server: the role that people and runners talk to; it never sees unreleased data.
#pragma once
#include "cli/cli.h"
#include "web/web.h"

extern const CommandList server_commands;
extern const RouteList *const server_rooms[];
extern const isize server_rooms_n;
fallible server_settings_check(Cli *); // of `tresor server`, without starting it
