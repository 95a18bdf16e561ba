// finding_show: what the panel of findings beside a file holds.
#pragma once
#include "review/finding.gen.h"
#include "web/html.h"

typedef struct FindingPanel {
    i64 request, file, version;
    FindingCheck check;
    FindingOfFile list;
    Arena *a;
} FindingPanel;
