// asset: the files of assets/, which are part of the program: style sheet, scripts, icons, the manual.
#pragma once
#include "base/base.h"

typedef struct Asset {
    Str name; // "app.css": its place under assets/
    Str url;  // "/asset/app.3f2a1c9e.css": changes with its bytes, so browsers may keep it forever
    Str mime;
    Str etag; // with quotes
    Str bytes;
    Str gz; // the same as a gzip stream; empty when that would not be smaller
} Asset;
extern const Asset assets[]; // by name
extern const isize assets_n;

const Asset *asset_named(Str name); // NULL when there is none
Str asset_url(Str name);            // for pages; the name must exist
// What a request for this path under /asset/ wants; NULL when there is none. *forever: the path held the right
// fingerprint, so the answer may be cached without asking again.
const Asset *asset_find(Str path, bool *forever);
