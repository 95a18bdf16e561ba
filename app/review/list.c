// Requests as a table.
#include "review/list.h"

#include "review/list.page.h"

Html review_list(Arena *a, const ReviewRequestList *list, Time now)
{
    Buf b = {.a = a};
    review_rows(&b, list, now, a);
    return (Html){buf_str(&b)};
}
