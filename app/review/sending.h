// sending: what the server is told of a request when it is let go. It is written once, before the first try, and sent
// in the same words ever after: the server knows a try whose answer was lost by them.
#pragma once
#include "review/review.h"
#include "review/visitor.h"

// The body of the call that makes the release (contract 2.7): what leaves, the record, and the site's own statement,
// signed. Inside a transaction: from the first time on it stays as it is.
fallible sending_text(Db *, Arena *, const AirlockLink *, const ReviewRequest *, Str *out);
// Is it written? Then nothing can be added to the record any more.
fallible sending_begun(Db *, Arena *, i64 request, bool *out);
// Does this output leave? All the reviews that are needed approved it.
bool sending_leaves(const ReviewRequest *, const ReviewVerdictsRow *);
