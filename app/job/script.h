// script: the scripts that a run names, as links to the file in its repository at the commit that ran.
//
// Only for hosts whose addresses are known; nobody is asked whether the file is there.
#pragma once
#include "study/study.h"

// "https://github.com/o/r" → ".../blob/COMMIT/analysis/a.py"; empty for hosts that are not known.
Str script_url(Arena *, Str repo, Str commit, Str path);
// The page of the whole commit; empty likewise.
Str script_commit_url(Arena *, Str repo, Str commit);

// A text in pieces, some of which lead somewhere.
typedef struct ScriptPiece {
    Str text, url; // url empty: just text
} ScriptPiece;
typedef struct ScriptText {
    ScriptPiece *v;
    isize n, cap;
} ScriptText;
// `text` with every mention of a script that an action of the study runs; NULL study: no links.
ScriptText script_text(Arena *, Str text, const Study *, Str repo, Str commit);
