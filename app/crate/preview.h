// preview: the page for people in the archive, from crate/preview.html.
#pragma once
#include "crate/graph.h"
#include "web/html.h"

void preview_head(Buf *, const Crate *, Arena *);
void preview_row(Buf *, const CrateFile *, Arena *);
void preview_foot(Buf *, const Crate *);
Str preview_person(CratePerson, CratePerson otherwise);
Html preview_style(void);
Html preview_link(Arena *, Str path); // to a file, relative to the page
Str preview_size(Arena *, i64 bytes);
