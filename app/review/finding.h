// finding: what the disclosure checks say of requested files: computed when a file is asked for or replaced, kept with its
// version and the policy that was in force, shown to author and checkers, and told with the release.
//
// Findings inform, people decide: a checker who approves a file that has some says why (review_vote_put asks for it).
#pragma once
#include "kit/json_out.h"
#include "review/finding.gen.h"
#include "review/group.gen.h"
#include "review/review.h"
#include "review/visitor.h"
#include "web/html.h"

// The policy for a workspace, by its name and its project's; which project that is, the newest request says that the
// runner was given for it.
fallible finding_policy(Db *, Arena *, const AirlockLink *, Str workspace, Policy *out);

// Checks the newest version against every table of the workspace that left before. Files that are no tables, or whose
// bytes are no text, have no findings. Inside the transaction that added the version.
fallible finding_check(Req *, Str site, const ReviewRequest *, i64 file);

// The panel beside a file, for whoever may see the file; empty for what is no table.
fallible finding_panel(Req *, const ReviewRequest *, const ReviewFile *, Html *out);
// BAD_INPUT when the file has findings and the reason is empty.
fallible finding_reason_check(Req *, const ReviewFile *, Str choice, Str reason);

// What the record of a release says: under "findings" of a file a list (`dismissed` is why the checkers let it leave),
// never a number that the file itself hides; under "policy" the numbers that were in force, when any file was checked.
typedef struct FindingRecord {
    FindingOfRequest found;
    FindingPolicy policy;
    bool checked;
} FindingRecord;
fallible finding_record(Db *, Arena *, i64 request, FindingRecord *out);
void finding_record_policy(const FindingRecord *, JsonOut *);
void finding_record_file(const FindingRecord *, i64 file, Str dismissed, JsonOut *);
