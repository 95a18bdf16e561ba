// list: requests as a table, on every page that lists them.
#pragma once
#include "review/review.h"
#include "web/html.h"

Html review_list(Arena *, const ReviewRequestList *, Time now);
// Since when it waits for whoever has it now: for the checkers since it was submitted, else since its state changed.
Time review_waits_since(const ReviewRequest *);
