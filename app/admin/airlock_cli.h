// airlock: the checkers' site beside the runner; the only role that can send a file out.
#pragma once
#include "cli/cli.h"

// What `up`, which starts an airlock, has in common with it.
// clang-format off
#define AIRLOCK_OPTIONS                                                                                        \
    {"reviews", OPT_INT, "N", "independent reviews a request needs (default 2)"},                              \
    {"reviews-for", OPT_MANY, "WORKSPACE=N", "another number for one workspace"},                              \
    {"policy", OPT_TEXT, "FILE", "what tables are checked against, by project and workspace (YAML)"},         \
    {"ask-every", OPT_INT, "SECONDS", "ask the server again what people may do (default 180)"},                \
    {"allow-single-review", OPT_FLAG, NULL,                                                                    \
     "let one person alone decide where a number is 1; the record says so"}
// clang-format on

extern const CommandList airlock_commands;
fallible airlock_settings_check(Cli *); // of `tresor airlock`, without starting it
