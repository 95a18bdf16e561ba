// survey: one pass over a table of any size: what each column holds, how many rows there are, where they start.
#pragma once
#include "view/rows.h"
#include "view/value.h"

enum { SURVEY_STEP = 1000 };
typedef struct SurveyColumn {
    Str name; // from the first row, cut to 200 bytes
    i64 count[VALUE_KINDS];
    Str min, max,
        sum;      // of its numbers; of its dates when it has no numbers; empty when it has neither
    i64 distinct; // without missing and redacted ones
    bool distinct_is_about;
    i64 by5, by6,
        mid6; // whole numbers divisible by 5, by 6, and rounded to the middle of sixes (0, 3, 9, 15 …)
} SurveyColumn;
typedef struct Survey {
    i64 rows, bytes; // rows without the heading
    SurveyColumn *v;
    isize columns;
    i64 uneven; // rows that are longer or shorter than the heading
    i64 cut;    // rows of which not everything was read
    i64 *marks; // where rows 0, SURVEY_STEP, 2 * SURVEY_STEP … start
    isize marks_n;
} Survey;
// Who waits for a long pass is told now and then how far it is; false ends it.
typedef struct SurveyWatch {
    bool (*told)(void *self, i64 bytes);
    void *self;
} SurveyWatch;
// Never fails for what the file holds. Takes some 20 MB however long it is. False: the watch (may be NULL) ended it.
// With ROWS_LINES as separator the first line is a row like the others and columns are not looked at.
bool survey_make(Arena *, int fd, char separator, const SurveyWatch *, Survey *out);
char survey_decimal(char separator); // the decimal mark beside the point, see value.h
// "whole number", "number", "text", "date", "mixed", or "empty".
Str survey_type(const SurveyColumn *);
// Where row `row` (from 0) is looked for: *from is a row before it, or itself, at the place that is returned.
i64 survey_place(const Survey *, i64 row, i64 *from);

// Kept as JSON in a folder, by the SHA-256 of the file. A text that is not such a survey gives false.
Str survey_text(Arena *, const Survey *);
bool survey_read(Arena *, Str text, Survey *out);
