// graph: writing the entities of an RO-Crate, one flat object each.
#pragma once
#include "base/str.h"
#include "crate/crate.h"
#include "kit/json.h"

typedef struct Graph {
    Arena *a;
    const Crate *crate;
    JsonOut j;
} Graph;

void entity_begin(Graph *, Str id, const char *type); // several types: "File|SoftwareSourceCode"
void entity_end(Graph *);
void fact(Graph *, const char *key, Str value);             // nothing when empty
void fact_number(Graph *, const char *key, i64 value);      // as text, as schema.org has it
void fact_time(Graph *, const char *key, Time);             // nothing when 0
void fact_link(Graph *, const char *key, Str id);           // nothing when empty
void fact_links(Graph *, const char *key, const StrList *); // nothing when empty

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
Str preview_text(Arena *, const Crate *); // ro-crate-preview.html, for people
// Everything: ro-crate-metadata.json.
Str graph_text(Arena *, const Crate *);
