// The sandbox by hand: `tresor box run`; and the role `tresor box` that a starting box takes.
#pragma once
#include "box/box.h"
#include "cli/cli.h"

extern const CommandList box_commands, box_life_commands;

// For the commands of the same family: their options, the plan these describe (the command to run begins after `skip`
// arguments), and a result as one line of JSON.
extern const Opt box_opts[];
fallible box_plan_read(Cli *, isize skip, BoxPlan *);
void box_result_print(Cli *, const BoxResult *);
