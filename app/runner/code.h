// code: a study's code from git: fetched once per commit, laid out once per tree, read-only ever after.
//
// Failures carry the class names of the contract (GithubValidationError, GitError, …) in `code`; with their sentence
// they become the message of the request.
#pragma once
#include "runner/runner.h"

fallible code_check_address(Arena *, const RunnerSettings *, Str url);
// Fetches the commit unless it is here already, and proves that it is reachable from the branch.
fallible code_fetch(Arena *, const RunnerSettings *, Str url, Str branch, Str commit, Str token);
// One file of a commit that was fetched; *found is false when the commit has no such file.
fallible code_file(Arena *, const RunnerSettings *, Str url, Str commit, Str path, Str *text,
                   bool *found);
// The folder with all files of a commit that was fetched; nobody may write there.
fallible code_tree(Arena *, const RunnerSettings *, Str url, Str commit, Str *folder);
