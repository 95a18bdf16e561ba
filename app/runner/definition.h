// definition: from a stored job to all that an executor's call needs to know of it.
#pragma once
#include "runner/executor.h"

// Reads what other jobs left (inputs, the action's earlier outputs). Every text is copied to the arena.
fallible definition_fill(Db *, Arena *, const RunnerJob *, ExecJob *out);
