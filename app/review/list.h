// list: requests as a table, on every page that lists them.
#pragma once
#include "review/review.h"
#include "web/html.h"

Html review_list(Arena *, const ReviewRequestList *, Time now);
