// record: what goes to the server with a release: who asked, who ran, who checked, what they said and decided.
//
// One JSON object for the release and one for each file ("tresor-release-1"); no value of the data is in them.
#pragma once
#include "kit/json_out.h"
#include "review/finding.h"
#include "review/group.gen.h"
#include "review/record.gen.h"
#include "review/review.h"
#include "review/visitor.h"

typedef struct ReviewRecord {
    i64 id;
    Str site; // the backend's short name
    ReviewRecordRequest request;
    ReviewGroupList groups;
    ReviewRecordFiles files;
    ReviewRecordVotes votes;
    ReviewRecordReviews reviews;
    FindingRecord findings;
    Arena *a;
} ReviewRecord;

fallible review_record_load(Db *, Arena *, const AirlockLink *, i64 request, ReviewRecord *out);
void review_record_put(const ReviewRecord *, JsonOut *); // the members of the release's "metadata"
void review_record_file_put(const ReviewRecord *, i64 file, JsonOut *);
