// The manual: pages of assets/docs/, written in Markdown.
#include "admin/docs.h"

#include "admin/docs.page.h"
#include "kit/markdown.h"
#include "web/asset.h"
#include "web/frame.h"

static fallible manual_page(Req *q, Str name)
{
    Markdown m;
    const Asset *page = asset_named(arena_fmt(q->a, "docs/%.*s.md", STR(name)));
    if (!page)
        return fail(q->a, ERR_NOT_FOUND,
                    "the manual has no page \"%.*s\"; its first page lists all", STR(name));
    TRY(markdown_html(q->a, page->bytes, &m));
    frame_head(q, m.n ? m.headings[0].text : S("Manual"));
    docs_show(&q->answer.body, &m, (Html){m.html}, str_eq(name, S("index")));
    frame_foot(q);
    return NULL;
}

static fallible index_page(Req *q)
{
    return manual_page(q, S("index"));
}
static fallible named_page(Req *q)
{
    return manual_page(q, req_param(q, "page"));
}

static const Route rows[] = {
    {GET, "/docs/",        PERM_ANYONE, NULL, index_page, NULL, 0, ROUTE_PAGE},
    {GET, "/docs/{page}/", PERM_ANYONE, NULL, named_page, NULL, 0, ROUTE_PAGE},
};
const RouteList docs_routes = ROUTES(rows);
