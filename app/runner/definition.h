// definition: from a stored job to all that an executor's call needs to know of it.
#pragma once
#include "runner/executor.h"

// Reads what other jobs left (inputs, the action's earlier outputs). Every text is copied to the arena.
fallible definition_fill(Db *, Arena *, const RunnerJob *, ExecJob *out);
// A stored list of texts: ["a", "b"].
fallible definition_list(Arena *, Str json, StrList *out);
Str definition_list_text(Arena *, const StrList *);
