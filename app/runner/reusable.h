// reusable: an action of another repository, named NAME:TAG where an image would stand.
//
// The tag must be on that repository's branch main, which is how its owners approve it. Its action.yaml gives the
// command; the study's own arguments follow; the code of the job is that repository's, at that commit.
#pragma once
#include "base/map.h"
#include "runner/runner.h"

typedef struct Reusable {
    Str url, commit;
    Str definition; // the text of action.yaml
} Reusable;
// What was found, by NAME:TAG: a request looks each one up once, so that all its jobs run the same commit.
typedef struct ReusableFound {
    Map by_name;
} ReusableFound;

// `action` is the study's, for the message. Every failure has the code ReusableActionError. Needs the network.
fallible reusable_find(Arena *, const RunnerSettings *, Str action, Str name_and_tag,
                       ReusableFound *, const Reusable **out);
// The words that are executed for the study's own words, whose first is NAME:TAG.
fallible reusable_words(Arena *, const Reusable *, Str action, const StrList *run, StrList *words);
