// demo: the whole product in a temporary folder, with made-up people and a sample study.
#pragma once
#include "cli/cli.h"

extern const CommandList demo_commands;
