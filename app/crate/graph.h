// graph: writing the entities of an RO-Crate, one flat object each.
#pragma once
#include "base/str.h"
#include "crate/crate.h"
#include "kit/json.h"

// What the files have in common, found in one walk.
typedef struct CrateSurvey {
    i64 files, bytes;
    StrList people, images; // met in files
    CrateFile *jobs;        // one file of each job
    isize jobs_n;
    CrateFile *gone; // taken back
    isize gone_n;
} CrateSurvey;

typedef struct Graph {
    Arena *a; // of one file during a walk
    const Crate *crate;
    const CrateSurvey *survey;
    const CrateTo *to;
    Buf *out; // goes to `to` when there is enough of it
    JsonOut j;
    Err *e; // the first failure; nothing is done after it
} Graph;

// for (FileWalk w = file_walk(&g); file_next(&w);) … w.file
typedef struct FileWalk {
    Graph *g;
    const CrateFile *file;
    Arena *before, own;
} FileWalk;
FileWalk file_walk(Graph *);
bool file_next(FileWalk *);
fallible crate_survey(Arena *, const Crate *, CrateSurvey *out);

void entity_begin(Graph *, Str id, const char *type); // several types: "File|SoftwareSourceCode"
void entity_end(Graph *);
void fact(Graph *, const char *key, Str value);             // nothing when empty
void fact_number(Graph *, const char *key, i64 value);      // as text, as schema.org has it
void fact_time(Graph *, const char *key, Time);             // nothing when 0
void fact_link(Graph *, const char *key, Str id);           // nothing when empty
void fact_links(Graph *, const char *key, const StrList *); // nothing when empty
void fact_files(Graph *, const char *key);                  // all of them

Str crate_author(const Crate *);      // username of who asked for the newest release
Str person_id(Arena *, Str username); // empty for nobody
Str image_id(Arena *, Str image);
Str job_id(Arena *, Str job);
Str policy_id(Arena *, const CrateRelease *);
Str record_path(Arena *, Str release); // under data/

// The parts of the graph, each in its file.
void graph_things(Graph *);  // people, project, organisation, software, policies, groups
void graph_files(Graph *);   // files, findings, decisions
void graph_actions(Graph *); // runs, checks, sign-off, manifests, what was taken back
// The ids of all actions, for the root.
void graph_action_ids(Graph *, StrList *out);
// Everything: ro-crate-metadata.json; and the page for people, ro-crate-preview.html.
void graph_text(Graph *);
void preview_text(Graph *);
Str readme_text(Arena *, const Crate *); // README.md
