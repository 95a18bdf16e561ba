// show: a checked study and a plan, as JSON for programs and as lines for people.
#pragma once
#include "kit/json.h"
#include "study/plan.h"

// {"valid", "rules", "version", "population_size", "actions": [{"name", "needs", "run", "outputs": {level: {name:
// pattern}}, "database"}], "problems": [{"code", "message", "line", "column"}], "warnings": […]}
void show_study_json(JsonOut *, const Study *);
// {"jobs": [{"action", "state", "message", "waits_for": [action], "waits_for_old": [action], "inputs_from": [action],
// "run", "requires_db"}]}; run is null when nothing is executed.
void show_plan_json(Arena *, JsonOut *, const Plan *);

// "FILE:LINE:COLUMN: CODE: sentence" per line, then one line with the verdict.
void show_study(Buf *, const Study *, Str file);
void show_plan(Arena *, Buf *, const Plan *);
