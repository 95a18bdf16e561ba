// report: what a runner sends of its jobs, read and judged as the original's framework does (contract 2.4).
#pragma once
#include "job/job.h"
#include "kit/json.h"

typedef struct ReportItem {
    JobReport job;
    Str request; // as the runner names it
} ReportItem;
// Reads every item of a list, json_count(list) of them. *errors is empty when all are good, else the body to answer.
const ReportItem *report_read(Arena *, const Json *list, Str *errors);
// {"non_field_errors":["before TYPE after"]} with the type as Python calls it.
Str report_refuse_type(Arena *, const char *before, const Json *, const char *after);
