// Requests as a table.
#include "review/list.h"

#include "review/list.page.h"

Html review_list(Arena *a, const ReviewRequestList *list, Time now)
{
    Buf b = {.a = a};
    review_rows(&b, list, now, a);
    return (Html){buf_str(&b)};
}

Time review_waits_since(const ReviewRequest *r)
{
    bool checkers = str_eq(r->state, S("submitted")) || str_eq(r->state, S("partially-reviewed")) ||
                    str_eq(r->state, S("reviewed"));
    return checkers && r->submitted_at ? r->submitted_at : r->changed_at;
}
