// command: the words of an action's run, and the command that is made of them for the runner.
#pragma once
#include "study/study.h"

// POSIX shell words: quotes and backslashes, no expansion, no comments. An open quote is an ERR_BAD_INPUT.
fallible command_split(Arena *, Str text, StrList *words);
// One text that splits into these words again; a word with anything unusual stands in single quotes.
Str command_join(Arena *, const StrList *words);

// The command that the runner executes for an action: its words, --config with the configuration as JSON, and what
// a cohort extraction gets in addition. `dummy`: the site has made-up data only. ERR_BAD_INPUT when the
// configuration holds what JSON cannot say.
fallible command_of_action(Arena *, const Study *, const StudyAction *, bool dummy, StrList *words);

// True when the site itself has an image of this name; every other name is a reusable action.
bool command_is_builtin(Str image);
// A reusable action: the text of its action.yaml and the words of the study's own run (image first) give the
// command. ERR_BAD_INPUT when its run cannot be used: unknown image, or one that touches the database.
fallible command_of_reusable(Arena *, Str action_yaml, const StrList *run, StrList *words);
