// Finds embedded files by name or by URL.
#include "web/asset.h"

#include "base/str.h"

const Asset *asset_named(Str name)
{
    for (isize i = 0; i < assets_n; i++)
        if (str_eq(assets[i].name, name)) return &assets[i];
    return NULL;
}

Str asset_url(Str name)
{
    const Asset *asset = asset_named(name);
    must(asset);
    return asset->url;
}

const Asset *asset_find(Str path, bool *forever)
{
    *forever = false;
    for (isize i = 0; i < assets_n; i++) {
        if (!str_eq(assets[i].url, path)) continue;
        *forever = true;
        return &assets[i];
    }
    return str_starts(path, S("/asset/")) ? asset_named(str_skip(path, 7)) : NULL;
}
