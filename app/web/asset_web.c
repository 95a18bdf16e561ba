// An address that holds the file's fingerprint never changes its bytes, so a browser need not ask for it again.
#include "web/asset_web.h"

#include "web/answer_send.h"
#include "web/asset.h"

static fallible asset_show(Req *q)
{
    bool forever;
    const Asset *asset = asset_find(q->path, &forever);
    if (!asset) return fail(q->a, ERR_NOT_FOUND, "There is no such file.");
    bool packed = asset->gz.n && answer_accepts_gzip(q);
    q->answer.mime = asset->mime;
    q->answer.etag = arena_fmt(q->a, "%.*s%s", STR(str_span(asset->etag, 1, asset->etag.n - 1)),
                               packed ? "-gz" : "");
    buf_put(&q->answer.body, packed ? asset->gz : asset->bytes);
    if (asset->gz.n) answer_header(q, S("Vary"), S("Accept-Encoding"));
    if (packed) answer_header(q, S("Content-Encoding"), S("gzip"));
    if (forever) answer_header(q, S("Cache-Control"), S("public, max-age=31536000, immutable"));
    return NULL;
}

static const Route rows[] = {
    {GET, "/asset/{path...}", PERM_ANYONE, NULL, asset_show, NULL, 0, ROUTE_OPEN},
};
const RouteList asset_routes = ROUTES(rows);
